"""The report's typeface inside the HTML file, cut down to the letters of its languages."""

from __future__ import annotations

import base64
import io
import logging
from functools import lru_cache

_EXTRA = "–—…‹›“”‘’„•−×ΔΩ≥≤€"
_STYLES = {"400": "Roboto", "700": "RobotoBold"}


@lru_cache(maxsize=1)
def font_faces() -> str:
    """`@font-face` rules with the fonts in them. Letters beyond Latin come from the reader's own fonts."""
    return "".join(
        f'@font-face {{ font-family: "Report"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{_subset(name)}) format('truetype'); }}\n"
        for weight, name in _STYLES.items()
    )


def _subset(name: str) -> str:
    import font_roboto  # type: ignore[import-untyped]
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(hinting=False, layout_features=["kern", "tnum"], notdef_outline=True, name_IDs=[])
    cutter = Subsetter(options)
    cutter.populate(unicodes=[*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, _EXTRA)])
    with TTFont(font_roboto.font_files[name]) as font:
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")
