"""A hostile file harms nobody: time and memory are limited, and the next file is read."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from chatpaper.errors import BrokenPdf, CrashedReading, TooSlowPdf
from chatpaper.paper import PdfFile
from chatpaper.reading import Reader

from .conftest import pdf_at

ROOT = Path(__file__).parents[2]


def written(path: Path, objects: list[bytes]) -> PdfFile:
    body = b"%PDF-1.7\n"
    for number, one in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    path.write_bytes(body + b"trailer << /Root 1 0 R /Size %d >>\n" % (len(objects) + 1))
    return pdf_at(path)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def page(content: bytes, resources: bytes) -> list[bytes]:
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << %s >> >>" % resources,
        content,
    ]


def swelling(path: Path) -> PdfFile:
    """A few hundred kilobytes that unpack to 400 megabytes of drawing orders."""
    packer = zlib.compressobj(9)
    unit = b"BT /F 9 Tf 50 700 Td (all work and no play) Tj ET\n" * 20000
    packed = b"".join(packer.compress(unit) for _ in range(400)) + packer.flush()
    return written(path, page(stream(packed, b"/Filter /FlateDecode"), b""))


def endless(path: Path) -> PdfFile:
    """Forms that draw the next form ten times, twelve levels deep."""
    objects = page(stream(b"/X Do"), b"/XObject << /X 5 0 R >>")
    for level in range(12):
        inner = b"/XObject << /X %d 0 R >>" % (6 + level) if level < 11 else b""
        form = b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << %s >>" % inner
        objects.append(stream(b"/X Do " * 10 if level < 11 else b"0 0 m 9 9 l S", form))
    return written(path, objects)


def test_a_file_that_is_worked_on_for_too_long_is_stopped(tmp_path: Path) -> None:
    with Reader(seconds=1) as reader, pytest.raises(TooSlowPdf) as stopped:
        reader.render_page(endless(tmp_path / "bomb.pdf"), 1)
    assert stopped.value.values == {"seconds": 1}
    assert getattr(stopped.value.__cause__, "exitcode", None) == -signal.SIGXCPU


@pytest.mark.parametrize("hostile", [swelling, endless])
def test_a_bomb_is_stopped_and_the_next_file_is_read(
    tmp_path: Path, pdf: Callable[[str], PdfFile], hostile: Callable[[Path], PdfFile]
) -> None:
    with Reader(seconds=4, memory_mb=900) as reader:
        with pytest.raises((TooSlowPdf, CrashedReading, BrokenPdf)):
            reader.read(hostile(tmp_path / "bomb.pdf"))
        assert reader.read(pdf("no-sections.pdf")).title


def test_time_that_a_busy_machine_takes_is_not_the_files_fault(pdf: Callable[[str], PdfFile]) -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Reader(seconds=4) as reader, ThreadPoolExecutor(1) as thread:
        assert reader.read(pdf("no-sections.pdf")).title
        own, began = _readers(others), time.monotonic()
        reading = _stopped_at_work(own, thread, lambda: reader.read(pdf("two-columns.pdf")))
        threading.Timer(6, os.kill, [own, signal.SIGCONT]).start()
        assert reading.result().title
        assert time.monotonic() - began > 6
        assert _readers(others) == own  # it is this one that read


def test_a_reading_that_hangs_without_working_ends(tmp_path: Path, pdf: Callable[[str], PdfFile]) -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Reader(seconds=1) as reader, ThreadPoolExecutor(1) as thread:
        assert reader.render_page(pdf("no-sections.pdf"), 1)
        drawing = _stopped_at_work(
            _readers(others), thread, lambda: reader.render_page(endless(tmp_path / "bomb.pdf"), 1)
        )
        with pytest.raises(TooSlowPdf):
            drawing.result()
        assert reader.render_page(pdf("no-sections.pdf"), 1)


def test_a_page_is_drawn_while_another_paper_is_read(tmp_path: Path, pdf: Callable[[str], PdfFile]) -> None:
    with Reader(seconds=4, memory_mb=900) as reader:
        ended: list[Exception] = []

        def read() -> None:
            try:
                reader.read(endless(tmp_path / "bomb.pdf"))
            except (TooSlowPdf, CrashedReading) as error:
                ended.append(error)

        reader.render_page(pdf("no-sections.pdf"), 1)  # the process is there
        thread = threading.Thread(target=read)
        thread.start()
        assert reader.render_page(pdf("no-sections.pdf"), 1)
        assert thread.is_alive()
        assert not ended
        thread.join(60)
        assert ended


@pytest.mark.parametrize(("sent", "fails"), [(signal.SIGKILL, True), (signal.SIGSEGV, False)])
def test_a_killed_worker_is_an_error_a_crashed_one_tries_again_and_the_next_file_is_read(
    pdf: Callable[[str], PdfFile], sent: signal.Signals, fails: bool
) -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Reader(seconds=60) as reader:
        assert reader.read(pdf("no-sections.pdf")).title
        own = _readers(others)
        failures: list[Exception] = []

        def read() -> None:
            try:
                for _ in range(3):
                    reader.read(pdf("one-column.pdf"))
            except CrashedReading as error:
                failures.append(error)

        thread = threading.Thread(target=read)
        thread.start()
        time.sleep(0.5)
        os.kill(own, sent)
        thread.join(60)
        assert bool(failures) == fails
        assert reader.read(pdf("no-sections.pdf")).title


@pytest.mark.parametrize(("sent", "fails"), [(signal.SIGKILL, True), (signal.SIGSEGV, False)])
def test_networks_that_end_are_treated_as_a_worker_that_does(
    pdf: Callable[[str], PdfFile], sent: signal.Signals, fails: bool
) -> None:
    others = {child.pid for child in multiprocessing.active_children()}
    with Reader(seconds=60) as reader:
        assert reader.read(pdf("no-sections.pdf")).title
        (networks,) = _children(_readers(others))
        os.kill(networks, sent)
        with pytest.raises(CrashedReading) if fails else nullcontext():
            assert reader.read(pdf("no-sections.pdf")).title
        assert reader.read(pdf("no-sections.pdf")).title


def test_workers_end_with_a_program_that_is_killed(pdf: Callable[[str], PdfFile]) -> None:
    code = (
        "import multiprocessing, os, pathlib, signal, sys\n"
        "from chatpaper.paper import PdfFile\n"
        "from chatpaper.reading import Reader\n"
        "if __name__ == '__main__':\n"
        "    path = pathlib.Path(sys.argv[1])\n"
        "    reader, pdf = Reader(), PdfFile(path=path, name='a', sha256='0' * 64)\n"
        "    reader.render_page(pdf, 1), reader.read(pdf)\n"
        "    for child in multiprocessing.active_children():\n"
        "        own = pathlib.Path(f'/proc/{child.pid}/task/{child.pid}/children').read_text()\n"
        "        print(child.pid, own, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", code, str(pdf("no-sections.pdf").path)]
    workers = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout.split()
    assert len(workers) == 3  # one that draws, one that reads, and the networks of that one
    until = time.monotonic() + 30
    while any(_state(pid) != "Z" for pid in workers):
        assert time.monotonic() < until, "a worker outlives its program"
        time.sleep(0.1)


def _stat(pid: int | str) -> list[str]:
    """What the system says of a process behind its name (proc_pid_stat(5), from the third field on)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _state(pid: str) -> str:
    """As the system names it; of one that is gone, that of one that nobody has waited for."""
    try:
        return _stat(pid)[0]
    except OSError:
        return "Z"


def _readers(others: set[int | None]) -> int:
    """The process of the worker that has started besides these children."""
    here = {child.pid for child in multiprocessing.active_children()} - others
    (own,) = (pid for pid in here if pid is not None and "spawn" in Path(f"/proc/{pid}/cmdline").read_text())
    return own


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _stopped_at_work(worker: int, thread: ThreadPoolExecutor, does: Callable[[], Any]) -> Future[Any]:
    """What the worker is asked for on the thread, with the worker stopped in its midst."""

    def worked() -> int:
        return int(_stat(worker)[11])

    before, asked = worked(), thread.submit(does)
    until = time.monotonic() + 30
    while worked() < before + 10:  # hundredths of a second
        assert time.monotonic() < until
        time.sleep(0.01)
    os.kill(worker, signal.SIGSTOP)
    return asked


def test_several_threads(reader: Reader, pdf: Callable[[str], PdfFile]) -> None:
    titles: list[str] = []
    threads = [
        threading.Thread(target=lambda: titles.append(reader.read(pdf("no-sections.pdf")).title)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(titles) == 3
    assert len(set(titles)) == 1


def test_the_caller_never_loads_pymupdf() -> None:
    code = "import sys, chatpaper.reading; chatpaper.reading.Reader(); sys.exit('pymupdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_worker_leaves_the_networks_to_their_process_which_loads_what_it_needs() -> None:
    code = """
import sys
from chatpaper.reading import mupdf
mupdf.load()
import pymupdf
from chatpaper.reading import worker
worker.start(2000, reads=True)
page = pymupdf.open("tests/data/two-columns.pdf")[0]
page.get_layout()
assert page.layout_information is None
assert not worker._model.worn
assert not {"onnx", "onnxruntime"} & set(sys.modules)
from chatpaper.reading import graphs, network
made = []
original = graphs._runtime.InferenceSession
graphs._runtime.InferenceSession = lambda path, **options: made.append(path) or original(path, **options)
network.Network()
print(len(made))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2"  # the image part and the graph part
