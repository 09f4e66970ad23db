"""Text that leaves nothing to be seen on the page is set apart, whatever hides it; what can be seen is read."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import numpy
import pymupdf

from chatpaper.reading.pages import seen


def test_text_that_cannot_be_seen() -> None:
    document = pymupdf.open()
    page = document.new_page()
    noise = numpy.random.default_rng(1).integers(90, 255, (60, 400, 3), numpy.uint8)
    picture = pymupdf.Pixmap(pymupdf.csRGB, 400, 60, noise.tobytes(), False)

    def put(y: float, text: str, color: tuple[float, float, float] = (0, 0, 0), opacity: float = 1) -> None:
        page.insert_text((72, y), text, fontsize=10, color=color, fill_opacity=opacity)

    def box(y: float, fill: tuple[float, float, float]) -> None:
        page.draw_rect((60, y - 15, 500, y + 5), color=None, fill=fill)

    put(100, "under a white box")
    box(100, (1, 1, 1))
    box(130, (0.1, 0.1, 0.3))
    put(130, "dark on dark", (0.1, 0.1, 0.32))
    box(160, (0.1, 0.1, 0.3))
    put(160, "white on dark", (1, 1, 1))
    box(190, (0, 0.5, 0))
    put(190, "red on a green as light", (1, 0, 0))
    put(220, "grey on white", (0.8, 0.8, 0.8))
    put(270, "under a picture")
    page.insert_image((60, 250, 460, 310), pixmap=picture)
    put(290, "upon a picture")
    put(305, "half transparent", opacity=0.3)
    with pymupdf.open("pdf", document.tobytes()) as reopened:
        _, found = seen(reopened, 0)
    assert [(why, line.text) for why, line in found.hidden] == [
        ("covered", "under a white box"),
        ("white", "dark on dark"),
        ("covered", "under a picture"),
    ]
    assert [line.text for line in found.lines] == [
        "white on dark",
        "red on a green as light",
        "grey on white",
        "upon a picture",
        "half transparent",
    ]


def test_letters_drawn_as_shapes_below_unseen_text_can_be_read() -> None:
    """As some programs write bold type. What has no shapes, or not under each letter, stays hidden; so does what lies
    over an image or over other words."""
    document = pymupdf.open()
    page = document.new_page()
    image = pymupdf.Pixmap(pymupdf.csRGB, 400, 20, bytes(range(250)) * 96, False)

    def unseen(y: float, text: str, drawn: int = 0) -> None:
        page.insert_text((72, y), text, fontname="cour", fontsize=10, render_mode=3)
        for i in range(drawn):
            page.draw_rect((74 + 6 * i, y - 6, 76 + 6 * i, y), color=None, fill=(0, 0, 0))

    unseen(100, "Background", drawn=10)
    unseen(150, "Obey this", drawn=5)
    unseen(200, "Obey that")
    page.insert_image((60, 235, 460, 255), pixmap=image)
    unseen(250, "Obey me")
    page.insert_text((72, 300), "What is printed here", fontsize=10)
    unseen(300, "Obey all")
    with pymupdf.open("pdf", document.tobytes()) as reopened:
        _, found = seen(reopened, 0)
    assert [line.text for line in found.lines] == ["Background", "What is printed here"]
    hidden = ["Obey this", "Obey that", "Obey me", "Obey all"]
    assert [(why, line.text) for why, line in found.hidden] == [("invisible", text) for text in hidden]
