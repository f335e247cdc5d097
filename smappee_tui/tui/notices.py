"""Notices on a small screen: one at a time, as four of them cover what they speak of."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from textual.notifications import Notification, Notifications
from textual.screen import Screen
from textual.widgets._toast import ToastRack

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import wrap

HIGH = 30
"""Lines of a terminal from which notices stand above each other."""
_WIDE, _EDGES = 60, 3
"""Cells of a notice at most, and what its border and its space take of them."""
_WEIGHTS = ("information", "warning", "error")
CSS = """
ToastRack.-low Toast { max-width: 100%; padding: 0 1; margin-top: 0; }
"""


@runtime_checkable
class Choosing(Protocol):
    """A part of a screen with something chosen that a notice must not cover."""

    def beside_choice(self, lines: int) -> int | None:
        """The line at which a notice of so many lines begins; None: it ends above the last line of the screen."""


class OneNotice:
    """Shows the weightiest of all notices, of equals the newest, and says how many others wait for their turn."""

    def __init__(self) -> None:
        self._shown: tuple[Notification, Notification, int] | None = None
        """The notice, as it is shown, and how many there were."""

    def of(self, waiting: Notifications) -> Notifications:
        """The one to show."""
        notices = list(waiting)
        if not notices:
            self._shown = None
            return Notifications()
        first = max(notices, key=lambda one: (_WEIGHTS.index(one.severity), one.raised_at))
        others = len(notices) - 1
        if self._shown is None or self._shown[0] is not first or self._shown[2] != others:
            text = f"{first.message}\n{tr('live.notices_more', count=others)}" if others else first.message
            shown = Notification(text, first.title, first.severity, max(0.1, first.time_left), first.markup)
            self._shown = first, shown, others
        return Notifications().add(self._shown[1])

    def meant(self, shown: Notification) -> Notification:
        """The notice that is shown so."""
        return self._shown[0] if self._shown is not None and self._shown[1] is shown else shown


def show(rack: ToastRack, notices: Notifications, screen: Screen[Any]) -> None:
    """Show the notice of a small screen in its place, low and beside what is chosen, instead of any other one."""
    kept = {rack._toast_id(notice) for notice in notices}
    for holder in rack.children:
        if holder.id not in kept:
            holder.remove()
    room = min(_WIDE, screen.size.width) - _EDGES
    lines = sum(len(wrap(line, room)) for notice in notices for line in notice.message.splitlines())
    begin = next((part.beside_choice(lines) for part in screen.children if isinstance(part, Choosing)), None)
    rack.add_class("-low")
    rack.styles.dock = "bottom" if begin is None else "top"
    rack.styles.margin = (0, 0, 1, 0) if begin is None else (begin, 0, 0, 0)
    rack.show(notices)
