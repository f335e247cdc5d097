"""Reports from afar: houses judged by days of five-minute means, as the cloud keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from smappee_tui.app.second_opinion import with_findings
from smappee_tui.diagnosis.checks.cloud_configuration import differences
from smappee_tui.diagnosis.judge import Judge
from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig
from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report
from smappee_tui.simulator import sites
from smappee_tui.site.site import Site
from tests.diagnosis.history.made import NOW, past_of, site_of
from tests.report.made import COMPLETE, FAULTS, HOSTILE, Visit

ALL = frozenset({"name", "role", "connection", "phase", "reversed", "balanced", "ct_type"})


def made(
    name: str = "home3pv",
    faults: Iterable[str] = FAULTS,
    *,
    days: float = 2.0,
    signed: bool = True,
    dialect: Any = "infinity",
    names: tuple[str, ...] = (),
    told: frozenset[str] | None = None,
    **more: Any,
) -> tuple[Report, Judge, Site]:
    """The report, with what it is made of."""
    monitor = sites.build(name, faults=faults, dialect=dialect)
    site = site_of(monitor)
    if names:
        assert site.plan is not None
        site.apply(named(site.plan, names), 1.0, retained=True)
    judge = Judge()
    judge.load_history(site, past_of(monitor, days, signed=signed))
    said: dict[str, Any] = {"generated_at": NOW, "source": "https://cloud.example/v3, 69172"} | COMPLETE | more
    who = ReportMetadata(**said)
    return build(site, judge.judgement(), who, judge=judge, told=told), judge, site


def named(plan: ChannelConfig, names: tuple[str, ...]) -> ChannelConfig:
    """The same configuration under these names."""
    return replace(
        plan,
        channels=tuple(
            replace(c, name=names[c.input]) if c.input < len(names) else c  # more inputs than names keep theirs
            for c in plan.channels
        ),
    )


@lru_cache(maxsize=1)
def faulty() -> Report:
    """The demo house with two faults, reactive power signed."""
    return made()[0]


@lru_cache(maxsize=1)
def healthy() -> Report:
    """Nothing wrong, everything said; reactive power without its sign."""
    return made(faults=(), signed=False)[0]


@lru_cache(maxsize=1)
def short() -> Report:
    """Half an hour of an afternoon: no night, little that can be judged."""
    monitor = sites.build("home3pv")
    judge, site = Judge(), site_of(monitor)
    past = past_of(monitor, 1.0)
    keep = [k for k in range(len(past)) if 14 <= past.at[k] % 86_400 / 3600 < 14.5]
    for column in (past.at, *past.volts, *(a for c in past.columns.values() for a in (c.watts, c.vars, c.current))):
        column[:] = column[keep[0] : keep[-1] + 1]
    judge.load_history(site, past)
    return build(site, judge.judgement(), ReportMetadata(generated_at=NOW), judge=judge)


@lru_cache(maxsize=1)
def hostile() -> Report:
    """Names that try to do something, on every channel."""
    return made(names=HOSTILE, customer=HOSTILE[0], site=HOSTILE[1], days=1.0)[0]


CLOUD_NAMES = ("Bathroom of the Claes family", "it's ' in the cloud, 'the pool", "<b>=1+1</b>\u202e")


def second_opinion() -> Report:
    """A watch on site, and a cloud whose configuration is another one in every way."""
    visit = Visit(guided=False).watch(30)
    site = visit.session.site
    assert site is not None
    plan = site.plan
    assert plan is not None
    changes: dict[int, dict[str, Any]] = {
        0: {"phase": 1, "reversed": True, "balanced": True},
        3: {"role": "CONSUMPTION", "connection": "SUBMETER", "ct_type": None},
        6: {"name": CLOUD_NAMES[0]},
        7: {"name": CLOUD_NAMES[1]},
        9: {"name": CLOUD_NAMES[2], "phase": None},
    }
    theirs = [replace(c, **changes.get(c.input, {})) for c in plan.channels if c.input != 10]
    theirs.append(replace(theirs[-1], input=40, name="Sauna of the Claes family", role="CONSUMPTION"))
    cloud = MeteringConfiguration(
        CloudLocation(id=1, name="A house", uuid="u", serial="5010000001"),
        None,
        replace(plan, phase_type="delta", channels=tuple(theirs)),
        {c.input: c.input for c in theirs},
        ALL,
    )
    judgement = with_findings(visit.session.judgement(), differences(cloud, replace(plan, phase_type="star")))
    who = ReportMetadata(generated_at=visit.monitor.time, **COMPLETE)
    return build(site, judgement, who, judge=visit.session.judge)
