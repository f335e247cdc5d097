"""The head of the page: whose installation it is, where the link to the monitor stands, what was lost."""

from __future__ import annotations

from smappee_tui.app.phone.stage import Stage
from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean
from smappee_tui.web.page.parts.part import Context, Part, standing


def _link_facts(stage: Stage) -> object:
    here, dropped = standing(stage), stage.snapshot.dropped
    return here.glyph, here.tone, stage.mode, round(stage.missing), dropped, _site_name(stage)


def _link(stage: Stage, words: Translator) -> Context:
    here, lost = standing(stage), stage.snapshot.dropped.realtime + stage.snapshot.dropped.lasting
    return {
        "sign": here.glyph,
        "tone": here.tone,
        "site": _site_name(stage),
        "mode": words(f"page.mode.{stage.mode}") if stage.mode != "live" else "",
        "missing": words("page.missing", missing=words.lasting(stage.missing)) if round(stage.missing) else "",
        "dropped": words("page.dropped", count=lost) if lost else "",
    }


def _site_name(stage: Stage) -> str:
    view = stage.snapshot.view
    return clean(view.serial) or clean(view.uuid)[:13] if view is not None else "smappee-tui"


LINK = Part("link", _link_facts, _link)
