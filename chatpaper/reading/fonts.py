"""Typesetters' fonts of signs, in which an α is stored as an a and a minus as a control character.

Such fonts number or name their glyphs by a scheme of their own, which MuPDF does not know: it takes the place for the
letter, and "π = 20 mN/m" reads "p ¼ 20 mN/m". Each scheme was told from how the glyphs look in print, on papers of ACS,
AIP, APS, Cell Press, Elsevier, RSC, SAGE, Springer and Wiley of 1997 to 2021. A glyph that its scheme does not tell is
lost, not guessed.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import re
from collections.abc import Callable

import pymupdf
from pymupdf import mupdf

LOST = "\ufffd"
"""Characters that the file does not name."""
UNTOLD = "\U0010fffd"
"""What stands for them in a font's map: MuPDF passes over U+FFFD and control characters there."""
_MOST = 500
"""Fonts of a document that are looked at; papers have some thirty."""

_GREEK = {
    **dict(zip("abgdezhklmnprst", "αβγδεζηκλμνπρστ", strict=True)),
    **dict(zip("DGLPS", "ΔΓΛΠΣ", strict=True)),
}
"""Keys that all phonetic layouts of Greek agree on; θ, ξ, φ, χ, ψ, ω are elsewhere in each."""
_GREEK_PI = _GREEK | dict(zip("cefjuvxøù", "ψϵϕξθωχ≤≥", strict=True))
_GREEK_OTHER = _GREEK | dict(zip("cfquvxU", "χϕθω∂ξΩ", strict=True))
_ALPHABET = dict(zip("abcdefghijklmnopqrstuvwx", "αβγδεζηθικλμνξοπρστυφχψω", strict=True)) | dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWX/", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϕ", strict=True)
)
_PI_KEYS = dict(zip("$,.12356789", "≥<>+−×=±∓°′", strict=True))
_ASCII = {place: chr(place) for place in range(33, 127)}
_STANDARD = _ASCII | {
    32: " ", 39: "’", 96: "‘", 161: "¡", 162: "¢", 163: "£", 164: "⁄", 165: "¥", 166: "ƒ", 167: "§", 168: "¤", 169: "'",
    170: "“", 171: "«", 172: "‹", 173: "›", 174: "fi", 175: "fl", 177: "–", 178: "†", 179: "‡", 180: "·", 182: "¶",
    183: "•", 184: "‚", 185: "„", 186: "”", 187: "»", 188: "…", 189: "‰", 191: "¿", 193: "`", 194: "´", 195: "ˆ",
    196: "˜", 197: "¯", 198: "˘", 199: "˙", 200: "¨", 202: "˚", 203: "¸", 205: "˝", 206: "˛", 207: "ˇ", 208: "—",
    225: "Æ", 227: "ª", 232: "Ł", 233: "Ø", 234: "Œ", 235: "º", 241: "æ", 245: "ı", 248: "ł", 249: "ø", 250: "œ",
    251: "ß",
}  # fmt: skip
"""Adobe's standard encoding (ISO 32000-1, annex D.2)."""
_GREEK_CAPITALS = "ΓΔΘΛΞΠΣΥΦΨΩ"
# TeX's encodings (The TeXbook, appendix F), with what the typesetter added behind them
_SYMBOLS = (
    "−·×∗÷⋄±∓⊕⊖⊗⊘⊙◯°•≍≡⊆⊇≤≥≼≽∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋△▽/↦∀∃¬∅ℜℑ⊤⊥ℵABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "∪∩⊎∧∨⊢⊣⌊⌋⌈⌉{}⟨⟩|‖↕⇕\\≀√⨿∇∫⊔⊓⊑⊒§†‡¶♣♢♡♠"
)
_TEX_SYMBOLS = dict(enumerate(_SYMBOLS)) | {138: "]", 188: "=", 189: "[", 222: ")", 240: "(", 254: "+", 255: "−"}
_TEX_MOVED = dict(enumerate(_SYMBOLS[:10], 161)) | dict(enumerate(_SYMBOLS[10:33], 173))
"""Where fonts of that layout have what stands among the control characters, too."""
_LETTERS = {place: sign for place, sign in _ASCII.items() if sign.isalnum()}
_TEX_ITALIC = _LETTERS | dict(enumerate(_GREEK_CAPITALS + "αβγδϵζηθικλμνξπρστυϕχψωεϑϖϱςφ")) | {
    58: ".", 59: ",", 60: "<", 61: "/", 62: ">", 64: "∂", 96: "ℓ",
}  # fmt: skip
_TEX_ROMAN = _ASCII | dict(enumerate(_GREEK_CAPITALS)) | dict(enumerate("ıȷ`´ˇ˘¯˚¸ßæœøÆŒØ", 16)) | {
    11: "ff", 12: "fi", 13: "fl", 14: "ffi", 15: "ffl", 94: "ˆ", 95: "˙", 125: "˝", 126: "˜", 127: "¨", 128: "¨",
}  # fmt: skip
_TEX_LARGE = dict(enumerate("()[]⌊⌋⌈⌉{}⟨⟩|‖/\\()()[]⌊⌋⌈⌉{}⟨⟩/\\()[]⌊⌋⌈⌉{}⟨⟩/\\")) | {
    80: "∑", 81: "∏", 82: "∫", 88: "∑", 89: "∏", 90: "∫", 112: "√", 113: "√", 114: "√", 115: "√", 116: "√",
}  # fmt: skip
"""Pieces of brackets over several lines are left out."""
_SYMBOL = dict(zip((163, 165, 174, 176, 177, 179, 180, 181, 210, 211), "≤∞→°±≥×∝®©", strict=True))
"""Some of Symbol's places (ISO 32000-1, annex D.5)."""
_PI = {
    **dict(zip(range(9251, 9276), "αβγδεζηθικλμνξοπρσςτυφχψω", strict=True)), 9278: "ϕ", 9280: "ϵ",
    9003: "Γ", 9004: "Δ", 9008: "Θ", 9011: "Λ", 9014: "Ξ", 9016: "Π", 9018: "Σ", 9021: "Φ", 9023: "Ψ", 9024: "Ω",
    11001: "+", 11002: "−", 11003: "×", 11005: "=", 11006: "±", 11009: "∞", 11011: "∼", 11013: "≡", 11015: "≈",
    11021: "<", 11022: ">", 11032: "′", 11033: "″", 11034: "°", 11229: "≃", 11270: "≪", 11271: "≫", 11349: "≤",
    11350: "≥", 11351: "≲", 11407: "≳", 11505: "=", 11569: "∗", 11601: "∼", 11623: "□", 12135: "♦", 14067: "‖",
    17005: "△", 17006: "▽", 17009: "▲", 17010: "▼", 17011: "◀", 17034: "○", 17039: "■", 17040: "□", 18528: "•",
    18537: "○", 18551: "□", 18554: "□", 20648: "‖", 20841: "|", 20848: "∫", 20849: "(", 20850: ")", 20851: "[",
    20852: "]", 20853: "{", 20854: "}", 20855: "⟨", 20856: "⟩", 20858: "∑", 20862: "/", 33355: "≤", 33356: "≥",
    33360: "≈", 33527: "=", 50098: "●",
}  # fmt: skip
"""Linotype's numbers of the signs in its Pi fonts."""

_NUMBERED = re.compile(r"[HL](\d{4,5})$")
_PLACED = re.compile(r"C(\d{1,3})$")
_PLACES = {"quoteright": 39, "quoteleft": 96, "Euro": 128, "lslash": 248, "oslash": 249}
"""Of names that stand for another place than their letter's."""


def _known(name: str) -> str:
    """The character of a glyph with a name of Adobe's list."""
    code = mupdf.fz_unicode_from_glyph_name_strict(name)
    return chr(code) if code > 0 else ""


def _place(name: str) -> int:
    """The place that the name stands for: its own number or that of the letter; -1 for none."""
    placed = _PLACED.match(name)
    if placed:
        return int(placed[1])
    letter = _known(name)
    return _PLACES.get(name, ord(letter) if letter and ord(letter) < 256 else -1)


def _by_number(name: str) -> str:
    if name == "HS11005":
        return "≠"
    number = _NUMBERED.match(name)
    return _PI.get(int(number[1]), LOST) if number else _known(name) or LOST


def _by_variant(name: str) -> str:
    """Second and third drawings of a letter: "betatwo"."""
    return _known(name) or _known(re.sub(r"(one|two|three|\d)$", "", name)) or LOST


def _by_place(places: dict[int, str]) -> Callable[[str], str]:
    return lambda name: places.get(_place(name), LOST)


def _by_key(keys: dict[str, str]) -> Callable[[str], str]:
    return _by_place({ord(key): sign for key, sign in keys.items()})


_SCHEMES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = tuple(
    (re.compile(pattern), scheme)
    for pattern, scheme in (
        (r"MathematicalPi-One-A|AdvP80675$", _by_key(_GREEK | _PI_KEYS)),
        (r"MathematicalPi|Universal-(?:Greek|News)|EuropeanPi", _by_number),
        (r"TimesTenGreek", _by_variant),
        (r"AdvP4C4E74$|AdvP40271B$|AdvMacMthSyN$|AdvMT_SY$", _by_place(_TEX_SYMBOLS)),
        (r"LucidaMath-Symbol", _by_place(_TEX_SYMBOLS | _TEX_MOVED)),
        (r"AdvP4C4E51$|AdvP3EDAA1$|AdvMacMthIt$|AdvMT_MI$", _by_place(_TEX_ITALIC)),
        (r"AdvP4C4E59$|AdvP48E673$|AdvMacMthRm$|AdvMT_RM$", _by_place(_TEX_ROMAN)),
        (r"AdvP4C4E46$|AdvP3E46BD$|AdvMT_EX$", _by_place(_TEX_LARGE)),
        (r"AdvP7DA6$|AdvMPi-(?:One|Four)$", _by_key(_PI_KEYS)),
        (r"AdvPSMP1[0-3]$", _by_key(_ALPHABET)),
        (r"AdvPi1$", _by_key(_GREEK | dict(zip("*qwy48'", "∼∂χθ>°′", strict=True)))),
        (r"AdvPS(?:3D56D5|3D85E2)$", _by_key(_GREEK_PI)),
        (r"AdvPS(?:3ECA66|3F4C13|4721B4)$", _by_key(_GREEK_OTHER)),
        (r"AdvPi2$", _by_key(_GREEK | dict(zip("%?/*Z", "‰→←○η", strict=True)))),
        (r"AdvPi3$", _by_key(dict(zip("&~=#", "■▲≠©", strict=True)))),
        (r"AdvTpi1$", _by_key(_PI_KEYS | {"9": "′", "|": "|", "Þ": "≠"})),
        (r"AdvBMa1$", _by_place({1: "–", 29: "×", 30: "=", 63: "′"})),
        (r"AdvGRT[IU]$", _by_key(_GREEK)),
        (r"AdvP3EAA99$|AdvTTcd7bcd39$", _by_key(_GREEK | {"H": "Θ", "f": "ϕ"})),
        (r"AdvPS44A44B$", _by_key({"e": "–", "d": "—", "$": "·"})),
        (r"AdvPSSym$|Advsymbol$", _by_place(_SYMBOL)),
    )
)


def name_signs(document: pymupdf.Document, pages: int) -> None:
    """Gives the characters of such fonts on the first pages to whoever reads the document from now on, as its own map
    to Unicode (ISO 32000-1, 9.10.3)."""
    for xref, name in _fonts(document, pages).items():
        scheme = next((scheme for pattern, scheme in _SCHEMES if pattern.search(name)), None)
        if scheme is None and "AdvP" not in name:
            continue
        try:
            glyphs = _glyphs(document, xref)
            if scheme is None and any(_NUMBERED.match(glyph) for glyph in glyphs.values()):
                scheme = _by_number
            elif scheme is None and glyphs and all(_PLACED.match(glyph) for glyph in glyphs.values()):
                scheme = _by_place(_STANDARD)  # a text font whose glyphs have their places for names
            if scheme:
                _map(document, xref, {p: " " if glyph == "space" else scheme(glyph) for p, glyph in glyphs.items()})
        except (RuntimeError, ValueError):  # what is wrong with the font is told where its page is read
            continue


def _fonts(document: pymupdf.Document, pages: int) -> dict[int, str]:
    """The names of the document's simple fonts by their objects."""
    found: dict[int, str] = {}
    for number in range(pages):
        if len(found) > _MOST:
            break
        try:
            fonts = document.get_page_fonts(number, full=True)
        except (RuntimeError, ValueError):
            continue
        found |= {xref: name for xref, _, kind, name, *_ in fonts if kind == "Type1"}
    return found


def _glyphs(document: pymupdf.Document, xref: int) -> dict[int, str]:
    """The names of a font's glyphs by their places."""
    pdf = mupdf.pdf_document_from_fz_document(document.this)
    font = mupdf.PdfFontDesc(mupdf.ll_pdf_load_font(pdf.m_internal, None, mupdf.pdf_load_object(pdf, xref).m_internal))
    named = {}
    for place in range(256):
        glyph = mupdf.pdf_font_cid_to_gid(font, place)
        if glyph > 0:
            named[place] = mupdf.ll_fz_get_glyph_name2(font.m_internal.font, glyph)
    return named


def _map(document: pymupdf.Document, xref: int, characters: dict[int, str]) -> None:
    coded = {place: text.replace(LOST, UNTOLD).encode("utf-16-be").hex() for place, text in characters.items()}
    pairs = "\n".join(f"<{place:02X}> <{code}>" for place, code in coded.items())
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, table.encode("ascii"))
    document.xref_set_key(xref, "ToUnicode", f"{stream} 0 R")
