"""A whole session with marked keys, and then a search for them everywhere."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import requests

from tests.bench.load import children
from tests.conftest import DATA
from tests.loopback.gemini import GeminiServer

from .test_server import App, Visitor, app

GOOD, BAD, OWNER, PASSWORD = "AIza-MARK-good", "AIza-MARK-refused", "AIza-MARK-owner", "MARK-password"
MARK = b"MARK-"


def call(server: App, paper: Path, key: str) -> str:
    """/digest, as a program asks for it."""
    info = requests.get(f"{server.url}/gradio_api/info", timeout=60).json()
    names = [p["parameter_name"] for p in info["named_endpoints"]["/digest"]["parameters"]]
    with paper.open("rb") as file:
        (there,) = requests.post(f"{server.url}/gradio_api/upload", files={"files": file}, timeout=60).json()
    defaults = {
        p["parameter_name"]: p.get("parameter_default") for p in info["named_endpoints"]["/digest"]["parameters"]
    }
    given = {"path": there, "orig_name": paper.name, "meta": {"_type": "gradio.FileData"}}
    values = defaults | {"paper": "", "file": given, "key": key, "engine": "gemini"}
    event = requests.post(
        f"{server.url}/gradio_api/call/digest", json={"data": [values[name] for name in names]}, timeout=60
    ).json()
    return requests.get(f"{server.url}/gradio_api/call/digest/{event['event_id']}", timeout=120).text


def stored(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All files below, as they are and unpacked."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        yield path, path.read_bytes()
        if is_zipfile(path):
            with ZipFile(path) as archive:
                yield from ((path, archive.read(name)) for name in archive.namelist())


def rows(library: Path) -> Iterator[bytes]:
    with sqlite3.connect(library) as connection:
        for table in ("papers", "digests", "replies"):
            yield from (zlib.decompress(body) for (body,) in connection.execute(f"select body from {table}"))
    connection.close()


def test_a_key_is_nowhere_but_with_its_visitor_and_its_engine(tmp_path: Path, gemini: GeminiServer) -> None:
    gemini.keys = {GOOD, OWNER}
    data, temp = tmp_path / "data", tmp_path / "temp"
    settings = {"GEMINI_API_KEY": OWNER, "CHATPAPER_GEMINI_ENDPOINT": gemini.url, "CHATPAPER_DATA_DIR": str(data)}
    with app(tmp_path, **settings) as server:
        visitor, other = Visitor(server.url), Visitor(server.url)
        told = [
            visitor.upload(DATA / "one-column.pdf", key=GOOD),
            visitor.upload(DATA / "no-sections.pdf", key=BAD),
            visitor.upload(DATA / "encrypted.pdf", key=GOOD, password=PASSWORD),
            call(server, DATA / "two-columns.pdf", GOOD),
            call(server, DATA / "chinese.pdf", BAD),
            other.upload(DATA / "injection.pdf"),
            other.told("home", {}),
        ]
        assert {GOOD, OWNER} <= {r.key for r in gemini.requests}
        assert "不接受这个密钥" in json.dumps(told[1], ensure_ascii=False)
        assert "complete" in told[3]
        shown = {str(n): json.dumps(one).encode() for n, one in enumerate(told)}
        for path in (
            "config",
            "gradio_api/info",
            "gradio_api/openapi.json",
            "openapi.json",
            "gradio_api/runs",
            "healthz",
        ):
            shown[path] = requests.get(f"{server.url}/{path}", timeout=60).content
        for session in (visitor.session, other.session):
            requests.get(f"{server.url}/gradio_api/deep_link", params={"session_hash": session}, timeout=60)
        app_pid, below = server.process.pid, children(server.process.pid)
        assert below, "a reading worker runs"
        for pid in (app_pid, *below):
            shown[f"arguments of {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in below:
            shown[f"environment of {pid}"] = Path(f"/proc/{pid}/environ").read_bytes()
        assert [where for where, text in shown.items() if MARK in text] == []
        files = [*stored(data), *stored(temp), *stored(Path(server.log).parent)]
        assert len(files) > 8, "papers, downloads, library, log"
        assert [path for path, content in files if MARK in content] == []
        assert not any(MARK in row for row in rows(data / "library.sqlite3"))
