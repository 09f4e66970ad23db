"""`dask scheduler` and `dask worker`, with an arXiv that may be asked without a pause."""

import sys
from importlib import import_module

from tests.posts import hurried

if __name__ == "__main__":
    assert hurried.defaults["delay"] == 0
    import_module(f"distributed.cli.dask_{sys.argv[1]}").main(sys.argv[2:])
