"""What is known about one installation now: one fold over typed messages, `Site.apply(message, at)`.

Pure: no I/O, no clock, no threads. Time comes in with each message, so a replay of yesterday gives yesterday's site.
"""

from smappee_tui.site.locations import Locations
from smappee_tui.site.power_factor import PowerFactor, power_factor
from smappee_tui.site.sample import Sample
from smappee_tui.site.site import Site
from smappee_tui.site.view import ChannelView, PhaseView, SiteView

__all__ = ["ChannelView", "Locations", "PhaseView", "PowerFactor", "Sample", "Site", "SiteView", "power_factor"]
