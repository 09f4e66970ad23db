"""From glyphs to words: blanks, accents and raised marks come from positions."""

import itertools
from typing import Any

import pytest

from chatpaper.reading.glyphs import Glyph, _composed, _glyphs, _settle, _without_dummies, _words
from chatpaper.reading.scan import garbled


def glyphs(text: str, gaps: dict[int, float] | None = None) -> list[Glyph]:
    """Glyphs 5 points wide; `gaps` are the points between one glyph and the next."""
    out = []
    x = 50.0
    for i, char in enumerate(text):
        out.append(Glyph(char, x, x + 5, 100.0, 10.0, "Serif", False, False))
        x += 5 + (gaps or {}).get(i, 0.0)
    return out


def test_blanks_from_gaps_where_none_are_stored() -> None:
    text = "Thisprojectsoughttodevelopamethod"
    ends = {3: 1.4, 10: 1.4, 16: 1.4, 18: 1.4, 25: 1.4, 26: 1.4}
    assert [w.text for w in _words(glyphs(text, ends))] == ["This", "project", "sought", "to", "develop", "a", "method"]


def test_kerning_is_no_blank() -> None:
    assert [w.text for w in _words(glyphs("To be AVANT", {0: -0.6, 6: -1.0}))] == ["To", "be", "AVANT"]


def test_a_typesetters_blank_that_takes_no_room_is_none() -> None:
    made = glyphs("Gr aph ic", {1: 0.0, 2: -5.2, 5: 0.0, 6: -2.0})
    made[2].font = made[6].font = "dummy-space"
    assert [w.text for w in _words(_without_dummies(made))] == ["Graph", "ic"]


def test_a_blank_over_a_ligature_is_none() -> None:
    """PyMuPDF gives the second letter of a ligature the place where it ends."""
    made = glyphs("infl uence of")
    made[3].x0, made[3].x1 = made[2].x1, made[2].x1 + 3
    made[4].x0, made[4].x1 = made[2].x1 - 2.5, made[2].x1 - 0.2
    for i, glyph in enumerate(made[5:]):
        glyph.x0 = made[2].x1 + 5 * i
        glyph.x1 = glyph.x0 + 5
    assert [w.text for w in _words(_without_dummies(made))] == ["influence", "of"]


def test_halves_of_a_character_become_one() -> None:
    """WPS writes Cambria's mathematics like that; json refuses a half."""
    chars = spans(("Cambria", "G(\ud835\udc47, \ud835)"))
    assert "".join(g.char for g in _glyphs(chars)) == "G(𝑇, �)"


def test_an_accent_set_over_a_letter_becomes_part_of_it() -> None:
    made = glyphs("R´emi")
    made[1].x0, made[1].x1 = made[2].x0 + 1, made[2].x1 - 1
    assert "".join(g.char for g in _composed(made)) == "Rémi"


def test_raised_pieces_are_words_of_their_own() -> None:
    made = glyphs("Lane1")
    made[4].base, made[4].size = 96.0, 6.5
    assert [(w.text, w.glued) for w in _words(made)] == [("Lane", False), ("1", True)]


def test_narrow_blanks_of_a_tight_line() -> None:
    text = "mean and of theBayesian one.The end"
    ends = {14: 1.5, 27: 1.5}
    words = [w.text for w in _words(glyphs(text, ends))]
    assert words == ["mean", "and", "of", "the", "Bayesian", "one.", "The", "end"]
    assert [w.text for w in _words(glyphs("mean and AVANT of it", {10: 0.9}))] == ["mean", "and", "AVANT", "of", "it"]


def spans(*parts: tuple[str, str]) -> list[dict[str, Any]]:
    """Raw spans of (font, text), as PyMuPDF gives them."""
    x, out = itertools.count(50.0, 5.0), []
    for font, text in parts:
        chars = [{"c": c, "bbox": (at := next(x), 90.0, at + 5, 102.0), "origin": (at, 100.0)} for c in text]
        out.append({"font": font, "size": 10.0, "flags": 0, "chars": chars})
    return out


def shown(*parts: tuple[str, str]) -> str:
    return "".join(w.text if w.glued or not i else f" {w.text}" for i, w in enumerate(_words(_glyphs(spans(*parts)))))


def test_ligatures_of_extension_fonts_without_unicode() -> None:
    assert (
        shown(("AdvOT99+e1", "\ue104"), ("AdvOT99", "uorescent dra"), ("AdvOT99+e1", "\ue09d")) == "fluorescent draft"
    )
    assert shown(("AdvOT99.B+e1", "\ue103"), ("AdvOT99.B", "nal")) == "final"
    assert shown(("Icons", "\ue104 mail")) == "\ue104 mail"


def test_the_sign_of_texs_symbols_that_has_a_private_code() -> None:
    assert shown(("CMMI10", "x "), ("CMSY10", "\uf8ff"), ("CMR10", " 1")) == "x ≤ 1"
    assert shown(("CMEX10", "\uf8ff")) == "\uf8ff"


def test_soft_hyphens_in_front_of_a_word_are_not_printed() -> None:
    assert (
        shown(("Serif", "the \xad(K channel \xadof \xad5 well\xadknown bro\xad"))
        == "the (K channel of -5 well-known bro-"
    )


def test_bitmap_fonts_have_the_size_that_their_letters_show() -> None:
    """They give that of a pixel, TeX's ligatures at TeX's places, and other characters at none."""
    made = spans(("A", "classi\x0ccations of methods"), ("B", "\x01\x02"), ("Times", "tiny"))
    for span in made:
        span["size"] = 0.24
    for char in made[2]["chars"]:
        char["bbox"] = (char["bbox"][0], 90.0, char["bbox"][0] + 0.1, 90.3)
    _settle(made)
    assert [round(span["size"]) for span in made] == [12, 10, 0]
    assert "".join(c["c"] for span in made for c in span["chars"]) == "classifications of methods\ufffd\ufffdtiny"


def test_control_characters_are_lost_in_any_font() -> None:
    assert [w.text for w in _words(_glyphs(spans(("SimSun", "(\x82)"))))] == ["(\ufffd)"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (
            "\x10di\x1berent\x11 and \x1cner levels \x15 an e\x1ecient re\x1dex",
            "“different” and finer levels – an efficient reflex",
        ),
        ("di\x0berent and \x0cner, e\x0ecient \x1b", "different and finer, efficient \ufffd"),
    ],
    ids=["Cork", "TeX"],
)
def test_bitmap_fonts_name_ligatures_in_their_encoding(given: str, named: str) -> None:
    """Though they give their size."""
    made = spans(("Type3 (16 0 R)", given))
    _settle(made)
    assert "".join(c["c"] for c in made[0]["chars"]) == named


def test_a_bitmap_font_with_places_of_its_own_has_no_ligatures() -> None:
    made = spans(("A", "\x0c\x0b\x01n"))
    made[0]["size"] = 0.24
    _settle(made)
    assert "".join(c["c"] for c in made[0]["chars"]) == "\ufffd\ufffd\ufffdn"
    assert [w.text for w in _words(_glyphs(made))] == ["\ufffdn"]


def test_a_text_of_accents_alone_is_none() -> None:
    assert garbled("ÂÄÃÅTÆhÇuÈÉ¬¨¥¡r§­° " * 200)
    assert not garbled("Où est-ce que l’élève a été reçu, à côté de l’hôtel où naît Noël ? Ça, c’est déjà là. " * 40)
