"""A small drawing surface of braille dots, two by four in a cell, with letters on top."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import groupby

from smappee_tui.tui.widgets.lines import Line

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille cell by row and column."""


class Canvas:
    """Dots are square: a terminal cell is about twice as high as wide. Each cell has one ink, the last one used."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._bits = [[0] * width for _ in range(height)]
        self._letters: list[list[str]] = [[""] * width for _ in range(height)]
        self._inks: list[list[str]] = [[" "] * width for _ in range(height)]

    def dot(self, x: float, y: float, ink: str) -> None:
        """One dot; x to the right and y downwards, in dots."""
        column, row = int(x // 2), int(y // 4)
        if 0 <= column < self.width and 0 <= row < self.height:
            self._bits[row][column] |= _DOTS[int(y) % 4][int(x) % 2]
            self._inks[row][column] = ink

    def upright(self, x: int, top: int, bottom: int, ink: str) -> None:
        """A line straight down, both ends drawn."""
        column, side = x // 2, x % 2
        if not 0 <= column < self.width:
            return
        for row in range(max(0, top // 4), min(self.height - 1, bottom // 4) + 1):
            for y in range(max(top - 4 * row, 0), min(bottom - 4 * row, 3) + 1):
                self._bits[row][column] |= _DOTS[y][side]
            self._inks[row][column] = ink

    def stroke(self, x0: float, y0: float, x1: float, y1: float, ink: str, every: int = 1) -> None:
        """A straight line; `every` 3 draws each third dot."""
        steps = max(1, round(max(abs(x1 - x0), abs(y1 - y0))))
        for step in range(0, steps + 1, every):
            part = step / steps
            self.dot(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part, ink)

    def arc(self, x: float, y: float, radius: float, start: float, stop: float, ink: str, every: int = 1) -> None:
        """Part of a circle, from `start` to `stop` degrees, counted anticlockwise from three o'clock."""
        steps = max(1, round(radius * math.radians(abs(stop - start)) * 1.2))
        for step in range(0, steps + 1, every):
            angle = math.radians(start + (stop - start) * step / steps)
            self.dot(x + radius * math.cos(angle), y - radius * math.sin(angle), ink)

    def write(self, column: int, row: int, text: str, ink: str) -> None:
        """Letters over whatever is drawn; they stay on the surface, moved inwards where they would leave it."""
        column = max(0, min(column, self.width - len(text)))
        row = max(0, min(row, self.height - 1))
        for place, letter in enumerate(text):
            if 0 <= column + place < self.width:
                self._letters[row][column + place] = letter
                self._inks[row][column + place] = ink

    def lines(self) -> list[str]:
        """The picture as text, every line `width` cells."""
        return [
            "".join(letter or (chr(0x2800 + bits) if bits else " ") for letter, bits in zip(letters, row, strict=True))
            for letters, row in zip(self._letters, self._bits, strict=True)
        ]

    def inks(self) -> list[str]:
        """The ink of every cell, in the shape of `lines`; a space where nothing is drawn."""
        return ["".join(row) for row in self._inks]


def toned(canvas: Canvas, tones: Mapping[str, str]) -> list[Line]:
    """The picture as toned lines, `tones` by ink."""
    lines = []
    for text, inks in zip(canvas.lines(), canvas.inks(), strict=True):
        pieces, done = [], 0
        for ink, run in groupby(inks):
            end = done + sum(1 for _ in run)
            pieces.append((text[done:end], tones[ink]))
            done = end
        lines.append(tuple(pieces))
    return lines
