"""`smappee-tui demo`: the app on a simulated monitor, over real MQTT, with nothing to set up."""

from __future__ import annotations

from typing import Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.guard import Misused, guarded

DEFAULT_FAULTS = ("reversed:6", "phase:8,L2")
"""What is wrong in the house that is shown when nobody wishes otherwise: something to find."""


@guarded
def demo(
    site: options.Simulated = "home3pv",
    dialect: options.Dialect = options.DialectWord.INFINITY,
    fault: options.Faults = None,
    healthy: Annotated[
        bool, typer.Option("--healthy", help="Nothing is wrong. Default: two CTs of home3pv are.")
    ] = False,
    seed: options.Seed = 1,
    speed: options.Speed = None,
    generation: options.Generation = None,
    read_only: options.ReadOnly = False,
    guided: Annotated[
        bool, typer.Option("--guided", help="Open the guided test at once; h switches the house's heater there.")
    ] = False,
    cloud: Annotated[
        bool, typer.Option("--cloud", help="Show a made-up vendor's cloud of three houses instead; nothing to log in.")
    ] = False,
) -> int:
    """Try the app on a simulated monitor: a real broker inside this program, nothing to set up."""
    from smappee_tui.cli.devices import limits, switching
    from smappee_tui.cli.kept import kept_settings
    from smappee_tui.cli.screen import needs_terminal, show
    from smappee_tui.cli.virtual import virtual_monitor

    faults = fault or ([] if healthy or site != "home3pv" else list(DEFAULT_FAULTS))
    monitor = virtual_monitor(site, dialect, faults, seed)
    if cloud:
        from smappee_tui.cli.demo_cloud import show_cloud

        if guided:
            raise Misused("--cloud does not go with --guided.", "The cloud switches nothing that a test could hear.")
        if site != "home3pv":
            raise Misused("--cloud does not go with --site.", "The made-up cloud has three houses of its own.")
        return show_cloud(faults, read_only=read_only)
    needs_terminal()

    from smappee_tui.cli.demo_cloud import DemoCloud
    from smappee_tui.guided.heater import DemoHeater
    from smappee_tui.links.broker import EmbeddedBroker
    from smappee_tui.links.mqtt import MqttLink
    from smappee_tui.session import Session
    from smappee_tui.simulator.publisher import Publisher

    with (
        EmbeddedBroker() as broker,
        Publisher(monitor, broker.address, speed=speed or 1.0) as publisher,
        DemoCloud(faults) as made_up,
    ):
        settings = kept_settings()
        # The made-up cloud knows the family house as it is by default, and no other of these monitors.
        in_cloud = site == "home3pv" and seed == 1 and dialect is options.DialectWord.INFINITY
        declared = options.declared(generation)
        session = Session(MqttLink(broker.address), generation=declared, limits=limits(settings))
        locked = read_only or settings.read_only
        return show(
            session,
            mode="demo",
            switching=switching(broker.address, read_only=locked),
            heater=DemoHeater(publisher.plug_in),
            cloud=made_up.door(read_only=read_only) if in_cloud else None,
            guided=guided,
        )
