"""Parsers of what comes from outside, given what nobody thought of: a valid value, or an error of the tree; no third.

Short by default. `FUZZ_EXAMPLES=20000 python -m pytest tests/test_fuzz.py` looks longer.
"""

import json
import os
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatpaper.chain import correction, prompts, replies
from chatpaper.chain.audit import Auditor
from chatpaper.chain.evidence import Citer
from chatpaper.digest import Claim, Digest, StageReply
from chatpaper.errors import BadArxivId, BadEndpoint, BadPrompt, ChatPaperError
from chatpaper.library import Library
from chatpaper.llm import endpoints
from chatpaper.paper import Paper, Record
from chatpaper.rendering.formulas import mathml
from chatpaper.source import Arxiv, ArxivId, parse
from chatpaper.ui import recent
from tests.loopback.arxiv import ArxivFault, ArxivServer
from tests.loopback.records import SEASON_LINK
from tests.made import paper
from tests.rendering.samples import DIGEST

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
PAPER = paper()
TEXTS = {p.id: p.text for p in PAPER.passages}
STAGE = StageReply(text="{}")
AUDITOR, CITER = Auditor(PAPER, ("zh", "en")), Citer(PAPER)


def fuzzed(most: int) -> settings:
    """So many examples, or as many as FUZZ_EXAMPLES says; slow ones on a busy machine are no failure."""
    return settings(max_examples=EXAMPLES or most, deadline=None, suppress_health_check=list(HealthCheck))


def pieces(*known: str) -> st.SearchStrategy[str]:
    """Text made of the words that mean something to a parser, and of anything."""
    return st.lists(st.sampled_from(known) | st.text(max_size=6), max_size=24).map("".join)


@st.composite
def damaged(draw: st.DrawFn, *wholes: bytes) -> bytes:
    """One of the documents with some bytes cut out and others put in."""
    body = draw(st.sampled_from(wholes))
    for _ in range(draw(st.integers(0, 3))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 40))
        body = body[:at] + draw(st.binary(max_size=12) | st.text(max_size=6).map(_utf8)) + body[at + length :]
    return body


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
CLAIM = st.fixed_dictionaries(
    {},
    optional={
        "passages": st.lists(st.sampled_from(list(TEXTS)) | st.text(max_size=6), max_size=4) | JSON,
        "zh": pieces("编码器", "在12000张", "71.3%", "三分之二", "快2.5倍", "1万", "②", "可能", "不") | JSON,
        "en": pieces("SeasonLink ", "71.3% ", "2.5 times ", "may ", "1e9", "not ", "all ", "²", "1,0", "xxx") | JSON,
    },
)


@st.composite
def replied(draw: st.DrawFn) -> tuple[type[replies.Reply], str]:
    """A kind of reply, and a text that is one, nearly, or not at all."""
    kind = draw(st.sampled_from(list(replies.REPLIES.values())))
    fields = {name: CLAIM | st.lists(CLAIM, max_size=9) | JSON for name in kind.model_fields}
    text = json.dumps(draw(st.fixed_dictionaries({}, optional=fields)))
    cut = text[: draw(st.integers(0, len(text)))]
    return kind, draw(st.sampled_from([text, f"```json\n{text}\n```", cut, cut + draw(st.text(max_size=8))]))


@fuzzed(200)
@given(replied())
def test_replies_fit_or_are_named_misfits(given: tuple[type[replies.Reply], str]) -> None:
    kind, text = given
    half = replies.partial(text, kind)
    assert half is None or isinstance(half, kind)
    try:
        whole = replies.parse(text, kind, ("zh", "en"))
    except replies.Misfit:
        return
    assert half is not None
    for _, claim in replies.claims_of(whole):
        _holds(claim)


@fuzzed(200)
@given(CLAIM, st.sampled_from(["takeaways.0", "workload"]))
def test_claims_are_audited_whatever_they_say(said: dict[str, Any], path: str) -> None:
    try:
        claim = replies.ClaimReply.model_validate(said)
    except ValueError:
        assert correction.parse(json.dumps({correction.key(path): said}), {path: Claim()}) == {}
        return
    _holds(claim)


def _holds(claim: replies.ClaimReply) -> None:
    """What is quoted is the paper's; what is not flagged has evidence."""
    audited = AUDITOR.audited(CITER.claim(claim, whole=True))
    assert all(e.quote == TEXTS[e.passage] for e in audited.evidence)
    assert audited.evidence or audited.flags
    assert AUDITOR.totals([audited]).claims == audited.stated


@fuzzed(300)
@given(
    pieces("https://", "arxiv.org", "/abs/", "/pdf/", "arXiv:", "2404.12920", "hep-th/9901001", "v1", "%2F", "％", "#")
)
def test_an_id_is_one_that_arxiv_can_have_given(text: str) -> None:
    try:
        found = parse(text)
    except BadArxivId:
        return
    assert parse(str(found)) == found
    assert set(found.file_name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_")


@fuzzed(300)
@given(
    pieces(
        "http://", "https://", "api.example.org", "127.0.0.1", "[::1]", ":80", ":", "/v1", "@", "..", "?", "%00", "\t"
    )
)
def test_an_address_is_one_that_the_client_reads_alike(text: str) -> None:
    try:
        address = endpoints.checked(text)
    except BadEndpoint:
        return
    parts, url = urlsplit(address), httpx2.URL(address)
    assert endpoints.checked(address) == address
    assert (url.scheme, url.host) == (parts.scheme, parts.hostname)
    assert parts.scheme in ("http", "https")
    assert address.isprintable()
    assert not any((parts.username, parts.password, parts.query, parts.fragment))
    assert endpoints.named(address)


@fuzzed(200)
@given(
    JSON
    | st.fixed_dictionaries(
        {name: JSON | st.just("a" * 64) | st.booleans() for name in ("name", "sha256", "extractive", "title", "at")},
        optional=dict.fromkeys(("arxiv_id", "file"), JSON),
    )
)
def test_an_entry_of_the_browser_is_whole_or_none(data: object) -> None:
    entry = recent.given(data)
    assert entry is None or (len(entry.name) == len(entry.sha256) == 64 and set(entry.name + entry.sha256) <= HEX)


HEX = set("0123456789abcdef")
# fmt: off
LATEX = (
    "\\frac", "\\sqrt", "{", "}", "^", "_", "x", "12", "\\left", "\\right", "(", ")", "|", "&", "\\\\", "\\text", "<b>",
    "\\begin{matrix}", "\\end{matrix}", "\\href", "\\style", "\\class", "\\color", "\\alpha", "\\mathbf", "\\hspace",
    "&lt;", "&#x3c;", '"', "'", "\\operatorname", "\\overset", "\\substack", "[", "]", "\x01", "\ufffe", "\\limits",
)
# fmt: on


@fuzzed(300)
@given(pieces(*LATEX))
def test_a_formula_is_plain_mathematics_or_none(latex: str) -> None:
    written = mathml(latex)
    for element in ElementTree.fromstring(written).iter() if written else ():
        assert element.tag in MATHEMATICS
        assert not {"href", "style", "class", "id", "src"} & element.attrib.keys()
        assert not any(name.startswith(("on", "xmlns", "{")) for name in element.attrib)


MATHEMATICS = frozenset(
    re.findall(
        r"\w+",
        """math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle
        msub msubsup msup mtable mtd mtext mtr munder munderover""",
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real prompts, one stage of which is overwritten again and again."""
    folder = tmp_path_factory.mktemp("prompts")
    for path in prompts.FOLDER.glob("*.md"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


# fmt: off
YAML = (
    "---\n", "name: extra\n", "needs: [summary]\n", "needs: ", "reply: statements\n", "reply: takeaways\n",
    "heading: {zh: 更多, en: More}\n", "heading: ", "body: x\n", "$summary", "$", "$$", "${", "}", "&a ", "*a", "? ",
    "!!python/object:os.system ", "2001-13-41\n", "[", "]", "{", ": ", "- ", "\n", "\t", "|\n", "0x", "\x00", "1: 2\n",
)
# fmt: on


@fuzzed(150)
@given(
    damaged(b"---\nname: extra\nneeds: [summary]\nreply: statements\nheading: {zh: a, en: b}\n---\nSay $summary.\n")
    | pieces(*YAML).map(lambda text: _utf8(f"---\n{text}\n---\nSay it."))
    | pieces(*YAML).map(_utf8)
)
def test_prompts_load_or_are_named_bad(folder: Path, body: bytes) -> None:
    (folder / "extra.md").write_bytes(body)
    try:
        loaded = prompts.load(folder)
    except BadPrompt:
        return
    for stage in loaded.stages:
        assert stage.instruction({"languages": "", **dict.fromkeys(stage.needs, "")}) is not None


@pytest.fixture(scope="module")
def arxiv_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ArxivServer, Arxiv]]:
    with ArxivServer() as server:
        server.add(SEASON_LINK, b"%PDF-")
        yield server, Arxiv(endpoint=server.url, cache=tmp_path_factory.mktemp("arxiv"), max_mb=1, delay=0)


FEED = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><title>q</title><updated>2026-01-01T00:00:00Z</updated>
<opensearch:totalResults>1</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<entry><id>http://arxiv.org/abs/2404.12920v1</id><title>A lake</title><updated>2024-04-19T14:51:00Z</updated>
<published>2024-04-19T14:51:00Z</published><summary>We.</summary><author><name>A. B.</name></author>
<link title="pdf" href="http://arxiv.org/pdf/2404.12920v1" rel="related" type="application/pdf"/>
<arxiv:primary_category term="cs.CV"/><category term="cs.CV"/><arxiv:doi>10.1/x</arxiv:doi></entry></feed>"""


@fuzzed(60)
@given(damaged(FEED, FEED.replace(b"UTF-8", b"utf-16"), FEED.replace(b"2024-04-19T14:51:00Z", b"0000-00-00")))
@example(FEED)
@example(FEED.replace(b"UTF-8", b"idna"))
def test_a_feed_is_records_or_garbled(arxiv_at: tuple[ArxivServer, Arxiv], body: bytes) -> None:
    server, arxiv = arxiv_at
    server.always["query"] = ArxivFault(page=body)
    try:
        record = arxiv.record(ArxivId(number="2404.12920"))
    except ChatPaperError:
        return
    assert isinstance(record, Record)
    assert parse(record.arxiv_id).number == "2404.12920"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Library]:
    folder = tmp_path_factory.mktemp("library")
    return folder / "library.sqlite3", Library(folder)


@fuzzed(60)
@given(
    st.sampled_from(["papers", "digests", "replies"]),
    st.none() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"))
    | st.binary() | damaged(*(v.model_dump_json().encode() for v in (PAPER, DIGEST, STAGE))).map(zlib.compress),
)  # fmt: skip
def test_a_stored_row_is_a_value_or_not_there(library: tuple[Path, Library], table: str, body: object) -> None:
    path, shelf = library
    shelf.keep_digest("k", PAPER, DIGEST)
    shelf.keep_reply("k", "summary", STAGE)
    shelf.keep_paper("k", PAPER)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"update or ignore {table} set body = ?", (body,))
    found, digested = shelf.paper("k"), shelf.digest("k")
    assert found is None or isinstance(found, Paper)
    assert digested is None or (isinstance(digested[0], Paper) and isinstance(digested[1], Digest))
    assert all(isinstance(r, StageReply) for r in shelf.replies("k").values())
    assert len(shelf.rows()) >= 3
