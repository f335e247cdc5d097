"""The screen that writes the commissioning report."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen

from smappee_tui.app.pending_reverts import pending, still_pushes
from smappee_tui.app.report_job import Job, carry_out
from smappee_tui.app.settings import INSTALLER
from smappee_tui.connect.errors import CannotWriteError, ExternalError
from smappee_tui.i18n import current
from smappee_tui.report.compose.document import build, with_metadata
from smappee_tui.report.formats import ReportExistsError, Written
from smappee_tui.report.model import Report
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.tui.report.form import (
    FIELDS,
    FieldError,
    ReportBody,
    Values,
    chosen_formats,
    first_values,
    particulars,
    photo_paths,
)
from smappee_tui.tui.widgets.lines import line
from smappee_tui.tui.widgets.sheet import SheetTitle

if TYPE_CHECKING:
    from smappee_tui.app.report_memory import ReportMemory
    from smappee_tui.app.switch_action import SwitchAction
    from smappee_tui.tui.live.screen import LiveScreen


def done_lines(live: LiveScreen) -> tuple[str, ...]:
    """Everything worth keeping, a sentence each; device text in it is data as everywhere."""
    return (
        *(_plug(action) for action in live.switching.log),
        *_guided(live),
        *(current().fact(still_pushes(item)) for item in pending()),
    )


def _plug(action: SwitchAction) -> str:
    when = datetime.fromtimestamp(action.asked_at, UTC).strftime("%H:%M:%S UTC")
    back = " (put back)" if action.restores else ""
    asked = f"{when}: plug '{action.name[:60]}' {action.word}{back}"
    match action.outcome:
        case "answered":
            return f"{asked}: it was switched and answered after {action.seconds or 0.0:.1f} s."
        case "unconfirmed":
            return f"{asked}: sent, no answer: it may have been carried out. {current().fact(action.problem)}".rstrip()
        case "not sent":
            return f"{asked}: not sent. {current().fact(action.problem)}".rstrip()
        case "no answer":
            return f"{asked}: sent, and the plug did not answer."
        case _:
            return f"{asked}: its answer was still awaited."


def _guided(live: LiveScreen) -> Iterator[str]:
    site = live.session.site
    test = live.guided_test(site.uuid) if site is not None else None
    if site is None or test is None:
        return
    from smappee_tui.app.guided.result import result_of
    from smappee_tui.i18n import current

    result, t = result_of(test, site), current()
    yield (
        f"Guided test: {result.count('pass')} channels passed, {result.count('fault')} with a fault, "
        f"{result.count('open')} not decided."
    )
    for row in result.channels:
        before = f" (before: {t.fact(row.before)})" if row.before else ""
        name, said = t.fact(row.name)[:40], t.fact(row.said)
        yield f"Guided test, input {row.input} '{name}': {row.outcome.upper()}, {said}{before}."
    for ohms in result.supply:
        yield f"Loop impedance of L{ohms.phase + 1}: {ohms.ohm:.2f} ± {ohms.error:.2f} ohm, from {ohms.edges} edges."


KEYS = "ctrl+s write   ctrl+o open   ctrl+d compare   esc back"


class ReportScreen(ModalScreen[None]):
    """A form; what is missing is said above it. Nothing is written before ctrl+s, and nothing over without asking."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "back", priority=True),
        Binding("ctrl+s", "write", "write", priority=True),
        Binding("ctrl+o", "open", "open", priority=True),
        Binding("ctrl+d", "compare", "compare", priority=True),
    ]
    DEFAULT_CSS = "ReportScreen { background: $background; layout: vertical; }"

    class Progressed(Message):
        """The writing has come so far."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Ended(Message):
        """The writing has ended, well or not."""

        def __init__(self, result: Written | ExternalError) -> None:
            super().__init__()
            self.result = result

    def __init__(
        self, live: LiveScreen, memory: ReportMemory, *, opener: Callable[[str], object] = webbrowser.open
    ) -> None:
        """Write about the location that this screen shows.

        Args:
            live: whose session is reported on; read on its own thread only.
            memory: what outlives the form.
            opener: opens an address in whatever the system opens it with.
        """
        super().__init__()
        self._live, self._memory, self._opener = live, memory, opener
        site = live.session.site
        uuid = site.uuid if site is not None else ""
        self.values: Values = memory.values.setdefault(uuid, {})
        if not self.values:
            self.values |= self._fresh()
        self.body = ReportBody(self.values, self._about)
        self._draft = self._build()
        self._problem = ""
        self._asked = False
        self._busy = ""
        self.written: Written | None = None

    def compose(self) -> ComposeResult:
        """Title and form."""
        yield SheetTitle(id="sheet-title")
        yield self.body

    def on_mount(self) -> None:
        """Begin at the first empty field."""
        self.query_one("#sheet-title", SheetTitle).show([line((" Commissioning report   ", "title"), (KEYS, "dim"))])
        self.body.focus()
        empty = (place for place, field in enumerate(FIELDS) if not self.values[field.key])
        self.body.place = next(empty, 0)

    def _fresh(self) -> Values:
        from smappee_tui.app.settings import load, settings_path

        return first_values(load(settings_path())[0].installer, self._live.clock(), Path.cwd())

    def _build(self) -> Report | None:
        """The report as of now; None while nothing was heard."""
        session = self._live.session
        site = session.site
        if site is None:
            return None
        self._memory.note(self._live.picture)
        who = replace(particulars(_harmless(self.values), self._live.clock()), source=self._source())
        who = replace(who, notes="\n".join((*([who.notes] if who.notes else ()), *done_lines(self._live))))
        return build(site, session.judgement(), who, judge=session.judge, logbook=self._memory.logbook(site.uuid))

    def _source(self) -> str:
        link = self._live.session.source
        return str(getattr(link, "path", "") or getattr(link, "address", "") or self._live.mode)

    def _about(self) -> Sequence[tuple[str, str]]:
        """What stands above the fields."""
        if self._draft is None:
            return [("Nothing was heard yet: there is nothing to report on.", "warn")]
        said: list[tuple[str, str]] = []
        if self._busy:
            said.append((f"Writing {self._busy} …", "key"))
        if self._problem:
            said.append((f"! {self._problem}", "warn"))
        if self.written is not None and not self._problem and not self._busy:
            first = self.written.files["json"]
            said.append(
                (f"✓ Written to {first.parent}: {first.stem}, {_kinds(self.written.files)}. ctrl+o opens it.", "ok")
            )
        return [*said, *self._gaps(self._draft)]

    def _gaps(self, draft: Report) -> list[tuple[str, str]]:
        try:
            who = particulars(self.values, self._live.clock())
        except FieldError as error:
            return [(f"! {error}", "warn")]
        shown = ReportText(with_metadata(draft, who), current())
        gaps = [(f"{what}: {which}", "wait") for what, which in shown.gaps()]
        faults = shown.report.header.result == "faults"
        tone = "fault" if faults else "wait" if shown.report.header.partial else "ok"
        return [(shown.title, tone), *gaps]

    def on_report_body_edited(self) -> None:
        """Whatever was asked is asked anew."""
        self._problem, self._asked = "", False

    def action_close(self) -> None:
        """Back to the watch. A report being written is written to its end."""
        self.dismiss(None)

    def action_write(self) -> None:
        """Write; a second time over what is there already."""
        if self._busy:
            return
        try:
            formats = chosen_formats(self.values["formats"])
            particulars(self.values, self._live.clock())
        except FieldError as error:
            self._complain(str(error), error.key)
            return
        self._draft = self._build()
        if self._draft is None:
            return
        link = self._live.session.source
        job = Job(
            report=self._draft,
            folder=Path(self.values["folder"] or ".").expanduser(),
            formats=formats,
            photos=tuple(photo_paths(self.values["photos"])),
            embed=self.values["embed"] == "yes",
            redact=self.values["redact"] == "yes",
            force=self._asked,
            recording=getattr(link, "path", None),
        )
        self._busy, self._problem = "the report", ""
        self.body.redraw()
        self.run_worker(lambda: self._carry_out(job), thread=True, exclusive=True, group="report", exit_on_error=False)

    def _carry_out(self, job: Job) -> None:
        """On a thread of its own: says how far it is by messages only."""
        try:
            written = carry_out(job, self._tell)
        except ExternalError as error:
            self.post_message(self.Ended(error))
            return
        problem = self._remember()
        self.post_message(self.Ended(written))
        if problem is not None:
            self.post_message(self.Ended(problem))

    def _tell(self, what: str) -> None:
        self.post_message(self.Progressed(what))

    def _remember(self) -> CannotWriteError | None:
        """Keep the installer for the next report."""
        from smappee_tui.app.settings import load, save, settings_path

        installer = {key: self.values[key] for key in INSTALLER if self.values[key]}
        settings = load(settings_path())[0]
        if dict(settings.installer) == installer:
            return None
        try:
            save(replace(settings, installer=installer), settings_path())
        except CannotWriteError as error:
            return error
        return None

    def on_report_screen_progressed(self, message: Progressed) -> None:
        """Say how far it is."""
        self._busy = message.what
        self.body.redraw()

    def on_report_screen_ended(self, message: Ended) -> None:
        """Say what came of it."""
        self._busy = ""
        if isinstance(message.result, ReportExistsError):
            first = message.result.files[0]
            self._asked = True
            self._problem = f"{first.stem} is there already. Press ctrl+s again to write over it, or change the folder."
        elif isinstance(message.result, ExternalError):
            self._problem = current().error(message.result)
        else:
            self.written, self._asked = message.result, False
            self._memory.last_report = message.result.files["json"]
        self.body.place = 0
        self.body.redraw()

    def _complain(self, what: str, key: str) -> None:
        self._problem = what
        self.body.go(next(place for place, field in enumerate(FIELDS) if field.key == key))

    def action_open(self) -> None:
        """Open the report in the system's own viewer."""
        if self.written is None:
            return
        files = self.written.files
        path = files.get("html") or files.get("pdf") or files["json"]
        self._opener(path.resolve().as_uri())

    def action_compare(self) -> None:
        """Compare with an older report."""
        from smappee_tui.tui.report.compare import CompareSheet

        folder = Path(self.values["folder"] or ".").expanduser()
        self.app.push_screen(CompareSheet(folder, self._memory.last_report))


def _kinds(files: Iterable[str]) -> str:
    return ", ".join(files)


def _harmless(values: Values) -> Values:
    """The values with what cannot be read left out, for a draft."""
    fixed = dict(values)
    for _ in range(3):
        try:
            particulars(fixed, 0.0)
        except FieldError as error:
            fixed[error.key] = ""
    return fixed
