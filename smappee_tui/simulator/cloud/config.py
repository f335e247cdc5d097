"""The load configuration that the cloud holds: the monitor's own one, with what is made to differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from smappee_tui.simulator.cts import Connection, Ct, Role
from smappee_tui.simulator.site import Site


@dataclass(frozen=True, slots=True)
class Changed:
    """What the cloud says otherwise about one input. None: the same as the monitor."""

    name: str | None = None
    phase: int | None = None
    """0 = L1, 1 = L2, 2 = L3."""
    flag: bool | None = None
    """The app's `reversed`."""
    ct_type: str | None = None
    role: Role | None = None
    connection: Connection | None = None

    def apply(self, ct: Ct) -> Ct:
        """The input as the cloud holds it."""
        said = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        return dataclasses.replace(ct, **said)


@dataclass(frozen=True, slots=True)
class CloudConfig:
    """How the cloud's configuration differs from the monitor's; as it stands, not at all."""

    changed: Mapping[int, Changed] = field(default_factory=dict)
    """By input."""
    missing: frozenset[int] = frozenset()
    """Inputs that the cloud does not know."""
    added: tuple[Ct, ...] = ()
    """Inputs that only the cloud knows."""

    def apply(self, site: Site) -> Site:
        """The site as the cloud holds it; `site` stays as it is."""
        cts = [
            self.changed[ct.input].apply(ct) if ct.input in self.changed else ct
            for ct in site.cts
            if ct.input not in self.missing
        ]
        return dataclasses.replace(site, cts=[*cts, *self.added])
