"""`smappee-tui cloud actuator-off`: switch a plug or switch off."""

from __future__ import annotations

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.switching import Actuator, For, switch
from smappee_tui.cli.guard import guarded


@guarded
def actuator_off(location: words.Location, actuator: Actuator, span: For = None, yes: words.Yes = False) -> int:
    """Switch a plug or switch off, after asking for the location's name. Something real stops there."""
    return switch(location, actuator, on=False, span=span, yes=yes)
