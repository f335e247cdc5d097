"""The diagnosis' English sentences in the report's language.

The diagnosis speaks English: screens, check and recordings of what was said all show the same words. Here its sentences
are recognised piece by piece and said again. A sentence that is not recognised to its end stays English as a whole and
is marked as such: half a translation would be worse.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from smappee_tui.report.phrases_cloud import PARTS, PATTERNS
from smappee_tui.report.words import Words

_NUMBER = re.compile(r"(?<![\w.])[+-]?\d+\.\d+(?![\w.]\d)")
_PLACE = re.compile(r"\{(\w+)\}")
_STRANGE = frozenset({"name", "their_name", "our_name", "theirs", "ours", "role", "connection"})
"""What a person or a device wrote: numbers in it stay as they are."""
_PHRASES = ("rest", "sag", "list", "moves", "kind", "w", "settings", "setting", "theirs", "ours", "phase")
_P = r"L[123]|another phase"
_PATTERNS = {
    # what was seen
    "test_on": rf"Test: (?P<kw>[\d.]+) kW switched on on this circuit, and this CT, configured on (?P<p>{_P}), "
    r"moved by (?P<w>[+-]\d+) W and (?P<va>[+-]\d+) VA\.",
    "test_off": rf"Test: (?P<kw>[\d.]+) kW switched off on this circuit, and this CT, configured on (?P<p>{_P}), "
    r"moved by (?P<w>[+-]\d+) W and (?P<va>[+-]\d+) VA\.",
    "grid_moved": r"The grid CTs moved at that edge: (?P<list>L\d by [^.]*)\.",
    "edges": r"(?P<n>\d+) announced edges on this circuit in all\.",
    "jump_tested": rf"At an announced step of (?P<kw>[\d.]+) kW this CT, configured on (?P<p>{_P}), moved by "
    r"(?P<w>[+-]\d+) W(?: with (?P<var>[+-]\d+) var)?(?P<sag>, and the voltage of L\d moved by [+-][\d.]+ V)?\.",
    "jump": rf"At a load step this CT, configured on (?P<p>{_P}), moved by "
    r"(?P<w>[+-]\d+) W(?: with (?P<var>[+-]\d+) var)?(?P<sag>, and the voltage of L\d moved by [+-][\d.]+ V)?\.",
    "jumps_tested": r"(?P<n>\d+) load steps seen by this CT alone of the grid CTs, (?P<t>\d+) announced\.",
    "jumps": r"(?P<n>\d+) load steps seen by this CT alone of the grid CTs\.",
    "with_grid": rf"Over (?P<s>\d+) s and (?P<n>\d+) steps its changes went in step with the (?P<p>{_P}) grid CT\.",
    "against_grid": rf"Over (?P<s>\d+) s and (?P<n>\d+) steps its changes went against the (?P<p>{_P}) grid CT\.",
    "riding": r"When the voltages moved, its power followed (?P<p>L\d) over (?P<q>L\d), as that of an inverter's wire "
    r"on L\d does\.",
    "volts_seen": r"Between (?P<low>\d+) and (?P<high>\d+) V over the watch; the limit is (?P<v>\d+) V\.",
    "rest_small": r"It rested at (?P<a>[\d.]+) A, too little for a power factor\.",
    "rest": r"It rested at (?P<a>[\d.]+) A and (?P<w>[+-]\d+) W for (?P<s>\d+) s: power factor (?P<pf>[+-][\d.]+)\.",
    "of_input": r"Input (?P<n>\d+):",
    "size_blind": r"(?P<n>\d+) announced load edges on this circuit showed at the grid meter and not at all on this "
    r"CT\.",
    "size_load": r"It reads (?P<x>[\d.e+-]+) times the announced load, in (?P<n>\d+) load steps\.",
    "size_grid": r"It reads (?P<x>[\d.e+-]+) times what the grid CT of its phase sees, in (?P<n>\d+) load steps\.",
    "size_silent": r"It shows no current while the circuits of its phase \(input (?P<inputs>[\d, ]+)\) draw an ampere "
    r"or more\.",
    "size_sag": r"(?P<n>\d+) announced load edges moved the voltage of its phase and showed on no grid CT\.",
    # a few words on a channel
    "t_reversed_open": r"wrong, probably reversed",
    "t_wrong_open": rf"wrong, probably on (?P<p>{_P})",
    "t_wrong": rf"on (?P<p>{_P}), not (?P<q>{_P})",
    "t_both_open": rf"probably on (?P<p>{_P}) and reversed",
    "t_both": rf"on (?P<p>{_P}) and reversed",
    "t_ok": rf"on (?P<p>{_P}), right way round",
    "t_reversed": r"reversed",
    "t_dead": r"shows no current",
    "t_ratio": r"reads x(?P<x>[\d.e+-]+)",
    "t_half": r"reads low, x(?P<x>[\d.e+-]+)",
    "t_no_current": r"no current yet",
    "t_open": r"not decided yet",
    "t_unused_live": r"unused, but live",
    "t_unused": r"unused",
    "t_no_phase": r"no phase configured",
    # advice
    "safety": r"If a clamp must be moved: isolate, lock off and prove dead first, move it, close the board, then test "
    r"again here\. This program only reads; it does not make the board safe\.",
    "flip": r"Try the configuration before the board: switch the 'reversed' setting of this input to the other "
    r"position\.",
    "set_phase": r"Try the configuration before the board: set this input to phase (?P<p>L\d)\.",
    "set_other": rf"Try the configuration before the board: set this input to another phase than (?P<p>{_P}) and watch "
    r"which one makes it agree\.",
    "set_and_flip": r"Try the configuration before the board: set this input to phase (?P<p>L\d) and switch its "
    r"'reversed' setting to the other position\.",
    "retest": r"Then switch the same load once more: the verdict must turn to ok\.",
    "turn_load": r"Otherwise turn the clamp so that its arrow points towards the load\.",
    "turn_inverter": r"Otherwise turn the clamp so that its arrow points away from the inverter\.",
    "move": r"Otherwise move the clamp to the (?P<p>L\d) conductor\.",
    "move_turn": r"Otherwise move the clamp to the (?P<p>L\d) conductor and turn it\.",
    "flip_all": r"Try the configuration before the board: switch the 'reversed' setting of all three inputs\.",
    "turn_all": r"Otherwise turn all three clamps\.",
    "swap": r"Try the configuration before the board: set the phases as the clamps sit, (?P<list>input [^.;]*?)"
    r"(?:, and switch 'reversed' of input (?P<turned>[\d, ]+))?\.",
    "swap_open": r"Try the configuration before the board: set the phases as the clamps sit, each input to the phase "
    r"on which its power factor comes near 1(?:, and switch 'reversed' of input (?P<turned>[\d, ]+))?\.",
    "move_all": r"Otherwise move the clamps to their own conductors\.",
    "need_load": rf"(?P<a>[\d.]+) A at most so far: switch 1 kW or more on (?P<p>{_P}), anywhere behind the meter\.",
    "need_circuit": r"(?P<a>[\d.]+) A at most so far: switch 1 kW or more on this circuit\.",
    "need_more": rf"(?P<a>[\d.]+) A at most so far, but it fits more than one wiring: switch a heater or kettle on and "
    rf"off (?:on (?P<p>{_P}), anywhere behind the meter|on this circuit)\.",
    "need_sun": r"(?P<a>[\d.]+) A at most so far: judge it while the sun gives 250 VA or more on this phase\.",
    "need_battery": r"(?P<a>[\d.]+) A at most so far: let the battery charge or discharge with 500 W or more for a "
    r"minute\.",
    "dead_advice": r"Check in this order: is the clamp closed, is its plug fully in, does it go round one conductor "
    r"only \(round live and neutral together the currents cancel\), is it on the right circuit\.",
    "half_advice": r"Close the clamp until it clicks; the faces must be clean\. Then check the CT type of this input\.",
    "ratio_advice": r"Try the configuration before the board: compare the CT type of this input with the rating "
    r"printed on the clamp\.",
    "once": r"Also make sure that the conductor passes through the clamp once\.",
    "configure_unused": r"Configure this input, or take the CT off if it was forgotten there\.",
    "volts_note": r"Note it in the report\. A few minutes cannot certify the supply \(EN 50160 takes a week\)\.",
    # consequences
    "c_production": r"Production is booked as consumption: self-use and savings are shown wrong\.",
    "c_grid": r"What this phase draws is booked as injection: the day's total is off by twice this phase's energy\.",
    "c_sign": r"This circuit's energy is booked with the wrong sign\.",
    "c_phase": r"Its power is multiplied with another phase's voltage: this input reads about half, with a wrong sign "
    r"at times\.",
    "c_phases": r"Each of these inputs is multiplied with another phase's voltage: about half, at times with a wrong "
    r"sign\.",
    "c_all": r"Consumption and injection are exchanged on all phases\.",
    "c_dead": r"Nothing of this circuit is measured\.",
    "c_factor": r"Everything on this input is counted (?P<x>[\d.e+-]+) times\.",
    # findings
    "f_input": r"Input (?P<n>\d+) '(?P<name>.*)' is (?P<rest>wrong, .*|on L.*|on another.*|probably .*|reversed)",
    "f_size": r"Input (?P<n>\d+) '(?P<name>.*)' (?P<rest>shows no current|reads .*)",
    "f_unused": r"Input (?P<n>\d+) '(?P<name>.*)' is configured as unused but carries (?P<a>[\d.]+) A",
    "f_range": r"Input (?P<n>\d+) '(?P<name>.*)' read (?P<a>\d+) A, more than its CT is rated for",
    "f_all": r"All three CTs of '(?P<name>.*)' and its phases are the wrong way round",
    "f_swapped": r"CTs of '(?P<name>.*)'(?: and its phases)? are (?P<kind>swapped|rotated): (?P<moves>input .*)",
    "f_phase": r"Input (?P<n>\d+) '(?P<name>.*)' is configured on (?P<p>L\d) but measured on (?P<q>L\d)",
    "f_neutral": r"STOP WORK: the phases drift apart, suspect a broken neutral",
    "f_delta": r"Configured as 3x230 V without neutral, but three phase voltages are published",
    "f_floats": r"The voltage of (?P<p>L\d) floats at (?P<v>\d+) V: loose voltage lead or neutral",
    "f_restart": r"The monitor restarted (?P<n>\d+) time\(s\) during the watch",
    "f_unreadable": r"(?P<n>\d+) message\(s\) could not be read",
    "f_volts": r"Voltage of (?P<p>L\d) is (?P<w>low|high): (?P<v>\d+) V on average",
    "f_no_volts": r"No voltage on (?P<p>L\d)",
    "f_generation": r"A grid CT reads negative, yet no production is configured: solar, a battery, a generator\?",
}
_COMPILED = {key: re.compile(pattern, re.DOTALL) for key, pattern in {**_PATTERNS, **PATTERNS}.items()}


def said(text: str, words: Words) -> tuple[str, bool]:
    """A text of the diagnosis in the language of `words`.

    Returns:
        The text, and whether it is in that language; False: it stayed English.
    """
    if words.language == "en":
        return text, True
    phrases = templates(words.language)
    made: list[str] = []
    rest = text.strip()
    while rest:
        found = _longest(rest)
        if found is None:
            return text, False
        key, match = found
        made.append(_filled(phrases[key], match, words, phrases))
        rest = rest[match.end() :].lstrip()
    return " ".join(made), True


def _longest(text: str) -> tuple[str, re.Match[str]] | None:
    matches = [(key, match) for key, pattern in _COMPILED.items() if (match := pattern.match(text)) is not None]
    return max(matches, key=lambda pair: pair[1].end(), default=None)


def _filled(template: str, match: re.Match[str], words: Words, phrases: dict[str, str]) -> str:
    values = {key: value for key, value in match.groupdict().items() if value is not None}
    if values.get("p") == "another phase":
        values["p"] = phrases["another_phase"]
    for key in _PHRASES:
        if key in values:
            values[key] = _inner(key, values[key], words, phrases)
    if "{sag}" in template:
        values.setdefault("sag", "")
    if "{var}" in template:
        values["var"] = phrases["with_var"].replace("{var}", values["var"]) if "var" in values else ""
    shown = {key: value if key in _STRANGE else _localised(value, words) for key, value in values.items()}
    return _PLACE.sub(lambda found: shown.get(found[1], found[0]), template)


def _inner(key: str, value: str, words: Words, phrases: dict[str, str]) -> str:
    """A part that is a phrase itself."""
    if key == "rest":
        return said(value, words)[0]
    if key == "sag":
        phase, volts = re.search(r"of (L\d) moved by ([+-][\d.]+)", value).groups()  # type: ignore[union-attr]
        return phrases["sag"].replace("{p}", phase).replace("{v}", volts)
    if key == "list":
        value = re.sub(r"\bby\b", phrases["by"], value)
        return re.sub(r"\binput (\d+) to\b", lambda m: f"{phrases['input']} {m[1]} →", value)
    if key == "moves":
        value = re.sub(r"\binput (\d+) \((L\d)\)", lambda m: f"{phrases['input']} {m[1]} ({m[2]})", value)
        value = value.replace("sits on", phrases["sits_on"]).replace("and is reversed", phrases["and_reversed"])
        return value.replace("another phase", phrases["another_phase"])
    if key in ("settings", "setting"):
        names = [words(f"setting.{name.lower().replace(' ', '_')}") for name in value.split(" and ")]
        named = f" {phrases['and']} ".join(names)
        return named if key == "settings" else named[0].upper() + named[1:]
    if key in ("theirs", "ours"):
        return phrases.get(f"v_{value}", value) if value.isalpha() else value
    if key == "phase":
        return phrases["no_phase"] if value == "no phase" else value
    return phrases.get(f"w_{value}", value)


def _localised(text: str, words: Words) -> str:
    decimal = words("format.decimal")
    return _NUMBER.sub(lambda found: found[0].replace(".", decimal), text)


@lru_cache(maxsize=4)
def templates(language: str) -> dict[str, str]:
    """The phrases of a language, by the names of the patterns."""
    path = files("smappee_tui.report") / "texts" / f"phrases_{language}.toml"
    return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def pattern_names() -> frozenset[str]:
    """What a language must have a phrase for."""
    return (
        frozenset(_COMPILED)
        | PARTS
        | {
            "another_phase",
            "with_var",
            "sag",
            "by",
            "input",
            "w_low",
            "w_high",
            "sits_on",
            "and_reversed",
            "w_swapped",
            "w_rotated",
        }
    )
