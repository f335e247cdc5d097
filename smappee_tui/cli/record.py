"""`smappee-tui record`: keep every message."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import complain, say
from smappee_tui.cli.exits import guarded
from smappee_tui.cli.meter import beside_meter, complain_of_meter
from smappee_tui.cli.values import sized
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.app.watch import RecordingSession


@guarded
def record(
    host: options.Host,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to: a new file, .ndjson or .ndjson.gz.", show_default=False)
    ],
    seconds: options.Seconds = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Keep only what names nobody; the rest is made up or left out.")
    ] = False,
    p1: options.P1 = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Write every message of a monitor or broker to a file, until Ctrl-C or for --for seconds."""
    from smappee_tui.app.watch import RecordingSession, watch_live
    from smappee_tui.cli.console import ProgressLine
    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.recording.recorder import Recorder

    default_port = load_settings().port
    address = options.broker_address(
        host, port=port, username=username, tls=tls, cafile=cafile, default_port=default_port
    )
    progress = ProgressLine()
    with Recorder(file) as recorder:
        tape = RecordingSession(beside_meter(MqttSource(address), p1), recorder, redact=redact)
        try:
            finished = watch_live(
                tape,
                seconds,
                progress=lambda done: progress.line(lambda: _so_far(tape, done)),
                enough=lambda: not tape.going,
            )
        finally:
            progress.wipe()
            heard = _of_monitor(tape)
            left = tape.finish(time.time())
            recorder.close()
            if not heard:
                file.unlink(missing_ok=True)  # without a monitor it would only be in the way of the next try
        return _told(tape, left, str(address), finished, heard)


def _told(session: RecordingSession, left: int, source: str, finished: bool, heard: bool) -> int:
    """Say what is in the file and what is not, and return the exit code."""
    recorder, tape = session.recorder, session.tape
    if lost := tape.source.dropped.total + left:
        complain(tr("cli.lost", count=lost))
    complain_of_meter(tape.source)
    refused = tape.source.state.too_large
    if refused is not None:
        complain(refused.what, refused.advice)
    if not heard and refused is not None:
        return exits.CANNOT if finished else exits.INTERRUPTED
    if not heard:
        complain(fact("record_command.nothing", source=source), fact("record_command.nothing_advice"))
        return exits.CANNOT if finished else exits.INTERRUPTED
    say(tr("record_command.kept", count=recorder.lines, path=str(recorder.path), size=sized(recorder.size)))
    if tape.reconnects or tape.seconds_missing:
        say(tr("record_command.missing", count=tape.reconnects, span=tape.seconds_missing))
    if session.redactor is not None:
        say(tr("record_command.redacted", count=session.redactor.unknown))
    if recorder.reason is not None:
        complain(recorder.reason)
        return exits.CANNOT
    return exits.OK if finished else exits.INTERRUPTED


def _of_monitor(session: RecordingSession) -> bool:
    """Whether the recording has more in it than a digital meter's readings."""
    return session.recorder.lines != getattr(session.tape.source, "told", 0)


def _so_far(tape: RecordingSession, done: float | None) -> str:
    if done is None:
        return tr("cli.connecting")
    parts = [current().lasting(done), tr("cli.messages", count=tape.recorder.lines), sized(tape.recorder.size)]
    if tape.source.state.phase != "connected":
        parts.append(tr("cli.connection_lost"))
    return " · ".join((*parts, tr("cli.ctrl_c_ends")))
