"""Block letters that can be read from the other side of the board: seven lines high, two cells a dot."""

from __future__ import annotations

_FONT = {
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "D": "11110 10001 10001 10001 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "F": "11111 10000 10000 11110 10000 10000 10000",
    "I": "111 010 010 010 010 010 111",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "N": "10001 11001 10101 10101 10011 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "U": "10001 10001 10001 10001 10001 10001 01110",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "11110 00001 00001 01110 00001 00001 11110",
    " ": "0 0 0 0 0 0 0",
}
HEIGHT = 7
_GAP = 2
_DOT = "██"


def large(text: str) -> list[str]:
    """A word in block letters, one string a line, all equally long; letters that the font lacks are left out."""
    rows = [""] * HEIGHT
    for letter in text:
        dots = _FONT.get(letter)
        if dots is None:
            continue
        for number, pattern in enumerate(dots.split(" ")):
            gap = " " * _GAP if rows[number] else ""
            rows[number] += gap + "".join(_DOT if dot == "1" else "  " for dot in pattern)
    return rows
