"""The 20-series (Pro, Plus) on the wire: rows by ctInput, realtime in W, dA, V and J, intervals in thousandths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smappee_tui.simulator.house.meter import MeterSample
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.wire import Energy, Interval, Totals, milli, millis


class Wire20:
    """Encoder of one site in the 20-series dialect."""

    channel_topic = "channelConfig"

    def __init__(self, site: VirtualSite) -> None:
        self._site = site

    def channels(self, t: float) -> dict[str, Any]:
        """Topic `channelConfig`."""
        return {
            "utcTimeStamp": millis(t),
            "inputChannels": [
                {
                    "ctInput": ct.input,
                    "name": ct.name,
                    "phase": ct.phase,
                    "inputChannelType": ct.role,
                    "inputChannelConnection": ct.connection,
                    "reversed": ct.flag,
                    "nilm": False,
                    "balanced": False,
                    "inputChannelCTType": ct.ct_type,
                }
                for ct in self._site.cts
            ],
        }

    def realtime(self, t: float, sample: MeterSample, totals: Totals, energies: Mapping[int, Energy]) -> dict[str, Any]:
        rows = []
        for reading in sample.readings:
            energy = energies[reading.input]
            rows.append(
                {
                    "ctInput": reading.input,
                    "power": round(reading.watts),
                    "exportEnergy": int(energy.exported),
                    "importEnergy": int(energy.imported),
                    "phaseId": reading.phase_id,
                    "current": round(reading.amps * 10.0),
                }
            )
        return {
            "totalPower": round(totals.watts),
            "totalReactivePower": round(totals.var),
            "totalExportEnergy": int(totals.energy.exported),
            "totalImportEnergy": int(totals.energy.imported),
            "monitorStatus": 0,
            "utcTimeStamp": millis(t),
            "channelPowers": rows,
            "voltages": [{"voltage": round(volts), "phaseId": k} for k, volts in enumerate(sample.volts)],
        }

    def aggregated(self, end: float, interval: Interval) -> dict[str, Any]:
        """Topic `aggregated`: mA, mW, mVA, mvar, 0.1 V, percent, always three voltages."""
        n = interval.seconds
        volts = [round(10.0 * total / max(1, n)) for total in interval.volts]
        rows = []
        for number, means in interval.channels.items():
            rows.append(
                {
                    "averageRMSCurrent": milli(means.amps, n),
                    "averageImportRMSActivePower": milli(means.imported, n),
                    "averageExportRMSActivePower": milli(means.exported, n),
                    "averageRMSApparentPower": milli(means.va, n),
                    "averageRMSReactivePower": milli(means.var, n),
                    "averagePowerfactor": round(100.0 * means.factor / max(1, n)),
                    "ctInput": number,
                }
            )
        return {
            "intervalDatas": [
                {
                    "utcEndtime": millis(end),
                    "averageRMSVoltages": [*volts, 0, 0, 0][:3],
                    "alwaysOn": milli(interval.lowest_total, 1),
                    "channelIntervalDatas": rows,
                    "version": 2,
                }
            ]
        }
