"""`report --cloud`: the report from what the vendor's cloud keeps, or with its configuration as a second opinion."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from smappee_tui.cli.check_cloud import (
    MOST_DAYS,
    configured_in_cloud,
    from_cloud,
    seen_from_afar,
    with_second_opinion,
)
from smappee_tui.cli.cloud.open import base_of
from smappee_tui.cli.devices import limits as device_limits
from smappee_tui.cli.kept import kept_settings
from smappee_tui.cli.report_files import Wish, written
from smappee_tui.from_afar import told_by_cloud

if TYPE_CHECKING:
    from smappee_tui.cli.watched import Watched
    from smappee_tui.report.particulars import Particulars


def from_afar(cloud: str, days: int | None, said: Particulars, wish: Wish) -> int:
    """Report on a location by its last days of five-minute values.

    Raises:
        Misused, CloudError, CannotRead, CannotWrite: as `check_cloud.from_cloud` and `report_files.written`.
    """
    settings = kept_settings()
    limits = device_limits(settings)
    afar = from_cloud(cloud, days or MOST_DAYS, said.generation, limits)
    said = told_by_cloud(afar, said, base_url=base_of(settings), now=time.time())
    return written(seen_from_afar(afar, limits), afar.judge, said, wish, told=afar.configuration.told)


def second_opinion(cloud: str) -> Callable[[Watched], Watched]:
    """What the cloud's configuration adds to a watch. It is asked for now, so that a wrong password shows at once.

    Raises:
        Misused, CloudError: as `check_cloud.configured_in_cloud`.
    """
    configuration = configured_in_cloud(cloud)
    return lambda seen: with_second_opinion(seen, configuration)
