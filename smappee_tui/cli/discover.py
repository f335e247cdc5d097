"""`smappee-tui discover`: which monitors are on the network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from smappee_tui.cli import exits
from smappee_tui.cli.console import ProgressLine, complain, out, say
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    import ipaddress

    from smappee_tui.connect.discovery import Found
    from smappee_tui.connect.discovery.meters import FoundMeter
    from smappee_tui.connect.discovery.scan import Scan
    from smappee_tui.connect.discovery.search import Search
    from smappee_tui.connect.networks import OwnAddress
    from smappee_tui.protocol.fact import Fact


class Heard(NamedTuple):
    """What a search came to."""

    found: tuple[Found, ...]
    meters: tuple[FoundMeter, ...]
    problem: Fact | None


def search(own: Sequence[OwnAddress], ranges: Sequence[ipaddress.IPv4Network], timeout: float) -> Heard:
    """Search, and return what was found and why announcements could not be heard, None when they could.

    Args:
        own: this machine's addresses to listen on.
        ranges: to scan; checked before.
        timeout: seconds to listen, the scan included.
    """
    import asyncio

    return asyncio.run(_search(own, ranges, timeout))


async def _search(own: Sequence[OwnAddress], ranges: Sequence[ipaddress.IPv4Network], timeout: float) -> Heard:
    import asyncio

    from smappee_tui.cli.settings_io import load_settings
    from smappee_tui.connect.discovery.search import Search

    searching = Search(own=lambda: own, recent=load_settings().hosts)
    await searching.start()
    try:
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        if ranges:
            await _scan(searching, ranges)
        await asyncio.sleep(max(0.0, end - loop.time()))
        await searching.settled(3.0)
        return Heard(searching.found, searching.meters, searching.problem)
    finally:
        await searching.close()


async def _scan(searching: Search, ranges: Sequence[ipaddress.IPv4Network]) -> None:
    """Scan, and tell how far it is where somebody watches."""
    import asyncio

    line, task = ProgressLine(), asyncio.create_task(searching.scan(ranges))
    try:
        while not task.done():
            if searching.scanning is not None:
                line.line(partial(_scanning, searching.scanning))
            await asyncio.wait([task], timeout=0.2)
        task.result()
    finally:
        line.wipe()


def _scanning(scan: Scan) -> str:
    from smappee_tui.i18n import tr

    at = scan.progress
    return tr("discovery.scanning", done=at.done, total=at.total, found=at.found)


SCHEMA = "smappee-tui/discover/1"


@guarded
def discover(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="S", min=0.1, max=3600, help="Listen for so many seconds. Default 4.")
    ] = 4.0,
    scan: Annotated[
        list[str] | None,
        typer.Option(
            "--scan",
            metavar="CIDR",
            help="Also ask every address of this range, such as 192.168.0.0/24: private networks only, at most a /22. "
            "Can be given several times. Never done by itself.",
        ),
    ] = None,
    interface: Annotated[
        list[str] | None,
        typer.Option("--interface", metavar="NAME", help="Only on this network interface. Can be given several times."),
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option("--address", metavar="IP", help="Only on this address of this machine. Can be repeated."),
    ] = None,
) -> int:
    """List the monitors on the network: those that announce themselves, and on request those that a scan finds."""
    from smappee_tui.connect.networks import Allowed, chosen, own_addresses, scan_range

    allowed = Allowed.from_environment()
    ranges = [scan_range(text, allowed) for text in scan or ()]
    own = chosen(own_addresses(allowed), [*(interface or ()), *(address or ())])
    if not own and not ranges:
        raise UsageError(fact("cli.no_private_network"), fact("cli.no_private_network_advice"))
    found, meters, problem = search(own, ranges, timeout)
    if problem:
        complain(problem)
    if as_json:
        import json

        out(json.dumps(document(found, own, [str(one) for one in ranges], meters), indent=2))
    else:
        for line in (*text_lines(found), *meter_lines(meters)):
            out(line)
    if not found:
        say(_none(own, bool(ranges)))
    return exits.OK if found else exits.CANNOT


def document(
    found: Sequence[Found], own: Sequence[OwnAddress], scanned: Sequence[str], meters: Sequence[FoundMeter] = ()
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "searched": [{"interface": one.interface, "address": one.ip, "network": str(one.network)} for one in own],
        "scanned": list(scanned),
        "found": [
            {
                "serial": one.serial or None,
                "product": one.product if one.serial else None,
                "name": one.name or None,
                "host": one.host or None,
                "address": one.address or None,
                "addresses": list(one.addresses),
                "how": list(one.how),
                "broker": one.broker,
                "broker_port": one.broker_port,
                "broker_login": one.login,
                "speakers": list(one.speakers),
                "speakers_beyond": one.speakers_beyond,
                "ports": list(one.ports),
                "portal": one.portal,
                "local_mqtt": one.local_mqtt,
                "gone": one.gone,
            }
            for one in found
        ],
        "meters": [
            {"address": one.address, "host": one.host or None, "addresses": list(one.addresses), "local_api": one.open}
            for one in meters
        ],
    }


def meter_lines(meters: Sequence[FoundMeter]) -> list[str]:
    """Digital meters, a sentence each."""
    from smappee_tui.connect.discovery.meters import meter_words
    from smappee_tui.i18n import current
    from smappee_tui.i18n.text import clean

    return [clean(current().fact(meter_words(one))) for one in meters]


def text_lines(found: Sequence[Found]) -> list[str]:
    """What is printed for a person: one line a monitor, aligned."""
    from smappee_tui.connect.discovery.found import broker_words, how_words, who
    from smappee_tui.i18n import current
    from smappee_tui.i18n.text import clean, fit

    return [
        "  ".join(
            (
                fit(current().fact(who(one)), 25),
                fit(clean(one.serial) or "-", 10),
                fit(clean(one.address) or "-", 15),
                fit(current().fact(how_words(one)), 16),
                current().fact(broker_words(one)),
            )
        ).rstrip()
        for one in found
    ]


def _none(own: Sequence[OwnAddress], scanned: bool) -> str:
    from smappee_tui.connect.discovery.found import reasons
    from smappee_tui.i18n import current, tr

    lines = [tr("discover.none_found")]
    for number, (why, action) in enumerate(reasons(own, scanned), 1):
        lines += [f"  {number}. {current().fact(why)}", f"     {current().fact(action)}"]
    return "\n".join(lines)
