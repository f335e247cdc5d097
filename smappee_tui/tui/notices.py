"""Notices: few at a time, and on a small screen one, as many of them cover what they speak of."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from textual.notifications import Notification, Notifications
from textual.screen import Screen
from textual.widgets._toast import Toast, ToastRack

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import wrap

HIGH = 30
"""Lines of a terminal from which notices stand above each other."""
MOST = 3
"""So many of them."""
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


class FewNotices:
    """Shows the weightiest of all notices, of equals the newest, and says how many others wait for their turn."""

    def __init__(self) -> None:
        self._shown: tuple[Notification, Notification, int] | None = None
        """The last notice, as it is shown, and how many others there were."""

    def of(self, waiting: Notifications, *, low: bool) -> Notifications:
        """Those to show, in the order in which they came.

        Args:
            waiting: all of them.
            low: on a small screen.
        """
        weighed = sorted(waiting, key=lambda one: (_WEIGHTS.index(one.severity), one.raised_at))
        kept = sorted(weighed[-1 if low else -MOST :], key=lambda one: one.raised_at)
        others = len(weighed) - len(kept)
        found = Notifications()
        if not others:
            self._shown = None
        else:
            last = kept.pop()
            if self._shown is None or self._shown[0] is not last or self._shown[2] != others:
                text = f"{last.message}\n{tr('live.notices_more', count=others)}"
                shown = Notification(text, last.title, last.severity, max(0.1, last.time_left), last.markup)
                self._shown = last, shown, others
            kept.append(self._shown[1])
        for one in kept:
            found.add(one)
        return found

    def meant(self, shown: Notification) -> Notification:
        """The notice that is shown so."""
        return self._shown[0] if self._shown is not None and self._shown[1] is shown else shown


def show(rack: ToastRack, notices: Notifications, screen: Screen[Any], *, low: bool) -> None:
    """Show these notices instead of any others; on a small screen low, and beside what is chosen.

    Without the holder that Textual puts around each: it would have the whole screen laid out once more.
    """
    wanted = {rack._toast_id(notice): notice for notice in notices if not notice.has_expired}
    for toast in rack.children:
        if wanted.pop(toast.id or "", None) is None:
            toast.remove()
    room = min(_WIDE, screen.size.width) - _EDGES
    lines = sum(len(wrap(line, room)) for notice in notices for line in notice.message.splitlines())
    places = (part.beside_choice(lines) for part in screen.children if low and isinstance(part, Choosing))
    begin = next(places, None)
    rack.set_class(low, "-low")
    if rack.styles.dock != (dock := "bottom" if begin is None else "top"):
        rack.styles.dock = dock
    rack.styles.margin = (0, 0, 1, 0) if begin is None else (begin, 0, 0, 0)
    rack.display = bool(notices)
    fresh = [Toast(notice) for notice in wanted.values()]
    for toast, name in zip(fresh, wanted, strict=True):
        toast.id = name
    if fresh:
        rack.mount_all(fresh)
