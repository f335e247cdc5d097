"""The program's own pair of themes. Blue for what is well, orange for what is wrong: told apart by nearly every eye."""

from __future__ import annotations

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
