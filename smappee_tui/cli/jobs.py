"""`smappee-tui jobs`: what is kept of each installation: list it, open it again, give it away, delete it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.console import ProgressLine, out, say
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.cli.values import iso, sized
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.app.visit.jobs import Job


def known_jobs(incomplete: str) -> list[str]:
    """Serial numbers of jobs, for the shell's completion."""
    from smappee_tui.app.visit.jobs import Jobs, jobs_path

    serials = [job.state.serial or job.state.uuid for job in Jobs(jobs_path()).all()]
    return [serial for serial in serials if serial.startswith(incomplete)]


Which = Annotated[
    str,
    typer.Argument(
        metavar="JOB",
        help="Number in the list, serial, uuid or its beginning, or part of the name.",
        show_default=False,
        autocompletion=known_jobs,
    ),
]


@guarded
def list_jobs(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one document on stdout.")] = False,
) -> int:
    """List the jobs kept on this computer, the one watched last first.

    Of every monitor that the live screen has shown, the latest 24 hours (100 MB at most), what was typed into the
    report, photos and reports are kept in one folder, readable by its owner only, until you delete it. The setting
    keep_recording = false keeps no measurements.
    """
    from smappee_tui.app.visit.jobs import Jobs, jobs_path
    from smappee_tui.cli.records import Column, Listing, print_listing

    jobs = Jobs(jobs_path())
    known = list(enumerate(jobs.all(), 1))
    Row = tuple[int, "Job"]  # noqa: N806 - a type

    def last(row: Row) -> datetime | None:
        at = row[1].state.visits[-1].ended if row[1].state.visits else None
        return None if at is None else datetime.fromtimestamp(at, UTC)

    def figure(name: str) -> Any:
        return lambda row: getattr(row[1].state.visits[-1], name) if row[1].state.visits else None

    columns: tuple[Column[Row], ...] = (
        Column("number", "#", lambda row: row[0], right=True),
        Column("name", tr("job_command.name"), lambda row: row[1].state.name, gives=True),
        Column("serial", tr("job_command.serial"), lambda row: row[1].state.serial),
        Column("last", tr("job_command.last"), last),
        Column("faults", tr("job_command.faults"), figure("faults"), right=True),
        Column("undecided", tr("job_command.undecided"), figure("undecided"), right=True),
        Column("bytes", tr("job_command.size"), lambda row: sized(row[1].size()), right=True),
        Column("address", tr("job_command.address"), lambda row: row[1].state.address, gives=True),
    )
    document = {
        "schema": "smappee-tui/jobs/1",
        "folder": str(jobs.folder),
        "jobs": [_entry(job) for _, job in known] if as_json else [],
    }
    listing = Listing(
        columns,
        known,
        document,
        empty=tr("job_command.empty"),
        after=[] if not known else ["", tr("job_command.where", folder=str(jobs.folder)), tr("job_command.how")],
    )
    print_listing(listing, "json" if as_json else "table")
    return exits.OK


def _entry(job: Job) -> dict[str, Any]:
    from smappee_tui.connect.recording.rolling import pieces

    state = job.state
    return {
        "uuid": state.uuid,
        "serial": state.serial,
        "name": state.name,
        "address": state.address,
        "folder": str(job.folder),
        "bytes": job.size(),
        "recording_bytes": sum(piece.path.stat().st_size for piece in pieces(job.recording)),
        "reports": sorted(path.name for path in job.reports.iterdir()) if job.reports.is_dir() else [],
        "visits": [
            {"from": iso(one.begun), "to": iso(one.ended), "faults": one.faults, "undecided": one.undecided}
            for one in state.visits
        ],
    }


def _found(which: str) -> Job:
    """The one job meant.

    Raises:
        UsageError: for none, or for several.
    """
    from smappee_tui.app.visit.jobs import Jobs, jobs_path

    found = Jobs(jobs_path()).find(which)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(fact("job_command.no_such", word=which), fact("job_command.no_such_advice"))
    several = tuple(" ".join((job.state.serial or job.state.uuid, job.state.name)).strip() for job in found[:5])
    raise UsageError(fact("job_command.several", word=which, jobs=several), fact("job_command.several_advice"))


@guarded
def open_job(
    which: Which,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="As it was recorded, without the monitor: for the report at the office.")
    ] = False,
) -> int:
    """Show the live screen of a job's monitor again, where it was left; with --recorded what was kept of it."""
    job = _found(which)
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    if recorded:
        return _review(job)
    if not job.state.address:
        raise UsageError(fact("job_command.no_address"), fact("job_command.no_address_advice"))
    from smappee_tui.cli.home import home

    home(job.state.address, location=job.state.uuid, username=job.state.username or None)
    return exits.OK  # never: the command ends with a code of its own


def _review(job: Job) -> int:
    import tempfile
    import time

    from smappee_tui.app.session import Session
    from smappee_tui.app.switching import NO_BROKER, PlugSwitch
    from smappee_tui.app.visit.job_export import RECORDING, write_recording
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.jobs import Jobs
    from smappee_tui.cli.screen import show
    from smappee_tui.cli.settings_io import installation, limits, load_settings
    from smappee_tui.connect.recording.replay import ReplaySource

    with tempfile.TemporaryDirectory(prefix="smappee-tui-") as folder:
        path = Path(folder) / RECORDING
        if not write_recording(job, path):
            raise UsageError(fact("job_command.nothing_recorded"), fact("job_command.nothing_recorded_advice"))
        link = ReplaySource(path)
        link.start()
        visit = JobVisit(Jobs(job.folder.parent), clock=time.time, review=True)
        settings = load_settings()
        session = Session(link, wanted=job.state.uuid, limits=limits(settings), declared=installation(settings))
        return show(session, mode="replay", switching=PlugSwitch.locked(NO_BROKER), job=visit)  # signed today


@guarded
def export_job(
    which: Which,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip to write: a new file.", show_default=False)],
    redact: Annotated[
        bool,
        typer.Option(
            "--redact", help="Recording and last report with made-up identities; no particulars, photos or reports."
        ),
    ] = False,
) -> int:
    """Write everything that is kept of a job into one zip. Names it on stdout."""
    from smappee_tui.app.visit.job_export import export

    job, progress = _found(which), ProgressLine()
    try:
        made = export(
            job, file, redact=redact, progress=lambda count: progress.line(lambda: tr("cli.messages", count=count))
        )
    finally:
        progress.wipe()
    out(str(file))
    say(tr("job_command.exported", count=len(made.names), size=sized(file.stat().st_size)))
    say(tr("job_command.left_out" if redact else "job_command.personal"))
    if redact:
        say(tr("record_command.redacted", count=made.unknown))
    return exits.OK


@guarded
def delete_job(
    which: Which,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking; for scripts.")] = False,
) -> int:
    """Delete a job: recording, particulars, photos and reports."""
    from smappee_tui.app.visit.jobs import Jobs
    from smappee_tui.cli.cloud.changes import confirmed

    job = _found(which)
    name = job.state.name or job.state.serial or job.state.uuid
    what = fact("job_command.will_delete", folder=str(job.folder), size=sized(job.size()))
    confirmed(
        [what, fact("job_command.no_undo")],
        name,
        instead=job.state.uuid[:8],
        yes=yes,
        head="job_command.will_be_done",
        ask="cloud_command.type_name",
    )
    Jobs(job.folder.parent).delete(job)
    say(current().fact(fact("job_command.deleted", name=name)))
    return exits.OK
