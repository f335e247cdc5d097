"""The utility's digital meter beside the monitor, as `--p1` names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.connect.message_source import MessageSource


def beside_meter(source: MessageSource, p1: str | None) -> MessageSource:
    """The source, with the meter's readings among its messages where one is named.

    Args:
        source: of the monitor's messages.
        p1: as typed; None for none.

    Raises:
        BadAddressError: when it is no address of a meter.
        CannotReadError: when it needs what is not installed.
    """
    if p1 is None:
        return source
    from smappee_tui.connect.meter.address import meter_address
    from smappee_tui.connect.meter.reader import BesideMeter, reader_of

    address, trust = meter_address(p1), None
    if address.kind == "homewizard-v2":
        from smappee_tui.app.settings import settings_path
        from smappee_tui.connect.meter.trust import trust_of

        trust = trust_of(address.host, settings_path().parent)
    return BesideMeter(source, reader_of(address, trust=trust))


def complain_of_meter(source: MessageSource) -> None:
    """Say what kept the meter from being read, and what of it was lost; nothing where there is none."""
    from smappee_tui.cli.console import complain, say
    from smappee_tui.i18n import tr

    reader = getattr(source, "reader", None)
    if reader is None:
        return
    state = reader.state
    if state.reason is not None:
        complain(state.reason)
    if state.damaged or state.dropped:
        say(tr("meter.lost", damaged=state.damaged, dropped=state.dropped))
