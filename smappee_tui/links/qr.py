"""A QR code as lines of text, two rows of squares a line."""

from __future__ import annotations

_HALVES = {(1, 1): " ", (1, 0): "▄", (0, 1): "▀", (0, 0): "█"}
"""Light squares are drawn, dark ones left out: on a dark terminal that is how a camera expects it."""
_DARK = {(0, 0): " ", (0, 1): "▄", (1, 0): "▀", (1, 1): "█"}


def qr_lines(text: str, *, on_dark: bool = True, border: int = 2) -> list[str]:
    """Draw a text as a QR code.

    Args:
        text: what the camera shall read, an address of a page say.
        on_dark: the letters are lighter than what is behind them.
        border: empty squares around it.
    """
    import segno

    rows = [tuple(int(bool(square)) for square in row) for row in segno.make(text, micro=False).matrix_iter(1, border)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    signs = _HALVES if on_dark else _DARK
    return [
        "".join(signs[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]
