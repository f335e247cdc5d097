"""The words to the installer: titles, consequences, advice. Plain language, no blame."""

from __future__ import annotations

from smappee_tui.diagnosis.evidence.ct_ratio import RatioFault
from smappee_tui.diagnosis.evidence.tracks import Track
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.model.channels import Role

SAFETY = (
    "If a clamp must be moved: isolate, lock off and prove dead first, move it, close the board, then test again here. "
    "This program only reads; it does not make the board safe."
)
CONFIG_FIRST = "Try the configuration before the board: "
RETEST = " Then switch the same load once more: the verdict must turn to ok."
AFAR = " Then the values of the days after must turn the verdict to ok, or a visit with a load switched on."
"""The same for who is not on site."""


def phase_word(phase: int | None) -> str:
    """L1, L2, L3, or "another phase"."""
    return "another phase" if phase is None else f"L{phase + 1}"


def title(decision: Decision, role: Role) -> str:
    """A few words for the table."""
    match decision.verdict:
        case "ok":
            return f"on {phase_word(role.phase)}, right way round"
        case "reversed":
            return "wrong, probably reversed" if decision.kind_open else "reversed"
        case "wrong_phase":
            place = phase_word(decision.actual_phase)
            if decision.kind_open:
                return f"wrong, probably on {place}"
            likely = "probably " if decision.phase_probable else ""
            return f"{likely}on {place}, not {phase_word(role.phase)}"
        case "wrong_phase_reversed":
            place = phase_word(decision.actual_phase)
            return f"probably on {place} and reversed" if decision.kind_open else f"on {place} and reversed"
        case "no_current":
            return "no current yet"
        case _:
            return "not decided yet"


def advice(decision: Decision, role: Role, track: Track | None, *, retest: str = RETEST) -> str | None:
    """What to do first; None where there is nothing to do. `retest` says how the mending is proved."""
    here, there = phase_word(role.phase), phase_word(decision.actual_phase)
    arrow = "away from the inverter" if role.generates else "towards the load"
    match decision.verdict:
        case "reversed":
            return (
                f"{CONFIG_FIRST}switch the 'reversed' setting of this input to the other position.{retest} "
                f"Otherwise turn the clamp so that its arrow points {arrow}. {SAFETY}"
            )
        case "wrong_phase":
            fix = (
                f"set this input to phase {there}"
                if decision.actual_phase is not None
                else f"set this input to another phase than {here} and watch which one makes it agree"
            )
            return f"{CONFIG_FIRST}{fix}.{retest} Otherwise move the clamp to the {here} conductor. {SAFETY}"
        case "wrong_phase_reversed":
            fix = f"set this input to phase {there}" if decision.actual_phase is not None else "set another phase"
            return (
                f"{CONFIG_FIRST}{fix} and switch its 'reversed' setting to the other position.{retest} "
                f"Otherwise move the clamp to the {here} conductor and turn it. {SAFETY}"
            )
        case "no_current" | "inconclusive":
            return waiting_advice(decision, role, track)
        case _:
            return None


def waiting_advice(decision: Decision, role: Role, track: Track | None) -> str:
    """What is missing for a verdict, with the number."""
    seen = track.most_amps if track is not None else 0.0
    if role.generates:
        return f"{seen:.1f} A at most so far: judge it while the sun gives 250 VA or more on this phase."
    if role.stores:
        return f"{seen:.1f} A at most so far: let the battery charge or discharge with 500 W or more for a minute."
    where = f"on {phase_word(role.phase)}, anywhere behind the meter" if role.grid else "on this circuit"
    if decision.verdict == "inconclusive" and seen >= 1.0:
        return (
            f"{seen:.1f} A at most so far, but it fits more than one wiring: "
            f"switch a heater or kettle on and off {where}."
        )
    return f"{seen:.1f} A at most so far: switch 1 kW or more {where}."


def consequence(decision: Decision, role: Role) -> str:
    """What it costs to leave it so."""
    if decision.verdict == "reversed":
        if role.generates:
            return "Production is booked as consumption: self-use and savings are shown wrong."
        if role.grid:
            return "What this phase draws is booked as injection: the day's total is off by twice this phase's energy."
        return "This circuit's energy is booked with the wrong sign."
    return (
        "Its power is multiplied with another phase's voltage: this input reads about half, with a wrong sign at times."
    )


def size_title(fault: RatioFault) -> str:
    """A few words for the table."""
    if fault.verdict == "dead":
        return "shows no current"
    return f"reads x{fault.factor:.2g}" if fault.verdict == "wrong_ratio" else f"reads low, x{fault.factor:.2g}"


def size_advice(fault: RatioFault) -> str:
    """What to do about a fault of size."""
    if fault.verdict == "dead":
        return (
            "Check in this order: is the clamp closed, is its plug fully in, does it go round one conductor only "
            f"(round live and neutral together the currents cancel), is it on the right circuit. {SAFETY}"
        )
    if fault.verdict == "half_open":
        return (
            f"Close the clamp until it clicks; the faces must be clean. Then check the CT type of this input. {SAFETY}"
        )
    return (
        f"{CONFIG_FIRST}compare the CT type of this input with the rating printed on the clamp.{RETEST} "
        "Also make sure that the conductor passes through the clamp once."
    )


def size_consequence(fault: RatioFault) -> str:
    """What a fault of size costs."""
    if fault.verdict == "dead":
        return "Nothing of this circuit is measured."
    return f"Everything on this input is counted {fault.factor:.2g} times."
