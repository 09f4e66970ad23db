"""`dask scheduler` and `dask worker`, with an arXiv that may be asked without a pause."""

import sys

from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_worker import main as worker

from tests.posts import hurried

if __name__ == "__main__":
    assert hurried.defaults["delay"] == 0
    command = {"scheduler": scheduler, "worker": worker}[sys.argv[1]]
    command(sys.argv[2:])
