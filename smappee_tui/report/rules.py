"""A fingerprint of the rules that judge, so that two reports can be told to rest on the same ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """The first twelve digits of the sha256 over the diagnosis' own source."""
    digest = hashlib.sha256()
    for name, item in sorted(_sources(files("smappee_tui.diagnosis")), key=lambda pair: pair[0]):
        digest.update(name.encode())
        digest.update(item.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _sources(folder: Traversable, within: str = "") -> Iterator[tuple[str, Traversable]]:
    """The folder's own files and those of the folders in it, by name."""
    for item in folder.iterdir():
        if item.name.endswith(".py"):
            yield within + item.name, item
        elif item.is_dir() and not item.name.startswith("_"):
            yield from _sources(item, f"{within}{item.name}/")
