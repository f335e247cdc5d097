"""The board: a card an input, each a part of its own, the faults first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smappee_tui.app.phone.stage import Stage
from smappee_tui.app.signs import first_order, glyph_of, severity_sign, tone_of
from smappee_tui.app.tracer_said import clock
from smappee_tui.diagnosis.judgement import WAITING, ChannelVerdict, Finding, Severity
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.i18n import Translator
from smappee_tui.i18n.quantities import NONE, role_word, sureness
from smappee_tui.i18n.text import clean
from smappee_tui.site.view import ChannelView
from smappee_tui.web.page.parts.part import channels_of, said_name

Context = Mapping[str, Any]
MOST_CARDS = 640
"""Cards of a page; a monitor has tens of inputs. Of more the number is told."""


class Board:
    """The inputs of one stage with what names each."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        judgement = stage.snapshot.judgement
        everything = channels_of(stage)
        self.channels, self.more = everything[:MOST_CARDS], max(0, len(everything) - MOST_CARDS)
        self.verdicts = judgement.channels
        self.marks: dict[int, Severity] = judgement.marks()
        self._findings: dict[int, list[Finding]] = {}
        for one in judgement.findings:
            own = (one.subject.id,) if one.subject.kind == "channel" else ()
            for number in {*one.channels, *own}:
                if isinstance(number, int):
                    self._findings.setdefault(number, []).append(one)

    @property
    def order(self) -> list[int]:
        """The inputs, faults first."""
        rows = [(first_order(self.verdicts.get(n), self.marks.get(n))[0], n) for n in self._inputs]
        return [n for _, n in sorted(rows)]

    @property
    def _inputs(self) -> list[int]:
        return [one.input for one in self.channels]

    def facts(self, channel: ChannelView) -> object:
        """What the card of one input is made of."""
        number = channel.input
        return (
            channel.setting,
            channel.live_phase,
            self.verdicts.get(number),
            self.marks.get(number),
            self._findings.get(number),
            (self.stage.notes or {}).get(number),
            (self.stage.photos or {}).get(number),
            self.stage.notes is not None,
        )

    def card(self, channel: ChannelView, words: Translator) -> Context:
        """What its template is given."""
        number, verdict = channel.input, self.verdicts.get(channel.input)
        mark, configured = self.marks.get(number), channel.setting is not None
        evidence = tuple(map(words.fact, verdict.evidence)) if verdict is not None else ()
        advice = words.fact(verdict.advice) if verdict is not None else ""
        tone = tone_of(verdict, configured=configured, mark=mark)
        severity = "fault" if tone == "fault" else "warning" if tone == "warn" else ""
        told = {*evidence, advice}
        return {
            "input": number,
            "name": said_name(channel, words),
            "place": _place(channel, words),
            "sign": glyph_of(verdict, configured=configured, mark=mark),
            "tone": tone,
            "severity": words(f"words.severity.{severity}") if severity else "",
            "word": _word(verdict, configured, words),
            "sure": _sure(verdict, words),
            "evidence": evidence,
            "advice": advice,
            "findings": [_finding(one, told, words) for one in self._findings.get(number, ())],
            **self.kept(number, words),
        }

    def kept(self, number: int | None, words: Translator) -> Context:
        """Notes and photos of an input, or of the whole board."""
        notes, photos = self.stage.notes, (self.stage.photos or {}).get(number, 0)
        return {
            "keeps": notes is not None,
            "notes": [(clock(one.at), clean(one.text)) for one in (notes or {}).get(number, ())],
            "photos": words("page.photos", count=photos) if photos else "",
        }


def _place(channel: ChannelView, words: Translator) -> str:
    """Input, role and phase as configured, "3 · circuit · L2 rev"."""
    phase = phase_name(channel.phase) or NONE
    setting = channel.setting
    if setting is not None:
        phase += ("×3" if setting.balanced else "") + (f" {words('live.rev')}" if setting.reversed else "")
    role = role_word(words, channel.role, channel.connection)
    return " · ".join(one for one in (str(channel.input), role if role != NONE else "", phase) if one)


def _word(verdict: ChannelVerdict | None, configured: bool, words: Translator) -> str:
    if verdict is None:
        return words("words.not_judged" if configured else "words.not_configured")
    return words.fact(verdict.said)


def _sure(verdict: ChannelVerdict | None, words: Translator) -> str:
    if verdict is None or verdict.confidence <= 0 or verdict.verdict in WAITING or verdict.verdict == "unused":
        return ""
    return sureness(words, verdict.confidence)


def _finding(one: Finding, told: set[str], words: Translator) -> Context:
    said, (sign, tone) = words.finding(one), severity_sign(one.severity)
    return {
        "sign": sign,
        "tone": tone,
        "severity": words(f"words.severity.{one.severity}"),
        "title": said.title,
        "evidence": [text for text in said.evidence if text not in told],
        "consequence": said.consequence,
        "advice": said.advice if said.advice not in told else "",
    }
