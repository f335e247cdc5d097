"""What `portal` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from smappee_tui.cli.portal_look import Looked
from smappee_tui.links.doctor import Step
from smappee_tui.plaintext import clean, pad, wrap

SCHEMA = "smappee-tui/portal/1"
_SIGNS = {"ok": "✓", "failed": "✕", "waiting": "…", "skipped": "·"}
PAGES = {
    "portal": "The Expert Portal answers: this is a Smappee monitor.",
    "other page": "A web server answers, but it is no Smappee monitor's.",
    "no page": "A web server answers that there is no such page: this is no Smappee monitor.",
    "refused": "Nothing serves a web page there: no monitor, or its portal is switched off.",
    "silent": "No web page answers there.",
    "odd": "Something answers that is no web page to be trusted.",
}


def step_lines(step: Step, width: int) -> list[str]:
    """One step of the doctor, and what to do where it failed."""
    lines = wrap(clean(step.detail), width, first=f"{_SIGNS[step.state]} {pad(step.name, 14)} ", rest=" " * 17)
    if step.state == "failed" and step.next_action:
        lines += wrap(clean(step.next_action), width, first=f"{' ' * 17}→ ", rest=" " * 19)
    return lines


def portal_lines(looked: Looked) -> list[str]:
    """What the portal said."""
    lines = [PAGES[looked.page]]
    if looked.logon == "wrong password":
        lines.append("It does not accept this password.")
    elif looked.logon is not None and looked.logon != "ok":
        lines.append("Its answer to the password is not understood.")
    elif looked.setting is not None:
        whose = "its own broker" if looked.setting.own else "another broker"
        login = f", as user {clean(looked.setting.username)}" if looked.setting.username else ""
        lines.append(f"It pushes its data to {clean(looked.setting.url) or 'nowhere'} ({whose}{login}).")
    elif looked.logon == "ok":
        lines.append("The password is right; this firmware does not reveal where the data goes.")
    return lines


def guide_lines(looked: Looked, width: int) -> list[str]:
    """What the portal said, and the guide."""
    lines = ["", *(line for text in portal_lines(looked) for line in wrap(text, width))]
    if looked.page not in ("portal", "silent"):
        return lines
    guide = looked.guide
    lines += ["", f"To let it push its data to {guide.steps[3].value}:"]
    for number, step in enumerate(guide.steps, 1):
        lines += wrap(clean(step.text), width, first=f" {number}. ", rest="    ")
        if step.value:
            lines.append(f"      {clean(step.value)}")
    for warning in guide.warnings:
        lines += wrap(warning, width, first=" !  ", rest="    ")
    return [*lines, *wrap(clean(guide.back), width, first=" ↩  ", rest="    ")]


def document(looked: Looked) -> dict[str, Any]:
    """What `--json` prints."""
    guide = looked.guide
    setting = looked.setting
    return {
        "schema": SCHEMA,
        "host": looked.address.host,
        "port": looked.address.port,
        "address": looked.ip or None,
        "serial": looked.serial or None,
        "portal": {
            "page": looked.page,
            "url": guide.page,
            "logon": looked.logon,
            "broker": None
            if setting is None
            else {
                "url": setting.url,
                "username": setting.username,
                "has_password": setting.has_password,
                "own": setting.own,
            },
        },
        "steps": [asdict(step) for step in looked.steps],
        "flows": looked.flows,
        "guide": {
            "steps": [{"text": s.text, "field": s.label or None, "value": s.value or None} for s in guide.steps],
            "warnings": list(guide.warnings),
            "back": guide.back,
        },
    }
