"""ChatPaper's page: `python app.py`, then http://127.0.0.1:7860."""

import sys


def main() -> None:
    """Settings, the pipeline, the server; only here, for the reading workers import this file, and need none of it."""
    from chatpaper.errors import SetupError
    from chatpaper.pipeline import Pipeline
    from chatpaper.settings import Settings
    from chatpaper.ui.server import serve

    try:
        settings = Settings.read()
        pipeline = Pipeline(settings)
    except SetupError as error:
        sys.exit(f"error: {error}")
    with pipeline:
        serve(pipeline, settings)


if __name__ == "__main__":
    main()
