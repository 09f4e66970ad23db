# What a Gradio Space runs, as a container: Python 3.11, a user who is not root, port 7860, data in one volume.
#   docker build -t chatpaper . && docker run -p 7860:7860 -v chatpaper:/data --env-file .env chatpaper
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 user && install -d -o user /data
USER user
WORKDIR /home/user/app

COPY --chown=user requirements.lock .
RUN pip install --user --no-cache-dir --require-hashes -r requirements.lock
COPY --chown=user . .

ENV PYTHONUNBUFFERED=1 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    GRADIO_TEMP_DIR=/data/uploads \
    CHATPAPER_DATA_DIR=/data
EXPOSE 7860
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=9)"]
# as its own process 1, so that SIGTERM reaches it; `docker stop --time 40` leaves it its time
CMD ["python", "app.py"]
