"""The Expert Portal guide in lines."""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.connect.portal.answers import BrokerSetting
from smappee_tui.connect.portal.client import PageWord
from smappee_tui.connect.portal.guide import PortalGuide
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.text import shown

WARNING = "This restarts the monitor: some minutes without data. More below."
_KEYS = {"page": "g", "url": "u", "username": "n", "password": "w"}
_PAGES: dict[PageWord | None, tuple[str, str, str]] = {
    None: ("◌", "looking whether its portal answers …", "wait"),
    "portal": ("✓", "its portal answers: this is a Smappee monitor", "ok"),
    "other page": ("✕", "a web server answers there, but no Smappee portal: is it the right address?", "warn"),
    "no page": ("✕", "a web server answers there, but no Smappee portal: is it the right address?", "warn"),
    "refused": ("✕", "nothing serves a web page there: is it the right address?", "warn"),
    "silent": ("✕", "nothing answers there: off, restarting, or on another network", "warn"),
    "odd": ("✕", "something odd answers there: no portal to be trusted", "warn"),
}


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
    firewall: str
    heard: int
    keep: bool


def guide_lines(view: GuideView, width: int) -> list[Line]:
    """The monitor, the broker, the steps, the warnings."""
    lines = _monitor(view, width)
    if view.said:
        lines += paragraph(shown(view.said), width, "info", line(("i ", "info")))
    if not view.back:
        lines += [BLANK, *_broker(view, width)]
    guide = view.guide
    if guide is None:
        return lines
    if view.back:
        lines += [BLANK, line(("m ", "key"), ("done: it is put back, forget it", "text"))]
    lines += [BLANK, line((shown(guide.title), "title"))]
    lines += paragraph(WARNING, width, "warn", line(("! ", "warn")))
    for number, step in enumerate(guide.steps, 1):
        lines += paragraph(shown(step.text), width, first=line((f"{number} ", "key")), indent=2)
        if step.value:
            key = _KEYS.get(step.label, "")
            lines.append(line("    ", (shown(step.value), "strong"), (f"   {key} copies it" if key else "", "dim")))
    lines.append(BLANK)
    for warning in guide.warnings:
        lines += paragraph(shown(warning), width, "warn", line(("! ", "warn")))
    if guide.back:
        lines += paragraph(shown(guide.back), width, "text", line(("↩ ", "key")))
    if view.firewall:
        lines += paragraph(shown(view.firewall), width, "dim", line(("i ", "dim")))
    return lines


def _monitor(view: GuideView, width: int) -> list[Line]:
    if not view.host:
        return paragraph("The monitor's address is not known yet: it is in the Smappee app and in the router.", width)
    name = f"Monitor {shown(view.serial)} " if view.serial else "Monitor "
    sign, text, tone = _PAGES[view.page]
    lines = [line((f"{name}at {shown(view.host)}", "strong"))]
    keys = "   l logs on   c QR code of the page" if view.page == "portal" else "   c QR code of the page"
    lines += paragraph(text, width, tone, line((f"{sign} ", tone)))
    lines.append(line((keys[1:], "dim")))
    setting = view.setting
    if setting is not None:
        whose = "its own broker" if setting.own else "another broker"
        user = f", as user {shown(setting.username)}" if setting.username else ""
        text = f"it pushes its data to {shown(setting.url) or 'nowhere'}: {whose}{user}"
        lines += paragraph(text, width, "info", line(("i ", "info")))
    return lines


def _broker(view: GuideView, width: int) -> list[Line]:
    """Where the monitor shall push to."""
    if view.guide is not None and not view.running:
        return []
    if not view.running:
        lines = paragraph(view.laptop, width, "warn", line(("! ", "warn"))) if view.laptop else []
        if not view.address:
            text = (
                "This laptop has no address on a private network: join the monitor's network. o names another broker."
            )
            return [*lines, *paragraph(text, width, "warn", line(("! ", "warn")))]
        more = "   a takes another address" if view.addresses > 1 else ""
        lines.append(line(("b ", "key"), (f"starts a broker on this laptop, on {view.address}", "text"), (more, "dim")))
        lines.append(line(("o ", "key"), ("names another broker instead", "text")))
        return lines
    sign, tone = ("!", "warn") if view.trouble else ("◌", "info")
    lines = paragraph(shown(view.laptop), width, tone, line((f"{sign} ", tone)))
    heard = "It has spoken; waiting for measurements." if view.heard else "This screen turns live when it speaks."
    lines.append(line((f"  {heard}", "dim")))
    keep = "it goes on when you leave (t changes that)" if view.keep else "it stops when you leave (t keeps it running)"
    lines.append(line(("b ", "key"), (f"stops the broker; {keep}", "text")))
    lines.append(line(("m ", "key"), ("applied: note that it must be put back", "text")))
    return lines
