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


def _told(stage: Stage, words: Translator) -> Context:
    return {"told": [(one.number, words.fact(one.said)) for one in stage.told[-3:]]}


PARTS = (LINK, NOW, GUIDED, TRACER, CORRECTIONS, PHASES, Part("told", lambda stage: stage.told, _told))
