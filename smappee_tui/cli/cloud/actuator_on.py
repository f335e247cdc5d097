"""`smappee-tui cloud actuator-on`: switch a plug or switch on."""

from __future__ import annotations

from smappee_tui.cli.cloud import words
from smappee_tui.cli.cloud.switching import Actuator, For, switch
from smappee_tui.cli.guard import guarded


@guarded
def actuator_on(location: words.Location, actuator: Actuator, span: For = None, yes: words.Yes = False) -> int:
    """Switch a plug or switch on, after asking for the location's name. Something real starts to run there."""
    return switch(location, actuator, on=True, span=span, yes=yes)
