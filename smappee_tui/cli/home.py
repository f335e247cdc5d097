"""`smappee-tui [HOST]`: the app."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli import exits, options
from smappee_tui.cli.console import complain, say
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.cli.sharing import AS_USUAL, ShareWish, prepared
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.app.settings import Settings
    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.connect.discovery.search import Search
    from smappee_tui.connect.own_broker.laptop import LaptopBroker
    from smappee_tui.connect.recording.lines import BadLine
    from smappee_tui.diagnosis.judgement import Generation
    from smappee_tui.protocol.received import Mark, MqttMessage


Watch = Callable[["BrokerAddress", str | None], int]
"""Shows a broker, and of several locations the one meant. Returns the exit code, or `TO_FIND`."""


def find_and_watch(watch: Watch, *, read_only: bool = False) -> int:
    """Show the find screen, then what was chosen.

    Args:
        watch: shows a broker.
        read_only: nothing can be switched through the cloud either; the setting of that name does the same.
    """
    from smappee_tui.app.cloud_login import cloud_access
    from smappee_tui.cli.screen import TO_FIND
    from smappee_tui.cli.settings_io import load_settings, taste
    from smappee_tui.tui.find.laptop import Laptop
    from smappee_tui.tui.run import find_app

    def search(changed: Callable[[], None]) -> Search:
        from smappee_tui.connect.discovery.search import Search

        return Search(recent=settings.hosts[:8], changed=changed)

    laptop, code = Laptop(), TO_FIND
    while code == TO_FIND:
        settings = load_settings()
        with taste() as wishes:
            app = find_app(
                search,
                laptop=laptop,
                cloud=cloud_access(replace(settings, read_only=read_only or settings.read_only)),
                **wishes,
            )
            choice = app.run()
        with ExitStack() as stack:
            broker = app.first.kept
            if broker is not None:
                stack.callback(broker.stop)
            code = app.return_code or exits.OK
            if choice is not None:
                code = watch(choice.address, choice.location)
            if code == TO_FIND:
                laptop.broker = broker
                stack.pop_all()
                continue
            remind()
            if broker is not None and laptop.keep and code != exits.INTERRUPTED:
                code = _go_on(broker)
    return code


def remind() -> None:
    """Say which monitors must still be put back, on leaving."""
    from smappee_tui.app.pending_reverts import pending, still_pushes
    from smappee_tui.i18n import current

    for item in pending():
        say(current().fact(still_pushes(item)))


def _go_on(broker: LaptopBroker) -> int:
    """Let the broker run until Ctrl-C, as the person wished."""
    import threading

    from smappee_tui.cli.broker import tell_troubles
    from smappee_tui.i18n import tr

    say(tr("cli.broker_goes_on", url=broker.url))
    told: set[str] = set()
    pause = threading.Event()
    try:
        while broker.running:
            pause.wait(1.0)
            tell_troubles(broker, told)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    return exits.CANNOT


def show_recording(
    path: Path,
    speed: float,
    *,
    wanted: str | None,
    generation: Generation | None,
    p1: str | None = None,
    sharing: ShareWish = AS_USUAL,
) -> int:
    """Show a recording until the person leaves.

    Args:
        path: the recording.
        speed: so many times as fast as life.
        wanted: uuid or serial number of the location meant.
        generation: as declared.
        p1: the utility's meter, as typed.
        sharing: the page for a phone, as typed.

    Raises:
        CannotReadError: when the file cannot be read, at its beginning or in its middle.
    """
    from smappee_tui.app.session import Session
    from smappee_tui.app.switching import NO_BROKER, PlugSwitch
    from smappee_tui.cli.meter import beside_meter
    from smappee_tui.cli.screen import show
    from smappee_tui.cli.settings_io import installation, limits, load_settings
    from smappee_tui.connect.recording.replay import ReplaySource
    from smappee_tui.i18n import tr

    page = prepared(sharing)
    bad: list[int] = []  # said in the end: while the screen is up, stderr is its canvas

    def note(line: BadLine) -> None:
        bad.append(line.number)

    link = ReplaySource(path, speed=speed, on_bad=note)
    link.start()  # before the screen: a file that is not there is told in a word
    settings = load_settings()
    session = Session(
        beside_meter(link, p1),
        wanted=wanted,
        generation=generation,
        limits=limits(settings),
        declared=installation(settings),
    )
    code = show(
        session,
        mode="replay",
        clock=link.now,
        switching=PlugSwitch.locked(NO_BROKER),
        sharing=page,
        share_at_once=sharing.at_once,
    )
    if bad:
        complain(tr("cli.lines_unreadable", count=len(bad), path=str(path), first=bad[0]))
    if link.problem is not None:
        raise link.problem
    return code


_WAYS = {
    "HOST": "cli.welcome_host",
    "demo": "cli.welcome_demo",
    "--replay FILE": "cli.welcome_replay",
    "--help": "cli.welcome_help",
}


def _welcome(hosts: Sequence[str]) -> None:
    """Say what can be typed."""
    from smappee_tui.i18n import tr

    say(tr("cli.welcome") + "\n")
    for words, meaning in _WAYS.items():
        say(f"  smappee-tui {words:<13}   {tr(meaning)}")
    if hosts:
        say("\n" + tr("cli.lately", hosts=tuple(hosts[:5])))


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
    p1: options.P1 = None,
    read_only: options.ReadOnly = False,
    share: options.Share = False,
    share_address: options.ShareAddress = None,
    share_cert: options.ShareCert = None,
    share_key: options.ShareKey = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Show the live screen of a monitor, of a broker or of a recording."""
    _sensible(host, replay, speed, record)
    sharing = ShareWish(share, share_address, share_cert, share_key)
    if host is None and replay is None:
        return _find(read_only, sharing)
    from smappee_tui.cli.screen import needs_terminal

    needs_terminal()
    if replay is not None:
        declared = options.declared(generation)
        return show_recording(replay, speed or 1.0, wanted=location, generation=declared, p1=p1, sharing=sharing)

    from smappee_tui.cli.settings_io import load_settings

    settings = load_settings()
    address = options.broker_address(
        host or "", port=port, username=username, tls=tls, cafile=cafile, default_port=settings.port
    )
    if read_only:
        settings = replace(settings, read_only=True)
    code = _watch(address, settings, record, location, options.declared(generation), p1=p1, sharing=sharing)

    remind()
    return code


def watch_location(address: BrokerAddress, uuid: str) -> int:
    """Show one location of a broker. Returns the exit code, or `TO_FIND` where the person goes back."""
    from smappee_tui.cli.settings_io import load_settings

    return _watch(address, load_settings(), None, uuid, None, found=True)


def _watch(
    address: BrokerAddress,
    settings: Settings,
    record: Path | None,
    wanted: str | None,
    generation: Generation | None,
    found: bool = False,
    p1: str | None = None,
    sharing: ShareWish = AS_USUAL,
) -> int:
    """Show a broker, and keep what it says if that is wished."""
    from smappee_tui.app.cloud_login import cloud_access
    from smappee_tui.app.session import Session
    from smappee_tui.cli.meter import beside_meter
    from smappee_tui.cli.screen import show
    from smappee_tui.cli.settings_io import installation, job_visit, limits, load_settings, save_settings, switching
    from smappee_tui.connect.mqtt import MqttSource
    from smappee_tui.connect.recording.recorder import Recorder
    from smappee_tui.connect.recording.tape import Tape

    source = beside_meter(MqttSource(address), p1)
    page = prepared(sharing, address.host)
    with Recorder(record) if record is not None else nullcontext() as recorder:
        job = job_visit(settings, address)
        tape = Tape(source, recorder) if recorder is not None else None

        def taken(item: MqttMessage | Mark) -> None:
            if tape is not None:
                tape.take(item)
            job(item)

        said = installation(settings)
        session = Session(
            source, wanted=wanted, generation=generation, keep=taken, limits=limits(settings), declared=said
        )
        lock = switching(address, read_only=settings.read_only)
        code = show(
            session,
            recorder=recorder,
            switching=lock,
            cloud=cloud_access(settings),
            job=job,
            found=found,
            sharing=page,
            share_at_once=sharing.at_once,
        )
        if tape is not None:
            tape.finish(time.time())
    if session.locations.sites:  # a monitor was heard there, so the address is worth remembering
        save_settings(load_settings().with_host(str(address)))
    return code


def _sensible(host: str | None, replay: Path | None, speed: float | None, record: Path | None) -> None:
    """Raise UsageError for words that do not fit together."""
    options.one_source(host, replay)
    if replay is not None and record is not None:
        raise UsageError(fact("cli.record_not_replay"), fact("cli.recorded_already"))
    if replay is None and speed is not None:
        raise UsageError(fact("cli.speed_goes_with_replay"), fact("cli.own_pace"))


def _find(read_only: bool, sharing: ShareWish) -> int:
    """Without a host: the screen that finds monitors; without a terminal, what else can be typed."""
    from smappee_tui.cli.screen import needs_terminal
    from smappee_tui.cli.settings_io import load_settings

    try:
        needs_terminal()
    except UsageError:
        _welcome(load_settings().hosts)
        return exits.USAGE

    def settings() -> Settings:
        kept = load_settings()
        return replace(kept, read_only=read_only or kept.read_only)

    def watch(address: BrokerAddress, location: str | None) -> int:
        return _watch(address, settings(), None, location, None, found=True, sharing=sharing)

    prepared(sharing)  # what cannot be is said before the search
    return find_and_watch(watch, read_only=read_only)
