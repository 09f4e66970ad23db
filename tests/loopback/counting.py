"""How the loopback models count tokens and compare prompts."""


def tokens(text: str) -> int:
    """About what the real ones count: four ASCII characters to a token, three others to two."""
    plain = sum(1 for c in text if c < "\x80")
    return (plain + 3) // 4 + ((len(text) - plain) * 2 + 2) // 3


def shared(a: str, b: str) -> int:
    """Length of the common prefix, in characters."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
