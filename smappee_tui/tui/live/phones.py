"""The live screen's side of the page for phones: shows them the stage, does what they ask, and says so here."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from textual.timer import Timer

from smappee_tui.app.next_step import NextStep, next_step
from smappee_tui.app.phone.actions import AcceptSafety, BeginTest
from smappee_tui.app.phone.carry_out import Reach, carry_out
from smappee_tui.app.phone.share import Share
from smappee_tui.app.phone.stage import Stage, Told, stage_of
from smappee_tui.connect.message_source import SLICE
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.tui.live.news import NAMED

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judgement import Judgement
    from smappee_tui.site.sample import Sample
    from smappee_tui.tui.live.screen import LiveScreen

LOOK = 0.2
"""Seconds between two looks at what phones ask, while the page is served: a press acts at once, and twice as many looks
would cost more than the page itself."""
AGES = 1.0
"""Seconds after which it is looked again though nothing came: ages and countdowns go on, and a lost line is noticed."""
AT_A_LOOK = 4
"""Actions that are carried out at one look: four people press no faster, and each may have to write a file. The others
wait for the next one, and beyond what the desk holds a phone is told that it is busy."""
MOST_TOLD = 8
TOLD_FOR = 8.0
"""Seconds for which a page shows what was told."""
SAID_EACH = 5
"""Looks between two notices of what phones did: whatever they send, the screen can be read."""


class Phones:
    """Begun with the screen, works while the share runs."""

    def __init__(self, screen: LiveScreen, share: Share, timer: bool = True) -> None:
        """Watch.

        Args:
            screen: what is shared.
            share: the server.
            timer: look by itself; False: only when `look` is called.
        """
        self._screen, self._share = screen, share
        self._timer: Timer | None = screen.set_interval(LOOK, self.look, pause=True) if timer else None
        self._heard: Sample | None = None
        self._at = float("-inf")
        self._wanted = False
        self._told: tuple[Told, ...] = ()
        self._times: deque[float] = deque()
        """When each was told, of the last `TOLD_FOR` seconds."""
        self._unsaid: list[Fact] = []
        """What is to be told on this screen still."""
        self._quiet = 0
        """Looks until the next notice."""
        self._step: tuple[Judgement, NextStep | None] | None = None

    def tick(self) -> None:
        """Once a second, whether it runs or not."""
        if self._share.running:
            if self._timer is not None:
                self._timer.resume()
            self.look()

    def look(self) -> None:
        """Do what was asked, let the guided test and the tracer hear what came, and show what is new."""
        screen, session, desk = self._screen, self._screen.session, self._share.desk
        if not self._share.running and self._timer is not None:
            self._timer.pause()
        if session.resting or session.recalling:
            return
        now = screen.clock()
        shown = desk.shown[1]
        moved = shown is not None and session.site is not None and shown.uuid not in ("", session.site.uuid)
        # Over another location than is shown now: it was meant for that, and so were all that wait.
        asked = desk.actions() if moved else desk.actions(AT_A_LOOK)
        for action in asked:
            self._tell(fact("phone.other_location") if moved else carry_out(action, self._reach(now)), now)
        self._say()
        if any(isinstance(action, BeginTest | AcceptSafety) for action in asked) and screen.app.screen is screen:
            screen.action_guide()  # both show the same
        session.poll(SLICE / 5)
        sample = session.site.sample if session.site is not None else None
        came, self._wanted = desk.wanted and not self._wanted, desk.wanted
        if sample is not self._heard or asked or came or not 0 <= now - self._at < AGES:
            self._heard, self._at = sample, now
            self._hear(now)
            if desk.wanted:
                desk.publish(self._stage(now))

    def _hear(self, now: float) -> None:
        screen = self._screen
        screen.begun.reports.listen(screen.session)
        guide = screen.begun.guide_begun
        if guide is not None and guide.test is not None:
            guide.follow(screen.session, now)
            if screen.heater is not None:
                screen.heater.follow(guide.test)

    def _reach(self, now: float) -> Reach:
        screen = self._screen
        return Reach(
            screen.session, lambda: screen.begun.guide, screen.begun.reports, screen.begun.mending, screen.heater, now
        )

    def _tell(self, said: Fact | None, now: float) -> None:
        if said is None:
            return
        number = self._told[-1].number + 1 if self._told else 1
        while self._times and not 0 <= now - self._times[0] < TOLD_FOR:
            self._times.popleft()
        self._told = (*self._told, Told(number, said, max(0, len(self._times) - 1)))[-MOST_TOLD:]
        self._times.append(now)
        self._unsaid.append(said)

    def _say(self) -> None:
        """On this screen: at once, or with what came since the last notice."""
        self._quiet -= 1
        if not self._unsaid or self._quiet > 0:
            return
        said = [current().fact(one) for one in self._unsaid]
        if len(said) > NAMED:
            said = [tr("phone.more", count=len(said) - NAMED + 1), *said[1 - NAMED :]]
        self._quiet, self._unsaid = SAID_EACH, []
        self._screen.notify(tr("phone.from_phone", said="\n".join(said)), markup=False, timeout=6)

    def _stage(self, now: float) -> Stage:
        screen, session = self._screen, self._screen.session
        picture = session.snapshot()
        if self._step is None or self._step[0] is not picture.judgement:
            self._step = picture.judgement, next_step(picture.view, picture.judgement)
        uuid = picture.view.uuid if picture.view is not None else None
        notes = screen.begun.reports.notes(uuid) if uuid is not None else None
        if notes is not None and notes.aside is not None:
            screen.notify(tr("phone.damaged", path=str(notes.aside)), markup=False, timeout=20, severity="warning")
            notes.aside = None
        return stage_of(
            session,
            now,
            mode=screen.mode,
            step=screen.left.after(self._step[1]),
            picture=picture,
            guide=screen.begun.guide_begun,
            tracer=screen.begun.reports.tracer(uuid) if uuid is not None else None,
            board=screen.begun.mending.board(uuid) if uuid is not None else None,
            notes=notes,
            heater=screen.heater,
            told=self._told,
        )
