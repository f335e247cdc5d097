"""The screen that writes the commissioning report."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen

from smappee_tui.app.report_job import Job, Visit, carry_out, draft
from smappee_tui.app.settings import INSTALLER, load, save, settings_path
from smappee_tui.connect.errors import CannotWriteError, ExternalError
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.report.compose.document import with_metadata
from smappee_tui.report.formats import ReportExistsError, Written
from smappee_tui.report.model import Report
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.tui.report.form import ReportForm
from smappee_tui.tui.report.values import (
    FIELDS,
    FieldError,
    Values,
    chosen_formats,
    first_values,
    harmless,
    particulars,
    photo_paths,
)
from smappee_tui.tui.widgets.lines import line
from smappee_tui.tui.widgets.sheet import SheetTitle

if TYPE_CHECKING:
    from smappee_tui.app.visit import ReportMemory


class ReportScreen(ModalScreen[None]):
    """A form; what is missing is said above it. Nothing is written before ctrl+s, and nothing over without asking."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close"),
        Binding("ctrl+s", "write", priority=True),
        Binding("ctrl+o", "open", priority=True),
        Binding("ctrl+d", "compare", priority=True),
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
        self, visit: Visit, memory: ReportMemory, *, opener: Callable[[str], object] = webbrowser.open
    ) -> None:
        """Write about the location that is watched.

        Args:
            visit: what is watched; read on its own thread only.
            memory: what outlives the form.
            opener: opens an address in whatever the system opens it with.
        """
        super().__init__()
        self._visit, self._memory, self._opener = visit, memory, opener
        site = visit.session.site
        uuid = site.uuid if site is not None else ""
        self.values: Values = memory.values.setdefault(uuid, {})
        if not self.values:
            self.values |= first_values(load(settings_path())[0].installer, visit.clock(), Path.cwd())
        self.body = ReportForm(self.values, self._about)
        self._draft = self._build()
        self._problem: TellableError | Fact | None = None
        self._asked = False
        self._busy = ""
        """Which part is being written; "" for none."""
        self.written: Written | None = None

    def compose(self) -> ComposeResult:
        yield SheetTitle(id="sheet-title")
        yield self.body

    def on_mount(self) -> None:
        """Begin at the first empty field."""
        self._head()
        empty = (place for place, field in enumerate(FIELDS) if not self.values[field.key])
        self.body.go(next(empty, 0))

    def _head(self) -> None:
        title = line((f" {tr('report_form.title')}   ", "title"), (tr("report_form.keys"), "dim"))
        self.query_one("#sheet-title", SheetTitle).show([title])

    def speak(self) -> None:
        self._head()
        self.body.speak()

    def _build(self) -> Report | None:
        """The report as of now; None while nothing was heard."""
        return draft(self._visit, self._memory, particulars(harmless(self.values), self._visit.clock()))

    def _about(self) -> Sequence[tuple[str, str]]:
        if self._draft is None:
            return [(tr("report_form.nothing_heard"), "warn")]
        said: list[tuple[str, str]] = []
        if self._busy:
            said.append((tr("report_form.writing", what=self._busy), "key"))
        elif self._problem is not None:
            t, what = current(), self._problem
            said.append((f"! {t.fact(what) if isinstance(what, Fact) else t.error(what)}", "warn"))
        elif self.written is not None:
            first, kinds = self.written.files["json"], tuple(self.written.files)
            told = tr("report_form.written", folder=str(first.parent), name=first.stem, kinds=kinds)
            said.append((f"✓ {told}", "ok"))
        return [*said, *self._gaps(self._draft)]

    def _gaps(self, draft: Report) -> list[tuple[str, str]]:
        try:
            who = particulars(self.values, self._visit.clock())
        except FieldError as error:
            return [(f"! {current().error(error)}", "warn")]
        shown = ReportText(with_metadata(draft, who), current())
        gaps = [(current().pair(what, which), "wait") for what, which in shown.gaps()]
        faults = shown.report.header.result == "faults"
        tone = "fault" if faults else "wait" if shown.report.header.partial else "ok"
        return [(shown.title, tone), *gaps]

    def on_report_form_edited(self) -> None:
        """Whatever was asked is asked anew."""
        self._problem, self._asked = None, False
        self.body.redraw()

    def action_close(self) -> None:
        """Back to the watch. A report being written is written to its end."""
        self.dismiss(None)

    def action_write(self) -> None:
        """Write; a second time over what is there already."""
        if self._busy:
            return
        try:
            formats = chosen_formats(self.values["formats"])
            particulars(self.values, self._visit.clock())
        except FieldError as error:
            self._complain(error)
            return
        self._draft = self._build()
        if self._draft is None:
            return
        source = self._visit.session.source
        job = Job(
            report=self._draft,
            folder=Path(self.values["folder"] or ".").expanduser(),
            formats=formats,
            photos=tuple(photo_paths(self.values["photos"])),
            embed=self.values["embed"] == "yes",
            redact=self.values["redact"] == "yes",
            force=self._asked,
            recording=getattr(source, "path", None),
        )
        self._busy, self._problem = tr("report_form.the_report"), None
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
        self._busy = message.what
        self.body.redraw()

    def on_report_screen_ended(self, message: Ended) -> None:
        self._busy = ""
        if isinstance(message.result, ReportExistsError):
            first = message.result.files[0]
            self._asked = True
            self._problem = fact("report_form.exists", name=first.stem)
        elif isinstance(message.result, ExternalError):
            self._problem = message.result
        else:
            self.written, self._asked = message.result, False
            self._memory.last_report = message.result.files["json"]
        self.body.go(0)
        self.body.redraw()

    def _complain(self, error: FieldError) -> None:
        self._problem = error
        self.body.redraw()
        self.body.go(next(place for place, field in enumerate(FIELDS) if field.key == error.key))

    def action_open(self) -> None:
        """Open the report in the system's own viewer."""
        if self.written is None:
            return
        files = self.written.files
        path = files.get("html") or files.get("pdf") or files["json"]
        self._opener(path.resolve().as_uri())

    def action_compare(self) -> None:
        from smappee_tui.tui.report.compare import CompareSheet

        folder = Path(self.values["folder"] or ".").expanduser()
        self.app.push_screen(CompareSheet(folder, self._memory.last_report))
