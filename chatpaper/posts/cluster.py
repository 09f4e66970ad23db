"""A run's papers on other machines: an existing dask.distributed cluster (an optional extra, requirements-cluster.txt).

Scheduler and workers share the data folder; each worker has its own settings and keys in its environment, so that no
key travels. A worker that dies loses the stage it was at: its paper goes to another one, which finds what is finished.
"""

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from ..cancel import CancelToken
from ..errors import BadOption
from ..pipeline import Choice, Pipeline
from ..settings import Settings
from ..value import Bilingual
from .desk import FATAL, Desk
from .ledger import Ledger, Outcome
from .plan import Planned

_SECONDS = 5
"""To find the scheduler."""

_making = Lock()


@dataclass(frozen=True)
class RemoteDesk:
    """A desk that can be sent: it furnishes itself where it arrives, once in each process."""

    choice: Choice
    data: Path
    """As every machine of the cluster knows it."""
    run: str
    """Its name in the data folder."""

    def __call__(self, paper: Planned) -> Outcome:
        with _making:
            desk = _desk(self)
        try:
            return desk(paper)
        except FATAL:
            _desk.cache_clear()  # the next run begins anew
            raise


@lru_cache(maxsize=1)
def _desk(remote: RemoteDesk) -> Desk:
    settings = Settings.read().model_copy(update={"data_dir": remote.data})
    return Desk(remote.choice, Pipeline(settings), Ledger(remote.data, remote.run), CancelToken())


class Cluster:
    """The connection to a scheduler, such as tcp://host:8786."""

    def __init__(self, address: str) -> None:
        """Raises BadOption."""
        try:
            distributed = import_module("distributed")
        except ImportError:
            raise BadOption(
                problem=Bilingual(
                    zh="没有安装 dask.distributed，请运行 pip install -r requirements-cluster.txt",
                    en="dask.distributed is not installed, run pip install -r requirements-cluster.txt",
                )
            ) from None
        try:
            self._client: Any = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise BadOption(
                problem=Bilingual(zh=f"连不上调度器 {address}", en=f"no scheduler answers at {address}")
            ) from None

    def __enter__(self) -> Executor:
        executor: Executor = self._client.get_executor(retries=3)
        return executor

    def __exit__(self, *_: object) -> None:
        self._client.close()
