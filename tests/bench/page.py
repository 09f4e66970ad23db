"""How soon the page is there, and what it takes while nobody uses it: python -m tests.bench.page [--loads 5]

Beside a Gradio app with one text box, in turns, in the same Chromium; each load is a new visitor's, nothing cached.
`first paint` is the first thing that is drawn (First Contentful Paint), `ready` the first moment at which one can type,
medians in seconds from the server's first byte. `idle MB` is the memory of the server and its children after the loads,
`before` the same before the first one.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.load import Use, launched
from tests.ui.conftest import FLAGS, chromium

PLAIN = "import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Textbox()\ndemo.launch()"
SERVERS = {"chatpaper": [sys.executable, "app.py"], "plain gradio": [sys.executable, "-c", PLAIN]}
_PAINTED = """() => new Promise(done => {
    const told = () => {
        const [paint] = performance.getEntriesByName("first-contentful-paint");
        if (!paint) return setTimeout(told, 20);
        const { responseStart } = performance.getEntriesByType("navigation")[0];
        done([paint.startTime - responseStart, performance.now() - responseStart]);
    };
    told();
})"""


@dataclass
class Server:
    """One app in a process of its own, and what was measured of it."""

    process: subprocess.Popen[bytes]
    url: str
    before: float
    """MB, before the first visitor."""
    painted: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)

    @classmethod
    def started(cls, command: list[str], folder: Path) -> "Server":
        process, url = launched(command, folder)
        return cls(process, url, Use.of(process.pid).memory_mb)

    def load(self, browser: Browser) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(self.url, wait_until="commit")
        page.locator("input[type=text], textarea").first.wait_for(timeout=120_000)
        painted, ready = page.evaluate(_PAINTED)
        self.painted.append(painted / 1000)
        self.ready.append(ready / 1000)
        context.close()


def rows(loads: int) -> list[dict[str, str]]:
    """What is printed, a row for each app."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        servers = {}
        try:
            for name, command in SERVERS.items():
                servers[name] = Server.started(command, Path(folder) / name.replace(" ", "-"))
            for _ in range(loads):
                for server in servers.values():
                    server.load(browser)
            return [_row(name, server) for name, server in servers.items()]
        finally:
            for server in servers.values():
                server.process.terminate()
                server.process.wait(30)
            browser.close()


def _row(name: str, server: Server) -> dict[str, str]:
    return {
        "": name,
        "first paint": f"{statistics.median(server.painted):.2f}",
        "slowest": f"{max(server.painted):.2f}",
        "ready": f"{statistics.median(server.ready):.2f}",
        "before": f"{server.before:.0f}",
        "idle MB": f"{Use.of(server.process.pid).memory_mb:.0f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=5)
    told = rows(parser.parse_args().loads)
    for row in [{name: name for name in told[0]}, *told]:
        print("  ".join(f"{value:>12}" for value in row.values()))


if __name__ == "__main__":
    main()
