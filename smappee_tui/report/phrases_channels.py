"""The sentences on one channel or one load: what was seen, the verdict, what to do, what it costs."""

from __future__ import annotations

_P = r"L[123]|another phase"
_SIT = r"Try the configuration before the board: set the phases as the clamps sit, "
_SET = r"input \d+ to L\d"
_MOVE = r"input \d+ \(L\d\) sits on (?:L\d|another phase)(?: and is reversed)?"
_OPEN = r"each input to the phase on which its power factor comes near 1"
_TURNED = r", and switch 'reversed' of input \d+(?:, \d+)*"
PATTERNS = {
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
    "t_wrong_likely": rf"probably on (?P<p>{_P}), not (?P<q>{_P})",
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
    "set_any_and_flip": r"Try the configuration before the board: set another phase and switch its 'reversed' setting "
    r"to the other position\.",
    "swap": rf"{_SIT}(?P<list>{_SET}(?:, {_SET})*)\.",
    "swap_turned": rf"{_SIT}(?P<list>{_SET}(?:, {_SET})*)(?P<turned>{_TURNED})\.",
    "swap_open": rf"{_SIT}{_OPEN}\.",
    "swap_open_turned": rf"{_SIT}{_OPEN}(?P<turned>{_TURNED})\.",
    "move_all": r"Otherwise move the clamps to their own conductors\.",
    "need_load": rf"(?P<a>[\d.]+) A at most so far: switch 1 kW or more on (?P<p>{_P}), anywhere behind the meter\.",
    "need_circuit": r"(?P<a>[\d.]+) A at most so far: switch 1 kW or more on this circuit\.",
    "need_more": rf"(?P<a>[\d.]+) A at most so far, but it fits more than one wiring: switch a heater or kettle on and "
    rf"off on (?P<p>{_P}), anywhere behind the meter\.",
    "need_more_circuit": r"(?P<a>[\d.]+) A at most so far, but it fits more than one wiring: switch a heater or kettle "
    r"on and off on this circuit\.",
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
    "f_swapped": r"CTs of '(?P<name>.*)' and its phases are (?P<kind>swapped|rotated): "
    rf"(?P<moves>{_MOVE}(?:, {_MOVE})*)",
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
PARTS = frozenset(
    {
        "another_phase",
        "with_var",
        "sag",
        "by",
        "input",
        "input_to",
        "turned",
        "w_low",
        "w_high",
        "sits_on",
        "and_reversed",
        "w_swapped",
        "w_rotated",
    }
)
"""Words inside these sentences."""
