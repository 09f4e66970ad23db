"""Typesetters' fonts of signs are named, and what they cannot tell is lost."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import pymupdf
import pytest

from chatpaper.reading.fonts import LOST, name_signs
from chatpaper.reading.pages import seen
from chatpaper.reading.specks import without_specks


def _encrypted(data: bytes, key: int) -> bytes:
    out = bytearray()
    for byte in b"\0\0\0\0" + data:
        cipher = byte ^ (key >> 8)
        key = ((cipher + key) * 52845 + 22719) & 0xFFFF
        out.append(cipher)
    return bytes(out)


def type1(names: dict[int, str]) -> tuple[bytes, int, int]:
    """A font program whose glyphs, all of them boxes, have these names at these places, and the lengths of its two
    first parts (Adobe Type 1 Font Format, 1990)."""
    clear = "%!PS-AdobeFont-1.0: Signs\n/FontName /Signs def /PaintType 0 def /FontType 1 def\n"
    clear += "/FontMatrix [0.001 0 0 0.001 0 0] def /FontBBox {0 0 500 700} def\n/Encoding 256 array\n"
    clear += "0 1 255 {1 index exch /.notdef put} for\n"
    clear += "".join(f"dup {place} /{name} put\n" for place, name in names.items())
    clear += "readonly def\ncurrentdict end\ncurrentfile eexec\n"
    box = bytes([139, 248, 136, 13, 139, 139, 21, 248, 36, 6, 248, 236, 7, 252, 36, 6, 9, 14])  # hsbw … endchar
    code = _encrypted(box, 4330)
    glyphs = [".notdef", *names.values()]
    hidden = b"dup /Private 8 dict dup begin /RD {string currentfile exch readstring pop} executeonly def\n"
    hidden += b"/ND {noaccess def} executeonly def /NP {noaccess put} executeonly def /lenIV 4 def\n"
    hidden += b"/BlueValues [] def /password 5839 def\n2 index /CharStrings %d dict dup begin\n" % len(glyphs)
    for name in glyphs:
        hidden += b"/%s %d RD " % (name.encode(), len(code)) + code + b" ND\n"
    hidden += (
        b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n"
    )
    packed = _encrypted(hidden, 55665)
    tail = b"0" * 64 + b"\ncleartomark\n"
    return clear.encode() + packed + tail, len(clear), len(packed)


def document_with(font: str, names: dict[int, str], content: bytes) -> pymupdf.Document:
    """A page on which /helv is Helvetica and /F2 a font of signs."""
    document = pymupdf.open()
    page = document.new_page()
    letters = page.insert_font("helv")
    program, first, second = type1(names)

    def added(text: str, stream: bytes | None = None) -> int:
        xref = int(document.get_new_xref())
        document.update_object(xref, text)
        if stream is not None:
            document.update_stream(xref, stream)
        return xref

    file = added("<<>>", program)
    for key, value in (("Length1", first), ("Length2", second), ("Length3", len(program) - first - second)):
        document.xref_set_key(file, key, str(value))
    about = added(
        f"<</Type/FontDescriptor/FontName/ABCDEF+{font}/Flags 4/FontBBox[0 0 500 700]/ItalicAngle 0/Ascent 700"
        f"/Descent 0/CapHeight 700/StemV 80/FontFile {file} 0 R>>"
    )
    signs = added(
        f"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+{font}/FirstChar 0/LastChar 255"
        f"/Widths[{'500 ' * 256}]/FontDescriptor {about} 0 R>>"
    )
    document.xref_set_key(page.xref, "Resources", f"<</Font<</helv {letters} 0 R/F2 {signs} 0 R>>>>")
    page.set_contents(added("<<>>", content))
    return document


def read(document: pymupdf.Document) -> str:
    name_signs(document, 1)
    return seen(document, 0)[1].lines[0].text


@pytest.mark.parametrize(
    ("font", "names", "text"),
    [
        ("MathematicalPi-One", {97: "H9251"}, "α"),
        ("Universal-GreekwithMathPi", {97: "H20849"}, "("),
        ("Universal-GreekwithMathPi", {97: "H12345"}, LOST),
        ("TimesTenGreek-Inclined", {97: "betatwo"}, "β"),
        ("AdvP4C4E74", {97: "C0"}, "−"),
        ("HkxftyAdvP4C4E74", {97: "onequarter"}, "="),
        ("AdvP4C4E51", {97: "colon"}, "."),
        ("AdvP4C4E59", {97: "C19"}, "´"),
        ("AdvP4C4E46", {97: "C18"}, "("),
        ("LucidaMath-Symbol-A", {97: "plusminus"}, "°"),
        ("AdvP3EDAA1", {97: "C22"}, "μ"),
        ("AdvP4C4E46", {97: "f"}, LOST),
        ("AdvPS4721B4", {97: "m"}, "μ"),
        ("AdvPS4721B4", {97: "x"}, "ξ"),
        ("AdvPS3D56D5", {97: "x"}, "χ"),
        ("AdvPi2", {97: "x"}, LOST),
        ("AdvPi1", {97: "asterisk"}, "∼"),
        ("Advsymbol", {97: "C181"}, "∝"),
        ("AdvPSMP10", {97: "x"}, "ω"),
        ("AdvP80675", {97: "five"}, "="),
        ("AdvMPi-Four", {97: "two"}, "−"),
        ("AdvPS44A44B", {97: "e"}, "–"),
        ("AdvPA264", {97: "H11001"}, "+"),
        ("AdvP6A46", {97: "C174"}, "fi"),
    ],
)
def test_a_sign_is_what_it_looks_like(font: str, names: dict[int, str], text: str) -> None:
    document = document_with(font, names, b"BT /F2 12 Tf 100 700 Td (a) Tj ET")
    assert str(document[0].get_text()).strip() != text, "MuPDF knows it by itself"
    document = document_with(font, names, b"BT /F2 12 Tf 100 700 Td (a) Tj ET")
    assert read(document) == text


def test_fonts_of_letters_stay_as_they_are() -> None:
    content = b"BT /helv 12 Tf 100 700 Td (A ) Tj /F2 12 Tf (a) Tj ET"
    assert read(document_with("Minion", {97: "a"}, content)) == "A a"
    assert read(document_with("AdvPS497E2", {97: "a"}, content)) == "A a"


def test_blanks_that_nobody_sees_do_not_break_lines() -> None:
    speck = b"/helv 1 Tf .0002 0 0 -.0002 %d 700 Tm ( ) Tj "
    words = b"BT " + b"".join(
        b"/helv 1 Tf 12 0 0 12 %d 700 Tm (word) Tj " % x + speck % (x + 25) for x in (100, 130, 160)
    )
    document = document_with("Minion", {97: "a"}, words + b"ET")
    assert str(document[0].get_text()).split("\n")[0] != "word word word", "MuPDF does not mind them"
    page = without_specks(document[0])
    assert str(page.get_text()).strip() == "word word word"
    assert without_specks(page) is page
