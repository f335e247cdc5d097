"""A fingerprint of the rules that judge, so that two reports can be told to rest on the same ones."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """The first twelve digits of the sha256 over the diagnosis' own source."""
    digest = hashlib.sha256()
    sources = [item for item in files("smappee_tui.diagnosis").iterdir() if item.name.endswith(".py")]
    for item in sorted(sources, key=lambda item: item.name):
        digest.update(item.name.encode())
        digest.update(item.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
