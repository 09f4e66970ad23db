"""ChatPaper's page: `python app.py`, then http://127.0.0.1:7860."""

import sys

from chatpaper.errors import SetupError
from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from chatpaper.ui.page import build, launch_options


def main() -> None:
    """Settings, the page, launch; only here, for the reading workers import this file too."""
    try:
        settings = Settings.read()
        pipeline = Pipeline(settings)
    except SetupError as error:
        sys.exit(f"error: {error}")
    with pipeline:
        build(pipeline, settings).launch(**launch_options(settings))


if __name__ == "__main__":
    main()
