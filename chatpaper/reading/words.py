"""A line without the words it begins with."""

from dataclasses import replace

from .marks import Line, Word


def behind(line: Line, length: int) -> Line | None:
    """What follows the first `length` characters of the line's text; None if no letter or digit does."""
    words = list(line.words)
    eaten = 0
    while words and eaten < length:
        word = words[0]
        blank = 0 if word.glued or eaten == 0 else 1
        if eaten + blank + len(word.text) > length:
            words[0] = _cut(word, length - eaten - blank)
            break
        eaten += blank + len(word.text)
        words.pop(0)
    if not any(c.isalnum() for w in words for c in w.text):
        return None
    return Line(line.page, line.first, line.last, tuple(words), line.box, line.size, line.base)


def _cut(word: Word, count: int) -> Word:
    """The word without its first characters."""
    share = count / max(1, len(word.text))
    x0 = word.box[0] + share * (word.box[2] - word.box[0])
    return replace(word, text=word.text[count:].lstrip(".:：—–-−| "), box=(x0, *word.box[1:]))
