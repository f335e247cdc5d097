"""The search of `discover`: listen for a while, and scan what was asked for."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

from smappee_tui.cli.kept import kept_settings
from smappee_tui.cli.progress import Progress as Line
from smappee_tui.links.discovery import Found
from smappee_tui.links.discovery.search import Search
from smappee_tui.links.networks import OwnAddress


def search(
    own: Sequence[OwnAddress], ranges: Sequence[ipaddress.IPv4Network], timeout: float
) -> tuple[tuple[Found, ...], str]:
    """Search, and return what was found and why announcements could not be heard, "" when they could.

    Args:
        own: this machine's addresses to listen on.
        ranges: to scan; checked before.
        timeout: seconds to listen, the scan included.
    """
    return asyncio.run(_search(own, ranges, timeout))


async def _search(
    own: Sequence[OwnAddress], ranges: Sequence[ipaddress.IPv4Network], timeout: float
) -> tuple[tuple[Found, ...], str]:
    searching = Search(own=lambda: own, recent=kept_settings().hosts)
    await searching.start()
    try:
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        if ranges:
            await _scan(searching, ranges)
        await asyncio.sleep(max(0.0, end - loop.time()))
        await searching.settled(3.0)
        return searching.found, searching.problem
    finally:
        await searching.close()


async def _scan(searching: Search, ranges: Sequence[ipaddress.IPv4Network]) -> None:
    """Scan, and tell how far it is where somebody watches."""
    line, task = Line(), asyncio.create_task(searching.scan(ranges))
    try:
        while not task.done():
            if searching.scanning is not None:
                line.line(searching.scanning.words)
            await asyncio.wait([task], timeout=0.2)
        task.result()
    finally:
        line.wipe()
