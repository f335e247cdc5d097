"""Which automations drive which plug."""

from __future__ import annotations

from smappee_tui.diagnosis.device_words import schedule_words, trigger_words
from smappee_tui.protocol.messages import Schedule, Trigger
from smappee_tui.site.devices import Devices


def driving(node: str, devices: Devices) -> list[str]:
    """What drives this plug, in words: "on at 09:10 every day (Boiler on)"."""
    schedules = [(rule.label, schedule_words(rule)) for rule in devices.schedules.values() if drives(rule, node)]
    triggers = [(rule.label, trigger_words(rule)) for rule in devices.triggers.values() if drives(rule, node)]
    return [f"{words} ({label})" if label else words for label, words in (*schedules, *triggers)]


def drives(rule: Schedule | Trigger, node: str) -> bool:
    """Whether this automation names the plug."""
    return node in (str(number) for number in rule.nodes)
