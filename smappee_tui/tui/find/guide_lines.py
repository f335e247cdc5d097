"""The Expert Portal guide in lines."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.connect.portal.client import BrokerSetting, PageWord
from smappee_tui.connect.portal.guide import PortalGuide
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph

_KEYS = {"page": "g", "url": "u", "username": "n", "password": "w"}
_SIGNS = {None: ("◌", "wait"), "portal": ("✓", "ok")}
"""How looking for the portal's page went; what is not here is bad news."""


@dataclass(frozen=True, slots=True)
class GuideView:
    """Everything the guide shows."""

    guide: PortalGuide | None
    host: str
    serial: str
    page: PageWord | None
    setting: BrokerSetting | None
    said: str
    back: bool
    laptop: str
    running: bool
    trouble: bool
    address: str
    addresses: int
    firewall: Fact | str | None
    heard: int
    keep: bool


def guide_lines(view: GuideView, width: int) -> list[Line]:
    """The monitor, the broker, the steps, the warnings."""
    lines = _monitor(view, width)
    t = current()
    if view.said:
        lines += paragraph(view.said, width, "info", line(("i ", "info")))
    if not view.back:
        lines += [BLANK, *_broker(view, width)]
    guide = view.guide
    if guide is None:
        return lines
    if view.back:
        lines += [BLANK, line(("m ", "key"), (tr("portal_screen.put_back"), "text"))]
    lines += [BLANK, line((t.fact(guide.title), "title"))]
    lines += paragraph(tr("portal_screen.restarts"), width, "warn", line(("! ", "warn")))
    for number, step in enumerate(guide.steps, 1):
        lines += paragraph(t.fact(step.text), width, first=line((f"{number} ", "key")), indent=2)
        if step.value:
            key = _KEYS.get(step.label, "")
            copies = f"   {tr('portal_screen.copies', key=key)}" if key else ""
            lines.append(line("    ", (t.fact(step.value), "strong"), (copies, "dim")))
    lines.append(BLANK)
    for warning in guide.warnings:
        lines += paragraph(t.fact(warning), width, "warn", line(("! ", "warn")))
    if guide.back:
        lines += paragraph(t.fact(guide.back), width, "text", line(("↩ ", "key")))
    if view.firewall:
        lines += paragraph(t.fact(view.firewall), width, "dim", line(("i ", "dim")))
    return lines


def _monitor(view: GuideView, width: int) -> list[Line]:
    if not view.host:
        return paragraph(tr("portal_screen.address_unknown"), width)
    who = fact("portal_screen.at", where=view.host)
    if view.serial:
        who = fact("portal_screen.serial_at", serial=view.serial, where=view.host)
    lines = [line((current().fact(who), "strong"))]
    sign, tone = _SIGNS.get(view.page, ("✕", "warn"))
    page = "looking" if view.page is None else view.page.replace(" ", "_")
    lines += paragraph(tr(f"portal_screen.page.{page}"), width, tone, line((f"{sign} ", tone)))
    keys = tr("portal_screen.logon_and_code" if view.page == "portal" else "portal_screen.code")
    lines.append(line((f"  {keys}", "dim")))
    setting = view.setting
    if setting is not None:
        whose = "own" if setting.own else "other"
        code = f"portal_screen.pushes.{whose}_user" if setting.username else f"portal_screen.pushes.{whose}"
        url = setting.url or fact("portal_screen.nowhere")
        lines += paragraph(tr(code, url=url, user=setting.username), width, "info", line(("i ", "info")))
    return lines


def _broker(view: GuideView, width: int) -> list[Line]:
    """Where the monitor shall push to."""
    if view.guide is not None and not view.running:
        return []
    if not view.running:
        lines = paragraph(view.laptop, width, "warn", line(("! ", "warn"))) if view.laptop else []
        if not view.address:
            return [*lines, *paragraph(tr("portal_screen.no_address"), width, "warn", line(("! ", "warn")))]
        more = f"   {tr('portal_screen.another_address')}" if view.addresses > 1 else ""
        starts = tr("portal_screen.starts", address=view.address)
        lines.append(line(("b ", "key"), (starts, "text"), (more, "dim")))
        return [*lines, line(("o ", "key"), (tr("portal_screen.another_broker"), "text"))]
    sign, tone = ("!", "warn") if view.trouble else ("◌", "info")
    lines = paragraph(view.laptop, width, tone, line((f"{sign} ", tone)))
    lines.append(line((f"  {tr('portal_screen.spoke' if view.heard else 'portal_screen.turns_live')}", "dim")))
    keeps = tr("portal_screen.stops_kept" if view.keep else "portal_screen.stops")
    lines += paragraph(keeps, width, first=line(("b ", "key")))
    lines += paragraph(tr("portal_screen.applied"), width, first=line(("m ", "key")))
    return lines
