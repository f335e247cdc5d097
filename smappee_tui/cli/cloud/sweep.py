"""`smappee-tui cloud sweep`: all locations of the account, judged by their past, a night long if need be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import options
from smappee_tui.cli.exits import guarded

if TYPE_CHECKING:
    from pathlib import Path

    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.connect.message_source import SourceState
    from smappee_tui.diagnosis.checks.limits import DeviceLimits
    from smappee_tui.fleet.cloud_sweep import CloudSweep
    from smappee_tui.fleet.running import Stepped
    from smappee_tui.fleet.view import FleetView
    from smappee_tui.protocol.fact import Fact


@guarded
def sweep(
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=31, help="How much of the past to judge each by.")
    ] = 31,
    again: Annotated[
        float,
        typer.Option("--again", metavar="H", min=0, max=10_000, help="Hours after which a location is judged anew."),
    ] = 20.0,
    pace: Annotated[
        float,
        typer.Option("--pace", metavar="S", min=0.5, max=3600, help="Seconds from one location to the next, at least."),
    ] = 20.0,
    as_json: options.Json = False,
    notify: Annotated[
        list[str] | None,
        typer.Option("--notify", metavar="WHERE", help="Write to people when something changed; as `fleet` has it."),
    ] = None,
) -> int:
    """Judge every location that the account sees, by the 5-minute values of its last days, one after the other.

    For locations that have no broker: the same view as `fleet`, from the vendor's cloud. It asks slowly, 300 locations
    in two hours. Ended early, the next run goes on with those that are left. It shows a screen; without a terminal, or
    with --json, it prints the counts and who needs a visit. Leaves as `fleet` does.
    """
    from smappee_tui.cli.cloud.access import opened
    from smappee_tui.cli.fleet.headless import Ending, watch
    from smappee_tui.cli.fleet.source import folder_of
    from smappee_tui.cli.fleet.source import running as running_on
    from smappee_tui.cli.fleet.watchers import Telling
    from smappee_tui.cli.settings_io import limits, load_settings

    settings = load_settings()
    client = opened(settings)
    where = client.base_url
    feed = CloudFeed(client, folder_of(where), days, again * 3600.0, pace, limits(settings))
    watchers = Telling(notify or (), "off").watchers(where, folder_of(where))
    running = running_on(feed, watchers)
    if as_json or not sys.stdout.isatty():
        code = watch(running, feed, Ending(), as_json=as_json)
    else:
        from smappee_tui.cli.fleet.screen import show_fleet
        from smappee_tui.cli.screen import needs_terminal

        needs_terminal()
        code = show_fleet(running, feed, None)
    return code


class CloudFeed:
    """What the sweep lives on."""

    def __init__(
        self, client: CloudClient, folder: Path, days: int, again: float, pace: float, limits: DeviceLimits
    ) -> None:
        from smappee_tui.connect.message_source import SourceState

        self.where = client.base_url
        self._client, self._folder = client, folder
        self._days, self._again, self._pace, self._limits = days, again, pace, limits
        self._sweep: CloudSweep | None = None
        self._before = SourceState("connecting", 0.0)

    @property
    def state(self) -> SourceState:
        return self._sweep.state if self._sweep is not None else self._before

    @property
    def finished(self) -> bool:
        return self._sweep is not None and self._sweep.ended

    @property
    def came_up(self) -> bool:
        return self._sweep is not None and self._sweep.listed

    def start(self) -> None:
        """It begins with the fleet."""

    def fleet(self) -> Stepped:
        """Raises CannotWriteError where another run has what is kept."""
        from smappee_tui.cli.fleet.source import kept_in
        from smappee_tui.fleet.cloud_sweep import CloudSweep

        self._sweep = CloudSweep(
            lambda: self._client,
            kept_in(self._folder),
            days=self._days,
            again=self._again,
            pace=self._pace,
            limits=self._limits,
        )
        return self._sweep

    def look(self, fleet: Stepped, view: FleetView) -> None:
        """Nothing is to be done."""

    @property
    def troubles(self) -> Sequence[Fact]:
        """Why it was left off, and whom the cloud would not tell of."""
        from smappee_tui.protocol.fact import fact

        if self._sweep is None:
            return ()
        problem = self._sweep.problem
        left = () if problem is None else (fact("fleet.sweep_left_off", why=problem.told),)
        failed = (fact("fleet.sweep_failed", count=self._sweep.failed),) if self._sweep.failed else ()
        return (*left, *failed)

    def close(self) -> None:
        """The fleet closes what is open."""
