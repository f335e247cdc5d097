"""The screen that writes the commissioning report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import OptionList

from smappee_tui.app.settings import INSTALLER, load, save, settings_path
from smappee_tui.app.visit.report_job import ReportJob, Visit, carry_out, draft
from smappee_tui.connect.desktop import Desktop
from smappee_tui.connect.errors import CannotReadError, CannotWriteError, ExternalError
from smappee_tui.connect.plain_file import typed
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.report.compose.document import with_metadata
from smappee_tui.report.formats import FORMATS, ReportExistsError, Written, handed, site_file_name
from smappee_tui.report.metadata import MOST_PHOTOS, photo_of
from smappee_tui.report.model import Report
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.tui.commands import REPORT, Command, bindings
from smappee_tui.tui.report.form import ReportForm
from smappee_tui.tui.report.values import (
    LIMITS,
    FieldError,
    Values,
    chosen_formats,
    first_missing,
    first_values,
    harmless,
    particulars,
    photo_paths,
    usual_limits,
    with_typed,
)
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import line
from smappee_tui.tui.widgets.sheet import SheetTitle

if TYPE_CHECKING:
    from smappee_tui.app.visit.memory import ReportMemory

SAVED_AFTER = 1.0
"""Seconds after a key until the draft is kept: a crash costs no more than that."""


class ReportScreen(Framed, ModalScreen[None]):
    """A form; what is missing is said above it. Nothing is written before ctrl+s, and nothing over without asking."""

    KEYS: ClassVar[tuple[Command, ...]] = REPORT
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(c for c in REPORT if c.action != "compare"),
        *(Binding(c.keys, c.action, show=False, priority=True) for c in REPORT if c.action == "compare"),
    ]
    """A field has a ctrl+d of its own, so that the form's comes first; keys still act in the order they were typed."""
    DEFAULT_CSS = "ReportScreen { background: $background; layout: vertical; }"

    class Progressed(Message):
        """The writing has come so far."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class Ended(Message):
        """The writing has ended, well or not."""

        def __init__(self, result: Written | ExternalError, photos: Sequence[Path] = ()) -> None:
            super().__init__()
            self.result, self.photos = result, photos

    class Opened(Message):
        """The system was asked to show something."""

        def __init__(self, problem: ExternalError | None) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, visit: Visit, memory: ReportMemory, *, desktop: Desktop | None = None) -> None:
        """Write about the location that is watched.

        Args:
            visit: what is watched; read on its own thread only.
            memory: what outlives the form.
            desktop: shows files; None: the system's.
        """
        super().__init__()
        self._visit, self._memory, self._desktop = visit, memory, desktop or Desktop()
        site = visit.session.site
        self._uuid = site.uuid if site is not None else ""
        self._job = memory.job(self._uuid)
        folder = Path.cwd() if self._job is None else self._job.reports
        settings = load(settings_path())[0]
        self._first = first_values(settings.installer, visit.clock(), folder) | usual_limits(settings)
        if self._job is not None:
            taken = {one.name for one in memory.notes(self._uuid).photos}  # those stand at their channel by themselves
            chosen = [path for path in self._job.photo_list() if path.name not in taken]
            self._first["photos"] = "; ".join(map(str, chosen))
        self.values: Values = with_typed(self._first, memory.values(self._uuid))
        self.body = ReportForm(self.values, self._about, self._outcome)
        self._draft = self._build()
        self._saving: Timer | None = None
        self._problem: TellableError | Fact | None = None
        self._asked = False
        self._busy = ""
        """Which part is being written; "" for none."""
        self.written: Written | None = None

    def compose(self) -> ComposeResult:
        yield SheetTitle(id="sheet-title")
        yield self.body
        yield self.footer

    def on_mount(self) -> None:
        """Begin at the first field that the report cannot do without."""
        self._head()
        try:
            report = self._shown()
        except FieldError as error:  # kept as it was typed
            self.body.go_to(error.key)
        else:
            self.body.go_to(first_missing(report.header.missing if report is not None else ()))

    def on_unmount(self) -> None:
        self._save()

    def _head(self) -> None:
        self.query_one("#sheet-title", SheetTitle).show([line((f" {tr('report_form.title')}", "title"))])
        self.tell_keys()

    def offered(self) -> list[Command]:
        """There is something to open once it is written."""
        return [c for c in REPORT if c.action != "open" or self.written is not None]

    def speak(self) -> None:
        self._head()
        self.body.speak()

    def _build(self) -> Report | None:
        """The report as of now; None while nothing was heard."""
        return draft(self._visit, self._memory, particulars(harmless(self.values), self._visit.clock()))

    def _shown(self) -> Report | None:
        """The report as typed so far. Raises FieldError for a field that does not hold what it should."""
        if self._draft is None:
            return None
        return with_metadata(self._draft, particulars(self.values, self._visit.clock()))

    def _outcome(self) -> Sequence[tuple[str, str]]:
        t, what = current(), self._problem
        if self._busy:
            return [(tr("report_form.writing", what=self._busy), "key")]
        if what is not None:
            return [(f"! {t.fact(what) if isinstance(what, Fact) else t.error(what)}", "warn")]
        if self.written is None:
            return []
        files = self.written.files
        first, kinds = files["json"], tuple(one for one in files if one in FORMATS)
        said = [(f"✓ {tr('report_form.written', folder=str(first.parent), name=first.stem, kinds=kinds)}", "ok")]
        page = handed(files)
        return said if page is None else [*said, (tr("report_form.handed", name=page.name), "dim")]

    def _about(self) -> Sequence[tuple[str, str]]:
        if self._draft is None:
            return [(tr("report_form.nothing_heard"), "warn")]
        kept = [] if self._job is None else [(tr("report_form.kept", folder=self._job.place), "dim")]
        return [*self._gaps(), *kept]

    def _gaps(self) -> list[tuple[str, str]]:
        try:
            report = self._shown()
        except FieldError as error:
            return [(f"! {current().error(error)}", "warn")]
        if report is None:
            return []
        shown = ReportText(report, current())
        gaps = [(current().pair(what, which), "wait") for what, which in shown.gaps()]
        faults = shown.report.header.result == "faults"
        tone = "fault" if faults else "wait" if shown.report.header.partial else "ok"
        return [(shown.title, tone), *gaps]

    def on_report_form_edited(self) -> None:
        """Whatever was asked is asked anew."""
        self._problem, self._asked = None, False
        typed = self._memory.values(self._uuid)
        typed.clear()
        typed.update({k: text for k, text in self.values.items() if text != self._first[k] or (text and k in LIMITS)})
        if self._saving is None:
            self._saving = self.set_timer(SAVED_AFTER, self._save)
        self.body.redraw()

    def _save(self) -> None:
        """Keep the draft as typed."""
        if self._saving is not None:
            self._saving.stop()
            self._saving = None
            self._memory.save()

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
        source = self._visit.session.monitor_source
        job = ReportJob(
            report=self._draft,
            folder=typed(self.values["folder"] or "."),
            formats=formats,
            photos=tuple(photo_paths(self.values["photos"])),
            notes=self._memory.notes(self._uuid),
            embed=self.values["embed"] == "yes",
            redact=self.values["redact"] == "yes",
            handover=self.values["handover"] == "yes",
            force=self._asked,
            recording=getattr(source, "path", None),
            name=site_file_name(self._draft) if self.values["redact"] == "no" else None,
        )
        self._busy, self._problem, self.written = tr("report_form.the_report"), None, None
        self.body.next.offer(())
        self.body.redraw()
        self.run_worker(lambda: self._carry_out(job), thread=True, exclusive=True, group="report", exit_on_error=False)

    def _carry_out(self, job: ReportJob) -> None:
        """On a thread of its own: says how far it is by messages only."""
        try:
            if self._job is not None:
                job = dataclasses.replace(job, photos=tuple(map(self._kept_photo, job.photos[:MOST_PHOTOS])))
            written = carry_out(job, self._tell)
        except ExternalError as error:
            self.post_message(self.Ended(error))
            return
        problem = self._remember()
        self.post_message(self.Ended(written, job.photos))
        if problem is not None:
            self.post_message(self.Ended(problem))

    def _kept_photo(self, path: Path) -> Path:
        photo_of(path)  # that it is one, before it is copied
        return self._job.keep_photo(path) if self._job is not None else path

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
        self._busy, result = "", message.result
        if isinstance(result, ReportExistsError):
            self._asked = True
            self._problem = fact("report_form.exists", name=result.files[0].stem)
        elif isinstance(result, ExternalError):
            self._problem = result
            self.body.go_to("photos" if isinstance(result, CannotReadError) else "folder")
        else:
            self.written, self._asked = result, False
            self._memory.last_report = result.files["json"]
            if self._job is not None and message.photos:  # the copies stay when the originals are gone
                self.body.fill("photos", "; ".join(map(str, message.photos)))
            self.tell_keys()
            page = ("page",) if handed(result.files) is not None else ()
            self.body.next.offer(("open", *page, "show", "back") if self._desktop.there else ("back",))
            self.body.next.focus()
        self.body.redraw()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """What to do with the report."""
        if message.option.id == "back":
            self.action_close()
        elif message.option.id == "show":
            self._ask_desktop(self._desktop.show)
        elif message.option.id == "page":
            self._ask_desktop(self._desktop.open, handed(self.written.files) if self.written is not None else None)
        else:
            self.action_open()

    def _complain(self, error: FieldError) -> None:
        self._problem = error
        self.body.redraw()
        self.body.go_to(error.key)

    def action_open(self) -> None:
        """Open the report in the system's own viewer."""
        self._ask_desktop(self._desktop.open)

    def _ask_desktop(self, show: Callable[[Path], None], path: Path | None = None) -> None:
        if self.written is None or not self._desktop.there:
            return
        files = self.written.files
        shown = path or files.get("pdf") or files.get("html") or files["json"]

        def ask() -> None:
            try:
                show(shown)
            except ExternalError as error:
                self.post_message(self.Opened(error))
            else:
                self.post_message(self.Opened(None))

        self.run_worker(ask, thread=True, group="desktop", exit_on_error=False)

    def on_report_screen_opened(self, message: Opened) -> None:
        self._problem = message.problem
        self.body.redraw()

    def action_compare(self) -> None:
        from smappee_tui.tui.report.compare import CompareSheet

        folder = typed(self.values["folder"] or ".")
        self.app.push_screen(CompareSheet(folder, self._memory.last_report))
