"""`smappee-tui` without a host: find a monitor, then watch it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from smappee_tui.cli import exits
from smappee_tui.cli.talk import say

if TYPE_CHECKING:
    from smappee_tui.links.address import BrokerAddress
    from smappee_tui.links.laptop_broker import LaptopBroker

Watch = Callable[["BrokerAddress", str | None], int]
"""Shows a broker, and of several locations the one meant, until the person leaves; returns the exit code."""


def find_and_watch(watch: Watch, *, read_only: bool = False) -> int:
    """Show the find screen, then what was chosen.

    Args:
        watch: shows a broker.
        read_only: nothing can be switched through the cloud either; the setting of that name does the same.
    """
    from dataclasses import replace

    from smappee_tui.cli.cloud_door import own_door
    from smappee_tui.cli.kept import keep, kept_settings
    from smappee_tui.links.discovery.search import Search
    from smappee_tui.tui.find_app import FindApp

    settings = kept_settings()
    themes: list[str] = []
    app = FindApp(
        lambda changed: Search(recent=settings.hosts[:8], changed=changed),
        theme=settings.theme or None,
        on_theme=themes.append,
        cloud=own_door(replace(settings, read_only=read_only or settings.read_only)),
    )
    choice = app.run()
    if themes:
        keep(replace(kept_settings(), theme=themes[-1]))
    with ExitStack() as stack:
        broker = app.kept
        if broker is not None:
            stack.callback(broker.stop)
        code = app.return_code or exits.OK
        if choice is not None:
            code = watch(choice.address, choice.location)
        remind()
        if broker is not None and app.laptop.keep:
            code = _go_on(broker)
    return code


def remind() -> None:
    """Say which monitors must still be put back, on leaving."""
    from smappee_tui.put_back import pending, sentence

    for item in pending():
        say(sentence(item))


def _go_on(broker: LaptopBroker) -> int:
    """Let the broker run until Ctrl-C, as the person wished."""
    import threading

    say(f"The broker on {broker.url} goes on. Ctrl-C ends it.")
    told: set[str] = set()
    pause = threading.Event()
    try:
        while broker.running:
            pause.wait(1.0)
            for trouble in broker.look():
                if trouble.what not in told:
                    told.add(trouble.what)
                    say(f"{trouble.what} {trouble.advice}")
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    return exits.CANNOT
