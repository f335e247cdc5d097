"""The simulated monitor that a person asks for with options."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from smappee_tui.cli.guard import Misused
from smappee_tui.cli.options import DialectWord
from smappee_tui.cli.talk import out

if TYPE_CHECKING:
    from smappee_tui.simulator.monitor import VirtualMonitor


def virtual_monitor(site: str, dialect: DialectWord, faults: Sequence[str], seed: int) -> VirtualMonitor:
    """Build it, with its clock at now.

    Raises:
        Misused: for a site or a fault that does not exist, or that does not fit.
        typer.Exit: after `--fault list`.
    """
    from smappee_tui.simulator import sites
    from smappee_tui.simulator.faults import overview

    if "list" in faults:
        out(overview())
        raise typer.Exit
    try:
        return sites.build(site, dialect=dialect.value, seed=seed, faults=faults, start=time.time())
    except ValueError as error:
        raise Misused(f"{error}.", "`--fault list` shows what can go wrong, `--help` names the sites.") from error
