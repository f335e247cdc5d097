"""The answer of "meteringconfiguration": built from what the monitor publishes, in the words of the cloud."""

from __future__ import annotations

from typing import Any

from smappee_tui.simulator.cts import Ct
from smappee_tui.simulator.dialects import is_grid
from smappee_tui.simulator.infinity import WireInfinity
from smappee_tui.simulator.measurement_types import PHASE_WORDS
from smappee_tui.simulator.site import Site
from smappee_tui.simulator.wire20 import Wire20


def metering(site: Site, *, tells_cts: bool = True) -> dict[str, Any]:
    """The load configuration of a site as the cloud holds it.

    `tells_cts`: an Infinity's channels also tell `reversed`, `balanced` and `ctType`.
    """
    if site.dialect == "20-series":
        return {"channelsConfiguration": load_rows(site)}
    published = WireInfinity(site).channels(0.0)["dataProcessingSpecification"]
    return {"phaseType": published["phaseType"], "measurements": _measurements(site, tells_cts)}


def load_rows(site: Site) -> dict[str, Any]:
    """The rows of a 20-series monitor, exactly as in its topic `channelConfig`."""
    return {"inputChannels": Wire20(site).channels(0.0)["inputChannels"]}


def _measurements(site: Site, tells_cts: bool) -> list[dict[str, Any]]:
    """One entry a load, with a channel for each CT of it. Inputs without a load are not there, as in the app."""
    groups: dict[tuple[str, str, str], list[Ct]] = {}
    for ct in site.cts:
        if ct.role != "UNUSED":
            groups.setdefault((ct.circuit or ct.name, ct.role, ct.connection), []).append(ct)
    answer = []
    for number, cts in enumerate(groups.values(), start=1):
        name = _shared_name(cts)
        answer.append(
            {
                "id": number,
                "name": name,
                "type": _type(site, cts[0]),
                "subcircuitType": None,
                "channels": [_channel(ct, name, tells_cts) for ct in cts],
            }
        )
    return answer


def _channel(ct: Ct, name: str, tells_cts: bool) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "name": ct.name.removeprefix(name).strip() or ct.name,
        "phase": PHASE_WORDS[ct.phase],
        "consumptionIndex": ct.input,
        "powerTopicIndex": ct.input,
    }
    if tells_cts:
        channel |= {"reversed": ct.flag, "balanced": False, "ctType": ct.ct_type}
    return channel


def _type(site: Site, ct: Ct) -> str:
    if is_grid(ct):
        return "GRID"
    if ct.role == "PRODUCTION":
        return "PRODUCTION"
    circuit = site.house.circuits.get(ct.circuit or "")
    return "APPLIANCE" if circuit is not None and len(circuit.loads) == 1 else "SUBCIRCUIT"


def _shared_name(cts: list[Ct]) -> str:
    """The words at the start that all names have in common, else the first name."""
    words = [ct.name.split(" ") for ct in cts]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return " ".join(shared) or cts[0].name
