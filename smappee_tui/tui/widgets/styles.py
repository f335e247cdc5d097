"""The tones that views speak in, and how a theme renders each. Blue is well, orange is wrong; never red or green.

Colours are looked up once a theme, not by style sheet: a rule for each tone on each widget would cost a fifth of the
start-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

DARK, LIGHT = "switchboard-dark", "switchboard-light"

THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#4ba3f5",
        secondary="#7fb8ea",
        accent="#ffb454",
        warning="#ffa23d",
        error="#ff8a5c",
        success="#4ba3f5",
        foreground="#dde4ec",
        background="#0f141a",
        surface="#161d26",
        panel="#212c38",
        variables={"text-primary": "#6fb8fb", "text-warning": "#ffad4d"},
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#0a62b5",
        secondary="#3178b8",
        accent="#a14c00",
        warning="#a14c00",
        error="#9c3a00",
        success="#0a62b5",
        foreground="#16202b",
        background="#fbfcfd",
        surface="#f0f3f6",
        panel="#dfe6ed",
        variables={"text-primary": "#0b57a0", "text-warning": "#964600"},
    ),
)


STYLES: dict[str, tuple[str, float, bool]] = {
    "text": ("foreground", 1.0, False),
    "strong": ("foreground", 1.0, True),
    "dim": ("foreground", 0.62, False),
    "head": ("foreground", 0.8, True),
    "ok": ("text-primary", 1.0, False),
    "fault": ("text-warning", 1.0, True),
    "warn": ("text-warning", 1.0, False),
    "info": ("text-primary", 1.0, False),
    "wait": ("foreground", 0.78, False),
    "key": ("text-primary", 1.0, True),
    "trend": ("text-primary", 0.85, False),
    "title": ("foreground", 1.0, True),
}
"""Tone: the theme's colour, how much of it, and whether bold. text: running text · strong: what to read first ·
dim: labels · head: column titles · ok, fault, warn, info, wait: verdicts and states · key: keys to press ·
trend: small charts · title: headings."""
_CURSOR = 0.28
"""How much of the primary colour lies under the chosen row."""
_USED = ("foreground", "background", "panel", "primary", "text-primary", "text-warning")

Palette = dict[tuple[str, bool], Style]
"""(tone, chosen) to a style; chosen is the row under the cursor."""


def palette(variables: Mapping[str, str]) -> Palette:
    """The styles of all tones for a theme.

    Args:
        variables: the theme's, as textual names them.
    """
    return _palette(tuple(variables[name] for name in _USED))


@lru_cache(maxsize=8)
def _palette(colours: tuple[str, ...]) -> Palette:
    of = {name: Color.parse(colour) for name, colour in zip(_USED, colours, strict=True)}
    background = of["background"]
    made: Palette = {}
    for tone, (name, share, bold) in STYLES.items():
        for chosen in (False, True):
            under = of["panel"] if tone == "head" else background
            if chosen:
                under = _mixed(background, of["primary"], _CURSOR)
            ink = of[name]
            plain = ink.ansi is not None or background.ansi is not None  # the terminal's own colours do not mix
            made[(tone, chosen)] = Style(
                color=(ink if plain else _mixed(under, ink, share)).rich_color,
                bgcolor=under.rich_color,
                bold=bold,
                dim=plain and share < 1,
                reverse=chosen and plain,
            )
    return made


def _mixed(under: Color, ink: Color, share: float) -> Color:
    return under if under.ansi is not None or ink.ansi is not None else under.blend(ink, share)
