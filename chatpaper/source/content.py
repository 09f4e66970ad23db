"""What tells a PDF from what only calls itself one."""

HEAD = 1024
"""Bytes within which the signature must stand (PDF 1.7, appendix H, note 13)."""
TAIL = 4096
MEGABYTE = 1_000_000


def begins_as_pdf(head: bytes) -> bool:
    """Whether the first bytes of a file hold the PDF signature."""
    return b"%PDF-" in head[:HEAD]


def ends_as_pdf(tail: bytes) -> bool:
    """Whether the last bytes of a file hold a PDF's end: a download that was cut short does not."""
    return b"%%EOF" in tail[-TAIL:] or b"startxref" in tail[-TAIL:]
