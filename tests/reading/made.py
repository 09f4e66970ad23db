"""Lines and words made by hand."""

from chatpaper.reading.marks import Line, Word, line_of


def word(
    text: str, x: float = 0.0, *, size: float = 10.0, base: float = 100.0, glued: bool = False, bold: bool = False
) -> Word:
    """A word of 5 points a letter."""
    box = (x, base - 0.76 * size, x + 5 * len(text), base + 0.23 * size)
    return Word(text, box, size, "Serif-Bold" if bold else "Serif", bold, False, base, glued)


def line(text: str, *, base: float = 100.0, size: float = 10.0, bold: bool = False, index: int = 0) -> Line:
    words: list[Word] = []
    x = 50.0
    for part in text.split():
        words.append(word(part, x, size=size, base=base, bold=bold))
        x += 5 * len(part) + 3
    return line_of(1, index, index, tuple(words))
