"""`smappee-tui check`: watch for a while, print the verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.guard import Misused, guarded

if TYPE_CHECKING:
    from smappee_tui.cli.watched import Watched
    from smappee_tui.diagnosis.judge import Generation

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
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Watch for a while (60 s, a recording to its end), then say which CT is wrong, why, and what to do.

    Leaves with 0 when everything in use is judged and well, 1 when there is a fault, 3 when it cannot connect or
    read, 4 when there is no fault but some channel could not be judged yet, 130 when interrupted.

    With --cloud alone it judges a location from afar, by the 5-minute values that the vendor's cloud keeps. With a
    monitor as well, it says where the cloud's configuration is not the one that the monitor publishes.
    """
    if days is not None and (cloud is None or host is not None or replay is not None):
        raise Misused("--days goes with --cloud alone.", "It says how much of the past to judge from afar.")
    if host is None and replay is None and cloud is not None:
        return _afar(cloud, days, as_json=as_json, generation=options.declared(generation))
    if host is None and replay is None:
        raise Misused(
            "Which monitor?",
            "Type `smappee-tui check HOST`, `smappee-tui check --replay FILE` for a recording, or "
            "`smappee-tui check --cloud LOCATION` to judge from afar.",
        )
    if host is not None and replay is not None:
        raise Misused("A host and a recording at once.", "Leave out one of the two.")

    from smappee_tui.cli import check_watch as watch
    from smappee_tui.cli.check_end import tell
    from smappee_tui.cli.devices import limits as device_limits
    from smappee_tui.cli.kept import kept_settings
    from smappee_tui.cli.replay_link import ReplayLink
    from smappee_tui.cli.watched import Spans
    from smappee_tui.session import Session

    spans = Spans()
    declared = options.declared(generation)
    settings = kept_settings()
    limits = device_limits(settings)
    more = _second_opinion(cloud)
    if replay is not None:
        bad = watch.BadLines(replay)
        recording = ReplayLink(replay, seconds=seconds, on_bad=bad)
        session = Session(recording, wanted=location, generation=declared, keep=spans.note, limits=limits)
        finished = watch.replay(session, recording, bad)
        return tell(session, spans, source=str(replay), finished=finished, as_json=as_json, more=more)

    from smappee_tui.cli.login import broker_address
    from smappee_tui.links.mqtt import MqttLink

    address = broker_address(
        host or "", port=port, username=username, tls=tls, cafile=cafile, default_port=settings.port
    )
    session = Session(MqttLink(address), wanted=location, generation=declared, keep=spans.note, limits=limits)
    finished = watch.live(session, seconds or DEFAULT_SECONDS)
    return tell(session, spans, source=str(address), finished=finished, as_json=as_json, more=more)


def _second_opinion(cloud: str | None) -> Callable[[Watched], Watched]:
    """What the cloud's configuration adds; asked for before the watch, so that a wrong password shows at once."""
    if cloud is None:
        return lambda seen: seen
    from smappee_tui.cli.check_cloud import configured_in_cloud, with_second_opinion

    configuration = configured_in_cloud(cloud)
    return lambda seen: with_second_opinion(seen, configuration)


def _afar(cloud: str, days: int | None, *, as_json: bool, generation: Generation | None) -> int:
    """Judge a location by what the cloud keeps of it."""
    from smappee_tui.cli.check_cloud import MOST_DAYS, from_cloud, seen_from_afar
    from smappee_tui.cli.check_end import exit_code, shown
    from smappee_tui.cli.devices import limits as device_limits
    from smappee_tui.cli.kept import kept_settings

    limits = device_limits(kept_settings())
    seen = seen_from_afar(from_cloud(cloud, days or MOST_DAYS, generation, limits), limits)
    shown(seen, as_json=as_json)
    return exit_code(seen)
