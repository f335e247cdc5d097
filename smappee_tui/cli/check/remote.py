"""`check --cloud`: a location judged from afar, or the cloud's configuration beside that of the monitor on site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smappee_tui.app.remote_diagnosis import RemoteDiagnosis, fetch_history, judge_history, left_out
from smappee_tui.app.second_opinion import compare, with_findings
from smappee_tui.app.watch import Observation
from smappee_tui.cli.cloud.access import CommandContext, ask
from smappee_tui.cli.cloud.lookup import title, which
from smappee_tui.cli.console import say
from smappee_tui.cli.exits import FailedError
from smappee_tui.diagnosis.checks.devices import device_verdicts
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.connect.cloud_api.client import CloudClient
    from smappee_tui.diagnosis.checks.limits import DeviceLimits
    from smappee_tui.diagnosis.judgement import Generation
    from smappee_tui.diagnosis.limits.declared import Declared
    from smappee_tui.protocol.cloud.records import CloudLocation, MeteringConfiguration

MOST_DAYS = 31
"""How long the service keeps five-minute values."""


def from_cloud(
    wanted: str, days: int, generation: Generation | None, limits: DeviceLimits, said: Declared | None = None
) -> RemoteDiagnosis:
    """Fetch a location's configuration and its last days, and judge them.

    Args:
        wanted: the location by number, uuid, serial or a part of its name.
        days: how far back, 1 to 31.
        generation: as the person declares it.
        limits: thresholds.
        said: what the person says of the installation, for its limits.

    Raises:
        UsageError: when no location, or several, are meant.
        CloudError: when the cloud cannot be read.
        FailedError: when it holds no five-minute values of these days.
    """
    found: list[RemoteDiagnosis] = []

    async def work(context: CommandContext) -> int:
        place, configuration = await _configuration(context.client, wanted)

        def done(share: float) -> None:
            name = clean(place.name)[:30]
            context.progress.line(lambda: tr("check.from_cloud", name=name, days=days, share=share))

        past = await fetch_history(context.client, configuration, datetime.now(UTC), days, done)
        base = context.client.base_url
        found.append(judge_history(configuration, past, days, generation, limits, base, declared=said))
        for told in left_out(past):
            context.note(told)
        return 0

    ask(work)
    afar = found[0]
    if not len(afar.past):
        place = title(afar.configuration.location)
        raise FailedError(fact("check.no_cloud_values", place=place, days=days), fact("check.no_cloud_values_advice"))
    return afar


def configured_in_cloud(wanted: str) -> MeteringConfiguration:
    """Fetch the configuration that the cloud holds of a location.

    Raises:
        UsageError, CloudError: as `from_cloud`.
    """
    found: list[MeteringConfiguration] = []

    async def work(context: CommandContext) -> int:
        found.append((await _configuration(context.client, wanted))[1])
        return 0

    ask(work)
    return found[0]


async def _configuration(client: CloudClient, wanted: str) -> tuple[CloudLocation, MeteringConfiguration]:
    place = which(wanted, await client.locations())
    return place, await client.metering(place.id)


def seen_from_afar(afar: RemoteDiagnosis, limits: DeviceLimits) -> Observation:
    """The judgement from afar in the form in which a watch is told."""
    site = afar.site
    said = device_verdicts(site, limits)
    span = afar.judge.evidence.history
    return Observation(afar.view, afar.judgement, site.quality, site.devices, afar.first, afar.last, site, said, span)


def with_second_opinion(seen: Observation, cloud: MeteringConfiguration) -> Observation:
    """The same watch with what the cloud's configuration says otherwise among its findings."""
    compared, place = compare(cloud, seen.site), cloud.location
    match compared.outcome:
        case "no configuration":
            say(tr("check.nothing_to_compare"))
        case "another monitor":
            say(tr("check.another_monitor", place=title(place), serial=seen.view.serial))
        case "same":
            say(tr("check.same_configuration", place=title(place)))
    if not compared.findings:
        return seen
    return replace(seen, judgement=with_findings(seen.judgement, compared.findings))
