"""Opening every page: what cannot be read is refused, what can is laid out in blocks."""

import re
from collections import Counter

from ..errors import BrokenPdf, GarbledPdf, NotAPaper, ScannedPdf
from . import limits, noise
from .blocks import blocks_of, in_order
from .desk import Desk
from .fonts import LOST, name_signs
from .marks import LayoutBox, Style, area, share_within
from .pages import PageMarks
from .text import Vocabulary

_AFTER = 0.3
"""The share of the time that is kept for what comes after the pages were seen; of usual papers it takes 0.15."""


def see(desk: Desk) -> None:
    """Every page as it is marked; the layout model begins with the first ones while the next ones are seen."""
    if desk.total > desk.count:
        desk.say(
            f"文件有 {desk.total} 页，超过上限；只读了前 {desk.count} 页",
            f"the file has {desk.total} pages, more than allowed; only the first {desk.count} were read",
        )
    name_signs(desk.document, desk.count)
    allowed = limits.left()
    for i in range(desk.count):
        if limits.left() < _AFTER * allowed:
            desk.say(
                f"这些页需要的计算太多；共 {desk.total} 页，只读了前 {i} 页",
                f"these pages need too much computing; only the first {i} of {desk.total} were read",
            )
            break
        desk.sight.see(i)
    for i, found in enumerate(desk.sight.found(), 1):
        if isinstance(found, PageMarks):
            desk.pages.append(found)
        else:
            desk.say(f"第 {i} 页损坏，未能读取", f"page {i} is damaged and was left out ({type(found).__name__})")
    if noise.without_line_numbers(desk.pages):
        desk.say("行号已略去", "line numbers were left out")


def refuse_unreadable(desk: Desk) -> None:
    texts = " ".join(line.text for page in desk.pages for line in page.lines + page.turned)
    letters = sum(c.isalnum() for c in texts)
    scanned = sum(p.characters < 40 and p.image_share > 0.5 for p in desk.pages)
    if not desk.pages or letters < 100:
        images = any(p.image_share > 0.3 for p in desk.pages)
        if letters < 20 and not any(p.graphics for p in desk.pages) and not images:
            raise BrokenPdf()
        raise ScannedPdf(pages=desk.total) if images or letters < 20 else NotAPaper()
    if scanned > 0.5 * len(desk.pages):
        raise ScannedPdf(pages=desk.total)
    if scanned:
        desk.say(f"有 {scanned} 页只有图像，没有文字", f"{scanned} pages hold only images and no text")
    if any(p.ocr for p in desk.pages):
        if misread(texts):
            raise ScannedPdf(pages=desk.total)
        desk.say("文字来自扫描件的识别层，可能有错", "the text comes from a scan's OCR layer and may be wrong")
    if garbled(texts):
        raise GarbledPdf()
    if lost := texts.count(LOST):
        desk.say(
            f"有 {lost} 处字符在文件中没有编码，读作“{LOST}”；含有它们的句子不会被引用",
            f"at {lost} places characters have no encoding in the file: they read as '{LOST}', and sentences with them "
            "are not quoted",
        )


def lay_out(desk: Desk) -> None:
    desk.vocabulary = Vocabulary(line for page in desk.pages for line in page.lines)
    for page in desk.sight.judged():
        page.layout = [box for box in page.layout if not _watermark(box, page)]
        desk.blocks[page.number] = blocks_of(page)
    sizes: Counter[float] = Counter()
    styles: Counter[Style] = Counter()
    for blocks in desk.blocks.values():
        for block in blocks:
            if block.label in ("text", "list-item") and not block.role:
                for line in block.lines:
                    sizes[round(line.size * 2) / 2] += len(line.text)
                    styles[line.style] += len(line.text)
    desk.body_size = sizes.most_common(1)[0][0] if sizes else 10.0
    desk.body = styles.most_common(1)[0][0] if styles else Style("", 10.0, False, False, False)
    noise.mark(desk.pages, desk.blocks, desk.body_size)
    for page in desk.pages:
        noise.mark_contents(in_order(desk.blocks[page.number], page.width))


def _watermark(one: LayoutBox, page: PageMarks) -> bool:
    """What is printed across a page, whatever the model calls it: there is no head or foot of such a size."""
    large = area(one.box) > _LARGE * page.width * page.height
    across = any(
        share_within(line.box, one.box) > 0.8 and share_within(one.box, line.box) > 0.8 for line in page.turned
    )
    return large and (across or one.label in ("page-header", "page-footer"))


_LARGE = 0.2
"""Of the page."""


def misread(text: str) -> bool:
    """A poor OCR layer: of its Latin words too many are broken by signs and digits, or single letters.

    On pages that were read well, four words of five are letters alone, with marks at their ends.
    """
    words = re.findall(r"\S*[A-Za-z]\S*", text[:60000])
    whole = sum(bool(re.fullmatch(r"[(\[\"“‘']*[^\W\d_]{2,}(?:[-’'][^\W\d_]+)*[-.,;:?!)\]\"”’']*", w)) for w in words)
    return len(words) > 50 and whole < 0.6 * len(words)


def garbled(text: str) -> bool:
    """Fonts without encoding give private or replacement characters, letters with accents in every place, or letters
    that make no words."""
    sample = text[:60000]
    bad = sum(c == LOST or "\ue000" <= c <= "\uf8ff" or ord(c) < 32 for c in sample)
    accented = sum("\x7f" < c <= "\xff" for c in sample)
    if bad > 0.2 * len(sample) or accented > 0.3 * len(sample):
        return True
    words = re.findall(r"[A-Za-z]{2,}", sample)
    if len(words) < 300 or len("".join(words)) < 0.5 * len(sample.replace(" ", "")):
        return bad > 0.1 * len(sample)
    vowels = sum(bool(re.search(r"[aeiouyAEIOUY]", w)) for w in words)
    return vowels < 0.6 * len(words)
