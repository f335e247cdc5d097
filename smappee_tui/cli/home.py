"""`smappee-tui [HOST]`: the app."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.guard import Misused, guarded
from smappee_tui.cli.talk import say

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Generation
    from smappee_tui.links.address import BrokerAddress
    from smappee_tui.protocol.arrival import Arrival, Mark
    from smappee_tui.settings import Settings

WELCOME = """\
Which monitor? Type one of these:

  smappee-tui HOST            the monitor or broker at this address, such as 192.168.0.48
  smappee-tui demo            a simulated monitor, nothing to set up
  smappee-tui --replay FILE   a recording
  smappee-tui --help          everything else"""


@guarded
def home(
    host: options.OptionalHost = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", metavar="FILE", help="Show a recording instead of a live monitor.")
    ] = None,
    speed: options.Speed = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE", help="Keep every message in a new file while watching.")
    ] = None,
    location: options.Location = None,
    generation: options.Generation = None,
    read_only: options.ReadOnly = False,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Show the live screen of a monitor, of a broker or of a recording."""
    _sensible(host, replay, speed, record)
    if host is None and replay is None:
        return _find(read_only)
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    if replay is not None:
        from smappee_tui.cli.replay_screen import show_recording

        return show_recording(replay, speed or 1.0, wanted=location, generation=options.declared(generation))

    from smappee_tui.cli.kept import kept_settings
    from smappee_tui.cli.login import broker_address

    settings = kept_settings()
    address = broker_address(
        host or "", port=port, username=username, tls=tls, cafile=cafile, default_port=settings.port
    )
    if read_only:
        settings = replace(settings, read_only=True)
    code = _watch(address, settings, record, location, options.declared(generation))
    from smappee_tui.cli.find import remind

    remind()
    return code


def _watch(
    address: BrokerAddress, settings: Settings, record: Path | None, wanted: str | None, generation: Generation | None
) -> int:
    """Show a broker, and keep what it says if that is wished."""
    from smappee_tui.cli.cloud_door import own_door
    from smappee_tui.cli.devices import limits, switching
    from smappee_tui.cli.kept import keep, kept_settings
    from smappee_tui.cli.screen import show
    from smappee_tui.links.mqtt import MqttLink
    from smappee_tui.links.recording import Recorder
    from smappee_tui.session import Session

    with Recorder(record) if record is not None else nullcontext() as recorder:

        def taken(item: Arrival | Mark) -> None:
            if recorder is not None:
                recorder.write(item)

        session = Session(MqttLink(address), wanted=wanted, generation=generation, keep=taken, limits=limits(settings))
        lock = switching(address, read_only=settings.read_only)
        code = show(session, recorder=recorder, switching=lock, cloud=own_door(settings))
    if session.locations.sites:  # a monitor was heard there, so the address is worth remembering
        keep(kept_settings().with_host(str(address)))
    return code


def _sensible(host: str | None, replay: Path | None, speed: float | None, record: Path | None) -> None:
    """Raise Misused for words that do not fit together."""
    if host is not None and replay is not None:
        raise Misused("A host and a recording at once.", "Leave out one of the two.")
    if replay is not None and record is not None:
        raise Misused("--record does not go with --replay.", "The recording exists already.")
    if replay is None and speed is not None:
        raise Misused("--speed goes with --replay.", "A live monitor has its own pace.")


def _find(read_only: bool) -> int:
    """Without a host: the screen that finds monitors; without a terminal, what else can be typed."""
    from smappee_tui.cli.kept import kept_settings
    from smappee_tui.cli.screen import needs_terminal

    try:
        needs_terminal()
    except Misused:
        say(WELCOME)
        hosts = kept_settings().hosts
        if hosts:
            say(f"\nLately: {', '.join(hosts[:5])}")
        return exits.USAGE
    from smappee_tui.cli.find import find_and_watch

    def settings() -> Settings:
        kept = kept_settings()
        return replace(kept, read_only=read_only or kept.read_only)

    watch = lambda address, location: _watch(address, settings(), None, location, None)  # noqa: E731
    return find_and_watch(watch, read_only=read_only)
