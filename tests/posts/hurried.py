"""The command line with an arXiv that may be asked without a pause: loopback does not mind."""

import sys
from typing import Any

from chatpaper import source
from chatpaper.cli import main

defaults: Any = source.Arxiv.__init__.__kwdefaults__
defaults["delay"] = 0.0

if __name__ == "__main__":
    sys.exit(main())
