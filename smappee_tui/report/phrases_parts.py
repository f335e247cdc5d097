"""The parts of a sentence that change with the language: numbers, phases, spans of time, what a device is called."""

from __future__ import annotations

import re
from collections.abc import Callable

from smappee_tui.report.translator import ReportTranslator, fill

Phrases = dict[str, str]
_NUMBER = re.compile(r"(?<![\w.])[+-]?\d+\.\d+(?![\w.]\d)")
_NAMELESS = re.compile(r"input (\d+)")
_PLUG = re.compile(r"Plug (?P<node>.*?)(?: '(?P<name>.*)')?", re.DOTALL)
_SENSOR = re.compile(r"Gas & water sensor (?P<n>\S+)(?: \((?P<serial>.*)\))?", re.DOTALL)
_SAG = re.compile(r"of (?P<p>L\d) moved by (?P<v>[+-][\d.]+)")
NAMES = frozenset({"name", "their_name", "our_name", "other_name"})
"""What a channel is called; stands as it is, but for a channel without a name, which is called by its number."""
_STRANGE = frozenset({"role", "connection", "ct", "status", "quoted"})
"""What else a device wrote: numbers in it stay as they are."""


def worded(
    key: str, value: str, words: ReportTranslator, phrases: Phrases, unnamed: frozenset[int] = frozenset()
) -> str:
    """What stands in a sentence for one group of its pattern.

    Args:
        key: the group.
        value: what it matched.
        words: the language.
        phrases: the templates of that language.
        unnamed: channels that have no name.
    """
    if key in NAMES:
        number = _NAMELESS.fullmatch(value)
        return f"{phrases['input']} {number[1]}" if number and int(number[1]) in unnamed else value
    if key in _STRANGE:
        return value
    if key in _CALLED:
        return _CALLED[key](value, phrases)
    if key in ("settings", "setting"):
        return _settings(key, value, words, phrases)
    return localised(_PARTS[key](value, phrases) if key in _PARTS else value, words)


def localised(text: str, words: ReportTranslator) -> str:
    """The decimal sign of the language in every number."""
    decimal = words("format.decimal")
    return _NUMBER.sub(lambda found: found[0].replace(".", decimal), text)


def _plug(value: str, phrases: Phrases) -> str:
    found = _PLUG.fullmatch(value)
    node, name = (found["node"], found["name"]) if found else (value, None)
    return fill(phrases["plug"], node=node) if name is None else fill(phrases["plug_named"], node=node, name=name)


def _sensor(value: str, phrases: Phrases) -> str:
    found = _SENSOR.fullmatch(value)
    number, serial = (found["n"], found["serial"]) if found else (value, None)
    if serial is None:
        return fill(phrases["sensor"], n=number)
    return fill(phrases["sensor_serial"], n=number, serial=serial)


def _medium(value: str, phrases: Phrases) -> str:
    """Water and gas have words; what else a configuration says stands as it is."""
    return phrases[f"medium_{value}"] if value in ("water", "gas") else value


def _setting_value(value: str, phrases: Phrases) -> str:
    """A setting's value or a kind of supply; a device's own text is quoted."""
    return phrases.get(f"v_{value}", value) if value.isalpha() else value


def _joined(items: list[str], phrases: Phrases) -> str:
    """One; one and two; one, two and three."""
    return f" {phrases['and']} ".join([part for part in (", ".join(items[:-1]), items[-1]) if part])


def _settings(key: str, value: str, words: ReportTranslator, phrases: Phrases) -> str:
    named = _joined([words(f"setting.{name.lower().replace(' ', '_')}") for name in value.split(" and ")], phrases)
    return named if key == "settings" else named[0].upper() + named[1:]


def _phase(value: str, phrases: Phrases) -> str:
    known = {"another phase": phrases["another_phase"], "no phase": phrases["no_phase"]}
    return known.get(value, value)


def _sag(value: str, phrases: Phrases) -> str:
    found = _SAG.search(value)
    return fill(phrases["sag"], p=found["p"], v=found["v"]) if found else value


def _list(value: str, phrases: Phrases) -> str:
    value = re.sub(r"\bby\b", phrases["by"], value)
    return re.sub(r"\binput (\d+) to\b", lambda found: fill(phrases["input_to"], n=found[1]), value)


def _moves(value: str, phrases: Phrases) -> str:
    value = re.sub(r"\binput (\d+) \((L\d)\)", lambda found: f"{phrases['input']} {found[1]} ({found[2]})", value)
    value = value.replace("sits on", phrases["sits_on"]).replace("and is reversed", phrases["and_reversed"])
    return value.replace("another phase", phrases["another_phase"])


def _turned(value: str, phrases: Phrases) -> str:
    return fill(phrases["turned"], inputs=value.partition(" of input ")[2])


def _span(value: str, phrases: Phrases) -> str:
    number, _, unit = value.partition(" ")
    return f"{number} {phrases[f'unit_{unit}']}"


_CALLED: dict[str, Callable[[str, Phrases], str]] = {
    "plug": _plug,
    "sensor": _sensor,
    "medium": _medium,
    "theirs": _setting_value,
    "ours": _setting_value,
}
"""Parts with a device's own text in them: their numbers stay as they are."""
_PARTS: dict[str, Callable[[str, Phrases], str]] = {
    "p": _phase,
    "q": _phase,
    "phase": _phase,
    "phases": lambda value, phrases: _joined(value.split(" and "), phrases),
    "sag": _sag,
    "var": lambda value, phrases: fill(phrases["with_var"], var=value),
    "list": _list,
    "moves": _moves,
    "turned": _turned,
    "span": _span,
    "kind": lambda value, phrases: phrases.get(f"w_{value}", value),
    "w": lambda value, phrases: phrases.get(f"w_{value}", value),
}
