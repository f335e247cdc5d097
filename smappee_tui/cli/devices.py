"""What the commands need for plugs and sensors: the person's thresholds, and the lock on switching."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smappee_tui.diagnosis.limits import DeviceLimits
    from smappee_tui.links.address import BrokerAddress
    from smappee_tui.plugtest import Switching
    from smappee_tui.settings import Settings


def limits(settings: Settings) -> DeviceLimits:
    """The thresholds as the settings have them."""
    from smappee_tui.diagnosis.limits import limits_of

    return limits_of(settings.limits)


def switching(address: BrokerAddress, *, read_only: bool) -> Switching:
    """The way to test a plug on this broker, locked where option or setting wants it so.

    Args:
        address: the broker.
        read_only: what the option or the setting says.
    """
    from smappee_tui.plugtest import Switching

    if read_only:
        return Switching.locked()
    from smappee_tui.links.command import PlugSwitch

    return Switching(PlugSwitch(address))
