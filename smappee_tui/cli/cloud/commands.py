"""All commands of `smappee-tui cloud` in one place, one a method of the vendor's REST API."""

from __future__ import annotations

import typer

from smappee_tui.cli.cloud.account import login, logout, status
from smappee_tui.cli.cloud.actuators import actuator_off, actuator_on, actuator_state
from smappee_tui.cli.cloud.changes import create, delete, share, update
from smappee_tui.cli.cloud.consumption import consumption
from smappee_tui.cli.cloud.devices import costs, events, sensor_consumption, switch_consumption
from smappee_tui.cli.cloud.locations import config, info, locations

HELP_NAMES = {"help_option_names": ["-h", "--help"]}

commands = typer.Typer(rich_markup_mode=None, add_completion=False)
for _command, _words in (
    (login, "Ask for the credentials once, keep them in the keyring."),
    (logout, "Forget them."),
    (status, "Where they come from, and whether they work."),
    (locations, "All locations that this account sees."),
    (info, "Time zone, place, tariff, appliances, plugs, sensors."),
    (config, "The CTs as the cloud holds them."),
    (consumption, "What was used and produced, per CT; volts per phase."),
    (switch_consumption, "What a Smappee Switch measured."),
    (sensor_consumption, "What a Gas & Water sensor counted."),
    (events, "When appliances were switched."),
    (costs, "Energy and cost per appliance."),
    (actuator_state, "Is a plug or switch on?"),
    (actuator_on, "Switch it on. Asks first."),
    (actuator_off, "Switch it off. Asks first."),
    (create, "A new location. Special accounts; asks first."),
    (update, "Its name or place. Special accounts; asks first."),
    (delete, "Delete a location. Special accounts; asks first."),
    (share, "Let another user see it. Special accounts; asks first."),
):
    commands.command(_command.__name__.replace("_", "-"), context_settings=HELP_NAMES, short_help=_words)(_command)
