"""Digests made by hand: an invented paper about slow clocks, and one whose every text is hostile."""

import struct
import zlib
from datetime import UTC, date, datetime

from chatpaper.digest import (
    Audit,
    Claim,
    Conclusion,
    Digest,
    DigestFigure,
    Evidence,
    Flag,
    FlagKind,
    Glance,
    Links,
    Made,
    PaperFacts,
    Part,
    Summary,
)
from chatpaper.paper import Figure, Paper, Passage, PdfFile, ReadingReport, Record, Section
from chatpaper.value import Bilingual


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, grey: int = 200) -> bytes:
    """A picture of one shade."""
    rows = (b"\0" + bytes([grey]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = _chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PNG = png(300, 180)
QUOTES = {
    "1.2": "Water clocks lose eleven minutes a day when the basin cools.",
    "2.4": "With a heated basin the loss falls to 0.4 minutes a day, on 36 clocks.",
    "3.1": "We did not test basins above 40 degrees.",
}
RECORD = Record(
    arxiv_id="2404.12920v1",
    title="Slow Clocks & Warm Basins",
    authors=("Ada Byron",),
    abstract="Water clocks are slow when cold.",
    published=date(2024, 4, 19),
    updated=date(2024, 4, 19),
    categories=("physics.ins-det",),
)


def cite(*ids: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(passage=i, page=int(i.split(".")[0]), quote=QUOTES[i]) for i in ids)


def claim(zh: str | None, en: str | None, *ids: str, flags: tuple[tuple[FlagKind, str], ...] = ()) -> Claim:
    return Claim(zh=zh, en=en, evidence=cite(*ids), flags=tuple(Flag(kind=k, detail=d) for k, d in flags))


FACTS = PaperFacts(
    title="Slow Clocks & Warm Basins",
    authors=("Ada Byron", "Carl Gauß"),
    language="en",
    arxiv_id="2404.12920v1",
    doi="10.1000/clocks",
    published="2024-04-19",
    categories=("physics.ins-det",),
    comment="3 pages",
    abstract="Water clocks are slow when cold.",
    links=Links(
        abs="https://arxiv.org/abs/2404.12920v1",
        pdf="https://arxiv.org/pdf/2404.12920v1",
        code=("https://github.com/slow_clocks/warm_basin",),
    ),
    pages=3,
    sha256="ab" * 32,
)
MADE = Made(
    engine="gemini",
    model="gemini-flash-latest",
    prompts="0123456789ab",
    at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    seconds=18.4,
    calls=4,
    input_tokens=14200,
    cached_tokens=9800,
    output_tokens=950,
)
DIGEST = Digest(
    paper=FACTS,
    made=MADE,
    languages=("zh", "en"),
    title=Bilingual(zh="慢钟与暖盆", en="Slow Clocks & Warm Basins"),
    affiliations=(Bilingual(zh="水钟学院", en="Institute of Water Clocks"),),
    keywords=(Bilingual(zh="水钟", en="water clock"),),
    one_line=claim(
        "加热水盆使水钟每天只慢 0.4 分钟。", "A heated basin makes water clocks lose 0.4 minutes a day.", "2.4"
    ),
    glance=Glance(
        task=claim("低温下的计时", "timekeeping in the cold", "1.2"),
        data=claim("36 台钟", "36 clocks", "2.4"),
        main_result=claim("每天慢 0.4 分钟", "0.4 minutes lost a day", "2.4"),
    ),
    takeaways=(
        claim("不加热时每天慢 11 分钟。", "Unheated, they lose 11 minutes a day.", "1.2"),
        claim("试验了 37 台钟。", "37 clocks were tested.", "2.4", flags=(("number_not_found", "37"),)),
        claim("窗口为 $W=36$，价格 $5 到 $10。", "The window is $W=36$, at $5 to $10.", "2.4", "1.2"),
    ),
    summary=Summary(
        background=claim("水钟遇冷变慢。", "Water clocks slow in the cold.", "1.2"),
        prior_work=claim(None, None, flags=(("not_stated", ""),)),
        approach=claim("加热水盆。", "The basin is heated.", "2.4"),
        results=claim("支持：降到 0.4 分钟。", "Yes: it falls to 0.4 minutes.", "2.4"),
    ),
    methods=tuple(claim(f"第{n}步。", f"Step {n}.", "2.4") for n in (1, 2, 3)),
    conclusion=Conclusion(
        significance=claim("钟更准。", "Better clocks.", "2.4"),
        innovation=claim("首次加热。", "Heated for the first time.", "2.4"),
        performance=claim("0.4 分钟。", "0.4 minutes.", "2.4"),
        workload=claim("36 台钟。", "36 clocks.", "2.4"),
        limitations=claim("未测 40 度以上。", "Nothing above 40 degrees.", "3.1"),
    ),
    figures=(DigestFigure(kind="figure", label="Figure 1", caption="The basin", page=2, image=PNG),),
    notices=(Bilingual(zh="第 3 页的附录没有读入。", en="The appendix on page 3 was left out."),),
    audit=Audit(claims=15, traced=14, numbers=9, numbers_found=8),
)
REPEATABLE = Part(
    stage="reproducibility",
    heading=Bilingual(zh="可复现性", en="Reproducibility"),
    claims=(claim("图纸已公开。", "The drawings are published.", "2.4"),),
)
"""Of a stage that somebody added."""
WITH_MORE = DIGEST.model_copy(update={"more": (REPEATABLE,)})
EXTRACTIVE = DIGEST.model_copy(
    update={
        "extractive": True,
        "made": MADE.model_copy(update={"engine": "extractive", "model": "", "input_tokens": 0, "output_tokens": 0}),
        "title": Bilingual(en="Slow Clocks & Warm Basins"),
        "one_line": claim(None, QUOTES["2.4"], "2.4"),
        "glance": None,
        "takeaways": (claim(None, QUOTES["1.2"], "1.2"),),
        "methods": (),
        "conclusion": None,
        "skipped": {"conclusion": Bilingual(zh="配额已用完；请稍后重试", en="the quota is used up; try again later")},
    }
)

SCRIPTS = (
    "<script>window.hacked=1</script>",
    '"><img src=x onerror="window.hacked=1">',
    "![x](http://evil.example/p.png) [go](javascript:window.hacked=1)",
    "</style></title><svg onload=window.hacked=1>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "${window.hacked=1} {{constructor}} `window.hacked=1`",
    "$\\href{javascript:window.hacked=1}{x}$ <details open ontoggle=window.hacked=1>",
    "<form action=http://evil.example><input name=a autofocus onfocus=window.hacked=1></form>",
    "<style>body{display:none}</style><math><mtext><style><img src=x onerror=window.hacked=1></style></mtext></math>",
)


def hostile(digest: Digest = DIGEST) -> Digest:
    """The digest with every text replaced by all payloads at once."""
    words = " ".join(SCRIPTS)
    two = Bilingual(zh=words, en=words)
    bad = Claim(
        zh=words,
        en=words,
        evidence=(Evidence(passage='1.1" onclick="window.hacked=1', page=1, quote=words),),
        flags=(Flag(kind="unclean", detail=words),),
    )
    links = Links(
        abs="javascript:window.hacked=1",
        pdf=" javascript:alert(1)",
        code=('https://x.example/"onclick=1', words, "https://[x"),
    )
    facts = digest.paper.model_copy(
        update={
            "title": words,
            "authors": (words,) * 9,
            "arxiv_id": words,
            "doi": words,
            "published": words,
            "categories": (words,),
            "comment": words,
            "abstract": words,
            "links": links,
        }
    )
    return digest.model_copy(
        update={
            "paper": facts,
            "made": digest.made.model_copy(update={"engine": words, "model": words, "prompts": words}),
            "title": two,
            "affiliations": (two,),
            "keywords": (two,),
            "one_line": bad,
            "glance": Glance(task=bad, data=bad, main_result=bad),
            "takeaways": (bad,),
            "summary": Summary(background=bad, prior_work=bad, approach=bad, results=bad),
            "methods": (),
            "more": (Part(stage=words, heading=Bilingual(zh="自加", en="Own"), claims=(bad,)),),
            "skipped": {"methods": two, words[::-1]: two},
            "figures": (
                DigestFigure(
                    kind="figure", label=words, caption=words, page=1, image=PNG, translation=words, flags=bad.flags
                ),
            ),
            "translated": digest.made.model_copy(update={"model": words}),
            "notices": (two,),
        }
    )


PAPER = Paper(
    title=FACTS.title,
    authors=FACTS.authors,
    affiliations=("Institute of Water Clocks",),
    abstract=FACTS.abstract,
    arxiv_id=FACTS.arxiv_id,
    doi=FACTS.doi,
    code_urls=FACTS.links.code,
    language="en",
    pages=3,
    sections=(Section(number="1", title="Introduction", level=1, page=1, text=QUOTES["1.2"]),),
    figures=(Figure(kind="figure", label="Figure 1", caption="The basin", page=2, bbox=(72, 80, 300, 200)),),
    passages=tuple(
        Passage(
            id=i, page=int(i[0]), section="Introduction", kind="text", text=text, rects=((72.0, 90.0, 300.0, 102.0),)
        )
        for i, text in QUOTES.items()
    ),
    report=ReadingReport(
        sha256=FACTS.sha256,
        characters=190,
        columns=1,
        seconds=0.5,
        warnings=(Bilingual(zh="附录没有读入。", en="The appendix was left out."),),
    ),
    record=RECORD,
)


def pdf(path: str = "/tmp/none.pdf") -> PdfFile:
    return PdfFile.model_validate({"path": path, "name": "clocks.pdf", "sha256": FACTS.sha256})
