"""Made-up payloads of both dialects, as text that a broker would carry."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

UUID = "3f1c52aa-0000-4000-8000-00000000a001"
OTHER_UUID = "3f1c52aa-0000-4000-8000-00000000b002"
START = 1_762_293_600.0
"""2025-11-04 22:00:00 UTC."""
HUB = "5500009901"


@dataclass(frozen=True)
class Clamp:
    """One CT of a made-up house."""

    name: str
    phase: int
    amps: float
    watts: float
    role: str = "CONSUMPTION"
    connection: str = "SUBMETER"
    reversed: bool = False
    balanced: bool = False

    def reading(self, watts: float) -> Clamp:
        """The same clamp with another power."""
        return replace(self, watts=watts)


@dataclass
class House:
    """A made-up house in either dialect."""

    clamps: list[Clamp]
    dialect: str = "infinity"
    serial: str = "5010009901"
    uuid: str = UUID
    firmware: str = "V4.7.1"
    volts: tuple[float, ...] = (231, 229, 230)
    phase_type: str = "THREE_STAR"
    extra: dict[str, Any] = field(default_factory=dict)

    def topic(self, rest: str) -> str:
        return f"servicelocation/{self.uuid}/{rest}"

    def config(self) -> tuple[str, bytes]:
        return self.topic("config"), _json(
            {
                "utcTimeStamp": START * 1000,
                "serialNumber": self.serial,
                "serviceLocationUuid": self.uuid,
                "serviceLocationId": 4711,
                "firmwareVersion": self.firmware,
                "aggregationPeriodSeconds": 300,
            }
        )

    def channels(self) -> tuple[str, bytes]:
        if self.dialect == "infinity":
            return self.topic("channelConfigV2"), _json({"dataProcessingSpecification": self._specification()})
        rows = [
            {
                "ctInput": number,
                "name": c.name,
                "phase": c.phase,
                "inputChannelType": c.role,
                "inputChannelConnection": c.connection,
                "reversed": c.reversed,
                "balanced": c.balanced,
                "inputChannelCTType": "CT_50A",
            }
            for number, c in enumerate(self.clamps)
        ]
        return self.topic("channelConfig"), _json({"utcTimeStamp": START * 1000, "inputChannels": rows})

    def _specification(self) -> dict[str, Any]:
        sources = [
            {
                "busAddress": {"serialNumber": HUB, "inputIndex": number},
                "type": "SCT2_50A",
                "reversed": c.reversed,
                "balanced": c.balanced,
                "measurementType": {"phase": "PHASE" + "ABC"[c.phase]},
            }
            for number, c in enumerate(self.clamps)
        ]
        plans: list[dict[str, Any]] = [
            {
                "type": "APPLIANCE",
                "name": c.name,
                "formula": f"${HUB}/{number}$",
                "publishIndex": number,
                "flow": c.role,
                "connectionType": c.connection,
            }
            for number, c in enumerate(self.clamps)
        ]
        plans.append({"type": "SERVICE_LOCATION", "name": "site", "publishIndex": -1})
        return {
            "serviceLocationId": 4711,
            "phaseType": self.phase_type,
            "dataSources": sources,
            "measurements": plans,
        }

    def realtime(self, second: float, scale: float = 1.0) -> tuple[str, bytes]:
        """One second; `scale` makes all loads larger or smaller."""
        key = "publishIndex" if self.dialect == "infinity" else "ctInput"
        rows = []
        for number, c in enumerate(self.clamps):
            row: dict[str, Any] = {
                key: number,
                "current": round(c.amps * scale * 10),
                "power": round(c.watts * scale),
                "phaseId": c.phase,
                "importEnergy": 3_600_000 * number + 60_000_000,
                "exportEnergy": 1_800_000 if c.watts < 0 else 0,
            }
            if self.dialect == "infinity":
                apparent = round(c.amps * scale * self.volts[min(c.phase, len(self.volts) - 1)])
                row |= {"apparentPower": apparent, "cosPhi": 0}
            rows.append(row)
        body: dict[str, Any] = {
            "utcTimeStamp": (START + second) * 1000,
            "monitorStatus": 0,
            "totalPower": 1,
            "channelPowers": rows,
            "voltages": [{"voltage": v, "phaseId": phase} for phase, v in enumerate(self.volts)],
        }
        if self.dialect == "infinity":
            body["measuredFrequency"] = 50_010_000
        return self.topic("realtime"), _json(body | self.extra)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


GRID = {"connection": "GRID"}


def twelve(dialect: str = "infinity", **more: Any) -> House:
    """A family house: grid meter, solar, oven, heat pump and sockets."""
    clamps = [
        Clamp("Grid meter", 0, 9.6, 2190, **GRID),
        Clamp("Grid meter", 1, 4.2, -920, **GRID),
        Clamp("Grid meter", 2, 5.1, 1130, **GRID),
        Clamp("Solar inverter", 0, 6.2, 1420, role="PRODUCTION", **GRID),
        Clamp("Oven", 0, 10.8, 2480),
        Clamp("Heat pump L1", 0, 4.1, 890),
        Clamp("Heat pump L2", 1, 4.0, -870),
        Clamp("Heat pump L3", 2, 4.1, 885),
        Clamp("Car charger", 2, 0.0, 0, reversed=True),
        Clamp("Sockets living room", 1, 1.3, 240),
        Clamp("Washing machine and dryer in the cellar", 1, 0.1, 2),
        Clamp("", 0, 0.0, 0, role="UNUSED"),
    ]
    if dialect != "infinity":
        more = {"serial": "2010009902", "firmware": "V3106"} | more
    return House(clamps, dialect, **more)


def twenty_eight(dialect: str = "infinity", **more: Any) -> House:
    """A small workshop: every kind of channel several times."""
    clamps = list(twelve(dialect).clamps[:11])
    for number in range(11, 27):
        clamps.append(Clamp(f"Workshop {number - 10}", number % 3, 0.4 + number / 3, round((0.4 + number / 3) * 224)))
    clamps.append(Clamp("Battery", 1, 3.3, -740, role="STORAGE", **GRID))
    return House(clamps, dialect, **more)


HOSTILE_NAMES = (
    "CT [L1] main",
    "[/L1]",
    "[bold red]not bold[/]",
    "[@click=app.quit]press me[/]",
    "\x1b[31mred\x1b[0m\x07",
    "two\nlines\tand a tab",
    "\u202eright to left override",
    "zero\u200bwidth\u200djoiner\ufeff",
    "Zalgo Z\u0351\u036b\u0343\u036a\u0302",
    "☀️ solar 👨‍👩‍👧 family",
    "漢字の名前がとても長いとき",
    "עברית שלום",
    "=cmd|' /C calc'!A0",
    "x" * 400,
    "   ",
)


def hostile() -> House:
    """Names that try to do something."""
    return House([Clamp(name, place % 3, 1.0, 200) for place, name in enumerate(HOSTILE_NAMES)])
