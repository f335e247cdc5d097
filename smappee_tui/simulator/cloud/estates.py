"""A ready estate for a demo: three houses of three kinds, and somebody who may see them."""

from __future__ import annotations

import time
from collections.abc import Sequence

from smappee_tui.simulator.cloud.estate import Account, Estate
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.sites import build

DEMO_FAULTS = ("reversed:6", "phase:8,L2")
"""What is wrong in the demo's family house unless the caller says otherwise."""

DEMO_ACCOUNT = Account("demo-client", "demo-secret", "installer@example.com", "demo-password", "special")
"""Who may do everything in the demo. Made up, and good for nothing else."""

DEMO_COLLEAGUE = Account("demo-client", "demo-secret", "colleague@example.com", "colleague-password")
"""An ordinary account to share locations with."""


def demo_estate(*, now: float | None = None, days: float = 7.0, faults: Sequence[str] = DEMO_FAULTS) -> Estate:
    """A family house with faults, a healthy shop of 28 inputs and a small house with a 20-series monitor.

    `now`: until when there are values, s since 1970, today by default; `days`: how far back. Computing them takes about
    half a second a day for all three, at the first look: `VirtualCloud.warm` does it beside.
    """
    moment = time.time() if now is None else now
    home = build("home3pv", faults=faults, start=moment)
    shop = build("shop28", start=moment)
    small = build("home1", dialect="20-series", start=moment)
    users = {DEMO_COLLEAGUE.username}
    return Estate(
        (DEMO_ACCOUNT, DEMO_COLLEAGUE),
        (
            CloudHouse.of(home, "Peeters family, Ghent", now=moment, days=days, users=users),
            CloudHouse.of(shop, "Corner shop", now=moment, days=days, tariff=0.24, latitude=51.2194, longitude=4.4025),
            CloudHouse.of(small, "Cottage", now=moment, days=days, reactive_signed=False, latitude=50.4108),
        ),
    )
