"""Requests keep their distance, over threads and processes."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chatpaper.source.pace import Pace

DELAY = 0.15


def _times(path: Path, times: int) -> list[float]:
    pace = Pace(DELAY, path)
    found = []
    for _ in range(times):
        pace.wait()
        found.append(time.time())
    return found


def test_threads() -> None:
    pace = Pace(DELAY)

    def one(_: int) -> float:
        pace.wait()
        return time.monotonic()

    with ThreadPoolExecutor(4) as pool:
        times = sorted(pool.map(one, range(5)))
    assert 3 * DELAY < times[-1] - times[0] < 4 * DELAY + 1.0


def test_processes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pace"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        times = sorted(t for found in pool.starmap(_times, [(path, 4)] * 2) for t in found)
    # each alone would be done in 3 delays; a busy machine may tell any single time late
    assert times[-1] - times[0] > 6 * DELAY


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert len(_times(tmp_path / "file" / "pace", 2)) == 2
