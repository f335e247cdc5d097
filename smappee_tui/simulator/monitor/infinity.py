"""The Infinity (Genius) on the wire: CT hubs, rows by publishIndex and formula, apparent power and cos phi."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from smappee_tui.simulator.house.meter import MeterSample, MountedCt
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.wire import Energy, Interval, Totals, is_grid, milli, millis

PHASE_WORDS = ("PHASEA", "PHASEB", "PHASEC")
_PHASE_CODES = (128, 64, 32)
_QUANTITIES = {
    "ACTIVE_POWER": (37, "WATT", 38),
    "REACTIVE_POWER": (1003, "VOLTAMPEREREACTIVE", 63),
    "VOLTAGE": (158, "VOLT", 29),
    "CURRENT": (4, "AMPERE", 5),
}
_SITE_WIDE = {
    "ALWAYS_ON": 1008,
    "LOADTOTAL_ACTIVE_POWER": 1009,
    "PRODUCTIONTOTAL_ACTIVE_POWER": 1010,
    "IMPORTTOTAL_ACTIVE_POWER": 1011,
    "EXPORTTOTAL_ACTIVE_POWER": 1012,
}


def channel_type(kind: str, phase: int) -> dict[str, Any]:
    """Type object of a quantity of one phase; mRID is `1.<kind>.<phase>.<unit>`."""
    code, unit, unit_code = _QUANTITIES[kind]
    return _type(kind, unit, PHASE_WORDS[phase], f"1.{code}.{_PHASE_CODES[phase]}.{unit_code}")


def channel_types(phase: int) -> list[dict[str, Any]]:
    """All four quantities that a CT publishes."""
    return [channel_type(kind, phase) for kind in _QUANTITIES]


def site_type(kind: str) -> dict[str, Any]:
    """Type object of a site-wide total."""
    return _type(kind, "WATT", "NOTAPPLICABLE", f"1.{_SITE_WIDE[kind]}.0.38")


def site_types() -> list[dict[str, Any]]:
    """All site-wide totals."""
    return [site_type(kind) for kind in _SITE_WIDE]


def _type(kind: str, unit: str, phase: str, mrid: str) -> dict[str, Any]:
    return {
        "commodity": "ELECTRICITY",
        "measurementKind": kind,
        "unit": unit,
        "index": 0,
        "phase": phase,
        "channel": 0,
        "mRID": mrid,
    }


_PHASE_TYPES = {"single": "ONE", "star": "THREE_STAR", "delta": "THREE_DELTA"}
_HUB_INPUTS = 4
_WH = 3600
"""The counters move in whole Wh, written in J."""


class WireInfinity:
    """Encoder of one site in the Infinity dialect."""

    channel_topic = "channelConfigV2"

    def __init__(self, site: VirtualSite) -> None:
        self._site = site
        self._address = _addresses(site)
        self._formula = {n: f"${hub}/{port}$" for n, (hub, port) in self._address.items()}
        self._cts = {ct.input: ct for ct in site.cts}

    def channels(self, t: float) -> dict[str, Any]:
        """Topic `channelConfigV2`. The data sources come in no order, as on a real monitor."""
        sources = [self._source(ct) for ct in self._site.cts]
        random.Random(f"{self._site.seed}/sources").shuffle(sources)
        measurements: list[dict[str, Any]] = [
            {
                "version": 2,
                "type": "CT",
                "name": ct.name,
                "formula": self._formula[ct.input],
                "publishIndex": ct.input,
                "flow": "UNKNOWN" if ct.role == "UNUSED" else ct.role,
                "connectionType": "UNKNOWN" if ct.role == "UNUSED" else ct.connection,
                "publishedMeasurementTypes": channel_types(ct.phase),
            }
            for ct in self._site.cts
        ]
        measurements.append(
            {
                "version": 2,
                "type": "SERVICE_LOCATION",
                "formula": "",
                "publishIndex": -1,
                "flow": "UNKNOWN",
                "connectionType": "UNKNOWN",
                "publishedMeasurementTypes": site_types(),
            }
        )
        return {
            "utcTimeStamp": millis(t),
            "dataProcessingSpecification": {
                "serviceLocationId": self._site.identity.location,
                "phaseType": _PHASE_TYPES[self._site.kind],
                "dataSources": sources,
                "measurements": measurements,
            },
        }

    def _source(self, ct: MountedCt) -> dict[str, Any]:
        hub, port = self._address[ct.input]
        return {
            "busAddress": {"serialNumber": hub, "inputIndex": port},
            "type": ct.ct_type,
            "reversed": ct.flag,
            "version": 4,
            "name": f"CTHub-{hub}",
            "nilm": False,
            "measurementType": channel_type("ACTIVE_POWER", ct.phase),
        }

    def realtime(self, t: float, sample: MeterSample, totals: Totals, energies: Mapping[int, Energy]) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        watts = 0.0
        for reading in sample.readings:
            ct = self._cts[reading.input]
            if is_grid(ct) or ct.role == "PRODUCTION":
                watts += reading.watts
            energy = energies[reading.input]
            va = reading.va
            rows.append(
                {
                    "publishIndex": reading.input,
                    "formula": self._formula[reading.input],
                    "power": round(reading.watts),
                    "exportEnergy": _whole_wh(energy.exported),
                    "importEnergy": _whole_wh(energy.imported),
                    "phaseId": reading.phase_id,
                    "current": round(reading.amps * 10.0),
                    "apparentPower": round(va),
                    "cosPhi": round(100.0 * reading.watts / va) if va > 0.0 else 0,
                }
            )
        return {
            # As real ones do it: what comes in from the grid and from the roof, and the counters of all CTs alike.
            "totalPower": round(watts),
            "totalReactivePower": round(totals.var),
            "totalExportEnergy": sum(row["exportEnergy"] for row in rows),
            "totalImportEnergy": sum(row["importEnergy"] for row in rows),
            "monitorStatus": 0,
            "utcTimeStamp": millis(t),
            "measuredFrequency": round(sample.frequency * 1e6),
            "channelPowers": rows,
            "voltages": [{"voltage": round(volts), "phaseId": k} for k, volts in enumerate(sample.volts)],
        }

    def aggregated(self, end: float, interval: Interval) -> dict[str, Any]:
        """Topic `aggregated`: one entry a CT in thousandths, and a site-wide one without publishIndex."""
        n = interval.seconds
        entries: list[dict[str, Any]] = []
        imported = exported = produced = 0.0
        for number, means in interval.channels.items():
            ct = self._cts[number]
            watts = means.imported - means.exported
            if ct.role == "PRODUCTION":
                produced += watts
            elif is_grid(ct):
                imported += means.imported
                exported += means.exported
            volts = interval.volts[ct.phase] if ct.phase < len(interval.volts) else 0.0
            values = {"ACTIVE_POWER": watts, "REACTIVE_POWER": means.var, "VOLTAGE": volts, "CURRENT": means.amps}
            entries.append(
                {
                    "publishIndex": number,
                    "utcEndtime": millis(end),
                    "measurements": [
                        {"type": channel_type(kind, ct.phase), "value": milli(total, n)}
                        for kind, total in values.items()
                    ],
                }
            )
        site = {
            "ALWAYS_ON": interval.lowest_total * n,
            "LOADTOTAL_ACTIVE_POWER": imported - exported + produced,
            "PRODUCTIONTOTAL_ACTIVE_POWER": produced,
            "IMPORTTOTAL_ACTIVE_POWER": imported,
            "EXPORTTOTAL_ACTIVE_POWER": exported,
        }
        entries.append(
            {
                "utcEndtime": millis(end),
                "measurements": [{"type": site_type(kind), "value": milli(total, n)} for kind, total in site.items()],
            }
        )
        return {"intervalDatas": entries}


def _whole_wh(joules: float) -> int:
    return int(joules // _WH) * _WH


def _addresses(site: VirtualSite) -> dict[int, tuple[str, int]]:
    """Hub serial and input of every CT: four to a hub, in the order of the board."""
    return {
        ct.input: (str(site.identity.hub_base + position // _HUB_INPUTS), position % _HUB_INPUTS)
        for position, ct in enumerate(site.cts)
    }
