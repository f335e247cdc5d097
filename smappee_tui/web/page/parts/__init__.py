"""The parts of the page, a file each."""

from __future__ import annotations

from smappee_tui.app.phone.stage import Stage
from smappee_tui.i18n import Translator
from smappee_tui.web.page.parts.corrections import CORRECTIONS
from smappee_tui.web.page.parts.guided import GUIDED
from smappee_tui.web.page.parts.link import LINK
from smappee_tui.web.page.parts.now import NOW
from smappee_tui.web.page.parts.part import Context, Part
from smappee_tui.web.page.parts.phases import PHASES
from smappee_tui.web.page.parts.tracer import TRACER

SHOWN = 3
"""Of what was told to phones, at once: a small one has to be read, too."""


def _told(stage: Stage, words: Translator) -> Context:
    """The last few; of a flood the last two, and how many more there were."""
    texts = [(one.number, words.fact(one.said)) for one in stage.told[-SHOWN:]]
    more = stage.told[-1].more if stage.told else 0
    if more > 1 and len(texts) == SHOWN:
        texts[0] = texts[0][0], words("phone.more", count=more)
    return {"told": texts}


PARTS = (LINK, NOW, GUIDED, TRACER, CORRECTIONS, PHASES, Part("told", lambda stage: stage.told, _told))
