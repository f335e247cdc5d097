"""The wiring pane at work: fetching, judging and writing beside the screen, and what the keys do to that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args

from smappee_tui.app.remote_diagnosis import RemoteDiagnosis, fetch_history, judge_again, judge_history, left_out
from smappee_tui.app.visit.report_job import write_remote_report
from smappee_tui.connect.errors import CannotWriteError, ExternalError
from smappee_tui.diagnosis.judgement import FAULTS, Generation
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.report.formats import FORMATS, ReportExistsError, Written, handed
from smappee_tui.tui.cloud.frame import CloudFrame, Laid
from smappee_tui.tui.cloud.loadable import Loadable, bar, busy_lines, problem_lines, stale_lines
from smappee_tui.tui.cloud.wiring_lines import generation, wiring_lines
from smappee_tui.tui.commands import WIRING, Command
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph

WEEK, MONTH = 7, 31
"""Days that can be asked for; the service keeps five-minute values no longer than a month."""
DECLARED: tuple[Generation | None, ...] = (None, *get_args(Generation))
"""What can be declared, in the order in which the key goes through it."""
JUDGING = fact("cloud_screen.step.judging")


class WiringPane:
    """A location judged from afar. All of this runs on the screen's thread, but for what `asyncio.to_thread` runs."""

    def __init__(
        self, screen: CloudFrame, place: CloudLocation, configured: Callable[[MeteringConfiguration], None]
    ) -> None:
        """Nothing is fetched yet.

        Args:
            screen: on which the pane is shown.
            place: the location.
            configured: told the configuration whenever it was fetched.
        """
        self._screen, self._place, self._configured = screen, place, configured
        self.values: Loadable[RemoteDiagnosis] = Loadable()
        """Fetched and judged."""
        self.judging: Loadable[None] = Loadable()
        """RemoteDiagnosis again under another declaration."""
        self.report: Loadable[Written] = Loadable()
        self.days = WEEK
        self.generation: Generation | None = None
        self.stopped = False
        """The person called the first reading off."""
        self.step: Fact | None = None
        """What fetching and judging are at."""
        self._kept: dict[int, tuple[RemoteDiagnosis, float]] = {}
        self._chosen: int | None = None
        """Input under the cursor; None: the first with a fault."""

    @property
    def asked(self) -> bool:
        """Something was fetched, is being fetched, or somebody did not want it."""
        return self.values.busy or self.values.value is not None or self.values.problem is not None or self.stopped

    def again(self) -> None:
        """Fetch and judge, or do it again."""
        self._kept.pop(self.days, None)
        self._fetch()

    def _fetch(self) -> None:
        self.stopped = False
        self._screen.read("wiring", self.values, self._work)

    async def _work(self, reading: Loadable[RemoteDiagnosis]) -> None:
        hub, days = self._screen.hub, self.days
        self.step = fact("cloud_screen.step.days", count=days)
        client = await hub.client()
        configuration = await client.metering(self._place.id)
        self._configured(configuration)
        before = len(client.remarks)
        end = datetime.fromtimestamp(hub.clock(), UTC)
        reading.share = 0.0
        self._screen.draw()
        past = await fetch_history(client, configuration, end, days, lambda share: self._come(reading, share))
        self.step, reading.share = JUDGING, None
        self._screen.draw()
        remarks: tuple[Fact, ...] = (*client.remarks[before:], *left_out(past))
        fresh = await asyncio.to_thread(
            judge_history,
            configuration,
            past,
            days,
            self.generation,
            hub.door.limits,
            client.base_url,
            remarks,
            hub.door.declared,
        )
        reading.done(fresh, hub.clock())
        self._kept[days] = (fresh, hub.clock())
        self._forget_report()
        self._judge_if_otherwise()

    def _come(self, reading: Loadable[RemoteDiagnosis], share: float) -> None:
        """So much is there. Drawn every few percent: a thousand records come at once."""
        before = reading.share or 0.0
        if share >= 1.0 or share - before >= 0.02:
            reading.share = share
            self._screen.draw()

    def _judge_if_otherwise(self) -> None:
        """Judge again what is shown, where something else was declared meanwhile. Never twice at the same time."""
        value = self.values.value
        if self.judging.busy or self.report.busy:
            return  # whichever it is looks again at its end
        if value is not None and value.generation != self.generation:
            self._screen.read("judging", self.judging, self._judge_again)

    async def _judge_again(self, reading: Loadable[None]) -> None:
        while (before := self.values.value) is not None and before.generation != self.generation:
            fresh = await asyncio.to_thread(judge_again, before, self.generation)
            if before.days in self._kept and self._kept[before.days][0] is before:
                self._kept[before.days] = (fresh, self._kept[before.days][1])
            if self.values.value is before:
                self.values.value = fresh
        reading.done(None, self._screen.hub.clock())

    def _forget_report(self) -> None:
        """What was written is about something else by now."""
        if not self.report.busy:
            self.report = Loadable()

    def stop(self) -> None:
        """Call the fetching off; what was shown before stays."""
        if not self.values.busy:
            return
        self._screen.workers.cancel_group(self._screen, "wiring")
        self._called_off()
        self.stopped = self.values.value is None
        self._screen.draw()

    def _called_off(self) -> None:
        self.values.failed(self.values.turn, None)
        if self.values.value is not None:
            self.days = self.values.value.days

    def other_days(self) -> None:
        """A week or a month; what was fetched before is not fetched again."""
        self.days = WEEK if self.days == MONTH else MONTH
        kept = self._kept.get(self.days)
        if kept is None:
            self._fetch()
            return
        self._screen.workers.cancel_group(self._screen, "wiring")
        self.values.turn += 1  # whatever was being fetched has nothing to say any more
        self.values.done(*kept)
        self._forget_report()
        self._judge_if_otherwise()
        self._screen.draw()

    def declare(self) -> None:
        """The next declaration: generation that a CT sees, that none sees, none, not known, nothing said."""
        if self.report.busy:
            self._tell("cloud_screen.moment_written")
            return
        self.generation = DECLARED[(DECLARED.index(self.generation) + 1) % len(DECLARED)]
        self._forget_report()
        self._judge_if_otherwise()
        self._screen.draw()

    def write(self) -> None:
        """Write the report of what is shown to the current folder."""
        if self.values.value is None or not len(self.values.value.past):
            self._tell("cloud_screen.nothing_to_report")
        elif self.judging.busy or self.report.busy:
            self._tell("cloud_screen.moment_judged" if self.judging.busy else "cloud_screen.moment_written")
        else:
            self.report = Loadable()
            self._screen.read("report", self.report, self._write)
            self._screen.body.scroll_to(y=0, animate=False)

    async def _write(self, reading: Loadable[Written]) -> None:
        value, hub = self.values.value, self._screen.hub
        if value is not None:
            reading.done(await asyncio.to_thread(write_remote_report, value, hub.clock()), hub.clock())
            self._judge_if_otherwise()

    def _tell(self, code: str) -> None:
        self._screen.notify(tr(code), markup=False, timeout=4)

    def move(self, by: int) -> bool:
        """Another channel; False where there is none to move to."""
        value = self.values.value
        if value is None or not value.view.channels or not len(value.past):
            return False
        inputs = [one.input for one in value.view.channels]
        place = max(0, min(self._place_of(value) + by, len(inputs) - 1))
        self._chosen = inputs[place]
        self._screen.body.scroll_to(y=0, animate=False)
        self._screen.draw()
        return True

    def _place_of(self, value: RemoteDiagnosis) -> int:
        """Where the cursor is: on the channel it was put on, else on the first with a fault."""
        inputs = [one.input for one in value.view.channels]
        if self._chosen in inputs:
            return inputs.index(self._chosen)
        said = value.judgement.channels
        return next((n for n, number in enumerate(inputs) if number in said and said[number].verdict in FAULTS), 0)

    def offered(self) -> list[Command]:
        judged = self.values.value is not None and len(self.values.value.past)
        wanted = {"days", "declare"} | ({"stop"} if self.values.busy else set()) | ({"report"} if judged else set())
        return [c for c in WIRING if c.action in wanted]

    def lay_out(self, width: int, height: int) -> Laid:
        now, value = self._screen.hub.clock(), self.values.value
        if value is None and self.stopped:
            title = line(("○ ", "wait"), (tr("cloud_screen.stopped"), "title"))
            return [title, BLANK, *paragraph(tr("cloud_screen.stopped_keys"), width)], None
        if value is None and self.values.problem is not None:
            return problem_lines(self.values.problem, width), None
        if value is None:
            lines = busy_lines(self.values, self._step, now, width)
            return [*lines, BLANK, line((current().fact(generation(self.generation)), "dim"))], None
        above = [*self._under_way(width), *stale_lines(self.values, now, width)]
        return wiring_lines(value, self._place_of(value), width, height, above)

    @property
    def _step(self) -> Fact:
        return self._screen.hub.step or self.step or fact("cloud_screen.step.wiring")

    def _under_way(self, width: int) -> list[Line]:
        """What is going on while values are shown, and what came of it."""
        lines: list[Line] = []
        if self.values.busy:
            share = self.values.share
            step = current().fact(self._step)
            lines.append(line(("◌ ", "wait"), f"{step} ", *(bar(share) if share else ())))
        if self.judging.busy:
            lines.append(line(("◌ ", "wait"), tr("cloud_screen.judging_again", generation=generation(self.generation))))
        elif self.judging.problem is not None:
            lines += _failed(self.judging.problem, width)
        if self.report.busy:
            lines.append(line(("◌ ", "wait"), tr("cloud_screen.writing")))
        elif self.report.problem is not None:
            lines += _failed(self.report.problem, width)
        elif self.report.value is not None:
            files = self.report.value.files
            first, kinds, page = files["json"], tuple(one for one in files if one in FORMATS), handed(files)
            text = tr("cloud_screen.written", folder=str(first.parent), name=first.stem, kinds=kinds)
            lines += paragraph(text, width, "ok", line(("✓ ", "ok")))
            lines += paragraph(tr("report_form.handed", name=page.name), width, "dim") if page is not None else []
        return lines


def _failed(problem: ExternalError, width: int) -> list[Line]:
    advice = current().fact(problem.advice)
    if isinstance(problem, ReportExistsError):
        advice = tr("cloud_screen.this_second")
    elif isinstance(problem, CannotWriteError):
        advice = tr("cloud_screen.elsewhere")
    text = f"{current().fact(problem.what)} {advice}".strip()
    return paragraph(text, width, "warn", line(("! ", "warn")))
