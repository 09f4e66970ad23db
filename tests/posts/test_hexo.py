"""Posts built by a real Hexo, where there is one: `npm install --prefix tests/posts/site` gets it, as CI does."""

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from chatpaper.digest import Claim, Digest
from chatpaper.rendering.flavours import flavour
from chatpaper.rendering.post import Head
from chatpaper.rendering.post_markdown import MarkdownPost
from tests.posts.fake import FakePipeline, order, records, run
from tests.rendering.samples import DIGEST, MADE, hostile

MODULES = Path(__file__).parent / "site" / "node_modules"
pytestmark = pytest.mark.skipif(not MODULES.exists(), reason="no Hexo: npm install --prefix tests/posts/site")
TEX = r"$\|x_i\|_{2} \lt \{a\}_{1} * b_2 * \mathbf{{c}}$"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "node_modules").symlink_to(MODULES)
    for name, text in {
        "package.json": '{"name":"site","version":"0.0.0","hexo":{"version":""},"dependencies":{"hexo":"*",'
        '"hexo-renderer-marked":"*","hexo-renderer-ejs":"*"}}',
        "_config.yml": "title: T\nurl: http://example.org\npermalink: :title/\npost_asset_folder: true\ntheme: bare\n",
        "themes/bare/layout/post.ejs": "<html><title><%= page.title %></title><%- page.content %></html>",
        "source/_posts/.keep": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def built(site: Path, stem: str) -> str:
    ran = subprocess.run(["npx", "hexo", "generate"], cwd=site, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "ERROR" not in ran.stdout + ran.stderr
    return (site / "public" / stem / "index.html").read_text("utf-8")


def test_a_run_s_post(site: Path, tmp_path: Path) -> None:
    fake = FakePipeline(records(3))
    run(fake, order(site / "source" / "_posts"), tmp_path / "data")
    [stem] = [p.stem for p in (site / "source" / "_posts").glob("*.md")]
    page = built(site, stem)
    assert "<title>Diffusion Models</title>" in page
    assert len(re.findall(r"<h2", page)) == 4, "the briefing and three papers"
    assert len(re.findall(r"<ol>\n<li><strong>标题：</strong>", page)) == 3
    assert page.count("<strong>结论：</strong>") == 3
    assert "start=" not in page
    assert "<pre" not in page
    assert "**" not in page
    assert page.count("<details>") == page.count("</details>") == 3
    pictures = re.findall(r'<img src="(.*?)"', page)
    assert len(pictures) == 3
    assert all((site / "public" / stem / p).is_file() for p in pictures), "from where the page is"
    assert 'href="https://github.com/slow_clocks/warm_basin"' in page


def test_hostile_text_and_formulas(site: Path) -> None:
    claim = Claim(
        zh=f"误差 {TEX}，价格 $5 到 $10。{{{{ site.title }}}} {{% raw %}}", evidence=DIGEST.takeaways[0].evidence
    )
    digest: Digest = DIGEST.model_copy(update={"one_line": claim, "takeaways": (claim,), "languages": ("zh",)})
    form = MarkdownPost("zh", flavour("hexo"))
    parts = [form.part(d, "x", {}, ()) for d in (digest, hostile(DIGEST))]
    head = Head(topic="{{ 1 }} <b>", stem="x", date=MADE.at, papers=("1", "2"), first_title="y")
    text = form.opening(head, tuple(p.row for p in parts)) + "\n".join(p.block for p in parts) + form.closing(head)
    (site / "source" / "_posts" / "x.md").write_text(text, "utf-8")
    page = built(site, "x")
    assert not re.search(r"<(?:script|iframe|svg|form|style|math|input)\b", page)
    assert not re.search(r"<[^>]*\son\w+=", page)
    shown = unescape(page)
    assert TEX.replace("{{", "{ {").replace("}}", "} }") in shown
    assert "<span>$</span>5 到 <span>$</span>10。{{ site.title }} {% raw %}" in shown
