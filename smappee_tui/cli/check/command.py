"""`smappee-tui check`: watch for a while, print the verdict."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.exits import guarded

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judgement import Generation

DEFAULT_SECONDS = 60.0


@guarded
def check(
    host: options.OptionalHost = None,
    seconds: options.Seconds = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", metavar="FILE", help="Judge a recording instead of a live monitor.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    location: options.Location = None,
    cloud: options.Cloud = None,
    days: options.Days = None,
    generation: options.Generation = None,
    p1: options.P1 = None,
    main_fuse: options.MainFuse = None,
    country: options.Country = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Watch for a while (60 s, a recording to its end), then say which CT is wrong, why, and what to do.

    Leaves with 0 when everything in use is judged and well, 1 when there is a fault, 3 when it cannot connect or
    read, 4 when there is no fault but some channel could not be judged yet, or nothing is configured or heard,
    130 when interrupted.

    With --cloud alone it judges a location from afar, by the 5-minute values that the vendor's cloud keeps. With a
    monitor as well, it says where the cloud's configuration is not the one that the monitor publishes.
    """
    options.sensible("check", host, replay, cloud, days)
    if host is None and replay is None:
        return _afar(cloud or "", days, main_fuse, country, as_json=as_json, generation=options.declared(generation))

    from smappee_tui.app.session import Session
    from smappee_tui.app.watch import Spans
    from smappee_tui.cli.check.result import tell
    from smappee_tui.cli.meter import beside_meter, complain_of_meter
    from smappee_tui.cli.settings_io import installation, load_settings
    from smappee_tui.cli.settings_io import limits as device_limits
    from smappee_tui.cli.watching import BadLines, replay_with_progress, second_opinion, watch_with_progress
    from smappee_tui.connect.recording.replay import ReplaySource

    spans = Spans()
    declared = options.declared(generation)
    settings = load_settings()
    limits, said = device_limits(settings), installation(settings, main_fuse, country)
    more = second_opinion(cloud)
    if replay is not None:
        bad = BadLines(replay)
        recording = ReplaySource(replay, seconds=seconds, on_bad=bad)
        source = beside_meter(recording, p1)
        session = Session(source, wanted=location, generation=declared, keep=spans.note, limits=limits, declared=said)
        finished = replay_with_progress(session, recording, bad)
        complain_of_meter(source)
        return tell(
            session, spans, source=str(replay), finished=finished, as_json=as_json, more=more, until=recording.ended
        )

    from smappee_tui.connect.mqtt import MqttSource

    address = options.broker_address(
        host or "", port=port, username=username, tls=tls, cafile=cafile, default_port=settings.port
    )
    source = beside_meter(MqttSource(address), p1)
    session = Session(source, wanted=location, generation=declared, keep=spans.note, limits=limits, declared=said)
    finished = watch_with_progress(session, seconds or DEFAULT_SECONDS)
    complain_of_meter(source)
    end = time.time()
    return tell(session, spans, source=str(address), finished=finished, as_json=as_json, more=more, until=end)


def _afar(
    cloud: str,
    days: int | None,
    main_fuse: float | None,
    country: str | None,
    *,
    as_json: bool,
    generation: Generation | None,
) -> int:
    """Judge a location by what the cloud keeps of it."""
    from smappee_tui.cli.check.remote import MOST_DAYS, from_cloud, seen_from_afar
    from smappee_tui.cli.check.result import exit_code, shown
    from smappee_tui.cli.settings_io import installation, load_settings
    from smappee_tui.cli.settings_io import limits as device_limits

    settings = load_settings()
    limits, said = device_limits(settings), installation(settings, main_fuse, country)
    seen = seen_from_afar(from_cloud(cloud, days or MOST_DAYS, generation, limits, said), limits)
    shown(seen, as_json=as_json)
    return exit_code(seen)
