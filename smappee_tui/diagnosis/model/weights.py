"""What each kind of evidence may say at most, and how probable its excuses are: the one table of what weighs.

A cap competes with every other cap, and with `SURE`: whoever changes one must see the others, so they stand here,
beside the priors that they are weighed against. What a detector looks for (watts, volts, seconds), how it measures and
what loads and supplies are like stays with its kind, where it is read together with what it decides.

Nats are ln likelihood ratios: 3 are odds of 20, 5 of 150. A *cap* bounds one step or edge, a *depth* all that a kind
says together, however long the watch; a chance is the part of a mixture. With the priors, `ok` takes 3.5 nats against
all others together, "reversed" 6.1 against ok: no single coincidence may convict. `docs/model.md` has the formulas.
"""

from __future__ import annotations

import math

# Own angle (`evidence/angle.py`)

ANGLE_DEPTH = 5.5
"""Nats that a circuit's own angle may give at most: appliances of any angle exist."""
LARGE_ANGLE_DEPTH = 6.5
"""The same above 900 VA: no small electronics and no plug-in solar hides in that."""
GENERATOR_ANGLE_DEPTH = 7.5
"""The same for production: by day an inverter's angle is known to a few degrees."""
PLATEAU_WEIGHTS = (1.0, 0.5)
"""Of the two plateaus that say most: what rests twice on one circuit is often one appliance."""
GIVES_CHANCE = 0.04
"""Chance that a circuit configured to take gives power all the same: balcony solar, a battery, a car."""
GIVES_CHANCE_SWITCHED = 0.006
"""The same of one that switches like a load: the sun does not."""
RARELY_GIVES = 0.1
"""Share of that chance on a delta supply, before `ok`, where a CT must be both turned and giving to look right."""

# Three CTs of one load (`inference/three_phase.py`)

UNSHARED_ANGLES = math.log(0.15) - 4.0
"""Nats for three CTs judged each by its own angle: a three-phase load need not be balanced."""
TRIPLE_DEPTH = 14.0
"""Joint states of three CTs this many nats behind the best are left out."""

# Flicker (`evidence/flicker.py`)

FLICKER_DOUBT = 1.6
"""How much wider than least squares say a slope is known: seconds hang together, tails are long."""
FLICKER_UNSHARED = 0.5
"""Chance that two meters share no flicker at all: clocks apart, or the CT's own noise."""
FLICKER_DEPTH = 6.0
"""Nats that flicker may give at most, however long."""

# Steps of a circuit (`evidence/wire_scores.py`, `wire_correlation.py`, `explained.py`)

STEP_CAP = 3.8
"""Nats that one load step may add at most: no single coincidence convicts."""
WIRE_DEPTH = 12.0
"""Nats between the best and the worst wire, with flicker, at most, however long the watch."""
GROUP_DEPTH = 6.0
"""The same for a three-phase load at one grid CT: its three CTs see one and the same coincidence."""
VAGUE_DEPTH = 3.0
"""How far "in step" or "opposed" may fall behind a crosswise turn there, which predicts loosely."""
CROSSWISE_DEPTH = 6.0
"""Nats that steps of a circuit between two lines may say of its wire at most: its load may hang between the two others,
and be measured crosswise."""
COINCIDENCE = 0.1
"""Chance that a change is anybody's: ten times as wide as the noise."""
CHANGES_OFTEN = (0.6, 0.3, 0.1)
"""How often a grid CT changes by each of the three scales of what it does anyway: mostly, now and then, rarely."""
CHANGES_OF_ANY_SIZE = 0.02
"""Chance of a change of any size at all."""
LAG_CAP = 12.0
"""Nats that the steps of one circuit may say of the lag that all share."""
LAG_DEPTH = 6.0
"""Nats by which the least probable lag lies behind at most, before a circuit's own steps are asked."""
LAG_NEARER = 1.0
"""Nats a second by which the nearer lag is likelier."""
LAG_OTHERWISE = 0.002
"""Chance of each lag whatever the steps say."""
REWIRED = 7.5
"""Nats by which two wirings, one after the other, must explain a circuit's steps better than one."""

# Load steps of a grid CT (`evidence/grid_meter.py`)

LOAD_STEP_ANGLE_CAP = 2.5
"""Nats that a family of alike steps may add by its angle: the appliance's angle is drawn once."""
LOAD_STEP_CAP = 3.2
"""Nats that one step may add by the voltages."""
MORE_FAMILIES = 0.4
"""Weight of the angles of the fifth kind of step and of each beyond: loads of one house are alike."""
NEIGHBOURS_SWITCH = 0.08
"""Chance that a voltage moves by somebody else's doing, which bounds what one phase's misfit costs."""

# Steps between two lines (`evidence/pair_steps.py`)

PAIR_CAP = 2.5
"""Nats that one step may add."""
PAIR_FAMILY_DEPTH = 4.0
"""The same for steps that look alike: one appliance has one angle and one pair of lines."""
PAIR_DEPTH = 12.0
"""The same for all steps."""
SWITCHED_ON = 0.95
"""How sure a gain of apparent power says that a load was switched on, where nothing generates."""

# Announced edges (`evidence/edges.py`, `grid_edges.py`, `grid_meter.py`)

ANNOUNCED_CAP = 5.3
"""Nats that one announced edge may add at the circuit's own CT, or at the one grid CT that saw it: size and direction
of its load are known."""
ANNOUNCED_AGAIN = 0.5
"""Weight of the angle of each further announced step of one load at a grid CT; together at most twice the cap."""
GRID_EDGE_CAP = 4.0
"""Nats that one announced edge may add where several grid CTs saw it: the pair of lines is not announced."""

# Resting states of the grid meter (`inference/likelihood.py`)

STEADY_DEPTH = 7.0
"""Nats that resting states may say of the grid CTs' joint state at most: households rest in many ways."""
DELTA_STEADY_DEPTH = 3.0
"""The same on a delta supply, where a load between two lines reads up to 60 degrees off."""
STEADY_WEIGHTS = (0.9, 0.4, 0.2)
"""Of the states that say most: one household's states share their appliances."""
STEADY_WAYS, STEADY_WAYS_SINGLE = 36.0, 12.0
"""How many ways of resting there are where generation hides: six turns, and as many sizes; the best state fits one. On
a single phase there are two turns."""
FEEDS_HOME, FEEDS_ELSEWHERE = 0.9, 0.05
"""Chance that a single-phase unit feeds the phase that its CT is configured on, and each of the two others."""
MAKES_CHANCE = 0.5
"""Chance that a circuit that seems to give really does; else it is a load whose CT is turned."""

# Generation that no CT measures

UNMETERED_CHANCE: dict[str, float] = {"metered": 0.0, "none": 0.0, "unknown": 0.06, "unmetered": 0.98}
"""How probable generation is that no CT measures, by what the person declared."""
UNMETERED_BY_NIGHT = 0.1
"""Share of such generation that also runs at night: batteries, wind, engines."""
CARRIED_CHANCE = 0.98
"""Its chance where circuits draw and next to nothing comes in."""
STORAGE_CHANCE = 0.5
"""Its chance where a battery is on site: what it gives and takes moves the grid CTs either way."""
MORE_HIDDEN = 0.01
"""Chance of generation that nobody thought of, whatever was declared: against the inflow bound only."""

# What the sums and the voltages say (`evidence/inflow.py`, `load_response.py`, `inverter_response.py`)

INFLOW_DEPTH = 3.5
"""Nats against a hypothesis that takes more than its wire brings, at most."""
RESPONSE_WEIGHT = 0.5
"""Of each change of power that follows the voltages: those that follow each other share a reading."""
LOAD_RESPONSE_DEPTH = 5.0
"""Nats that another wire may lose by how a load follows the voltages, at most."""
LOAD_RESPONSE_OWN_DEPTH = 3.0
"""The same for the wire that is configured: voltages of three phases move together, and one is taken for another."""
MOST_LOAD = 4.0
"""Nats that this may say against giving power."""
INVERTER_DEPTH = 3.5
"""Nats that the worse of the two other wires may lose by how an inverter follows the voltages, at most."""

# The utility's meter (`evidence/witness.py`)

WITNESS_LEVEL_CAP = 7.0
"""Nats that one state of the house may say of one grid CT beside the meter: it is certainly right, but a load may have
come between the two."""
WITNESS_DEPTH = 16.0
"""The same for all of them together."""
WITNESS_OTHER_SIZE = 6.0
"""Nats that a CT of a wrong size costs beside one of the right size."""
WITNESS_VOLTS_CAP = 6.0
"""Nats that voltages may say of the order in which the meter names the lines."""
OTHER_ORDER_CHANCE = 0.03
"""Chance of each of the five other orders, against the monitor's own."""
OTHER_HOUSE_CHANCE = 0.02
"""Chance that it is another house's meter, or nothing's."""

# Roles (`evidence/sums/exchanged_roles.py`)

ROLE_SWITCHED, ROLE_BY_NIGHT, ROLE_SIGN, ROLE_STEADY = 3.0, 4.0, 1.5, 1.0
"""Nats that a behaviour adds to "takes as a load does", or with the other sign to "gives as the sun does": two switches
(twice as much for four), running by night, the sign, never switching. Signs count little, for a turned clamp explains
them as well."""
ROLES_CLEAR = 3.0
"""Nats from which on an input behaves as the other role."""

# From a probability to a word (`inference/posterior.py`, `decide.py`, `whole_site.py`)

RELEVANT = 10.0
"""States of the grid meter this many nats below the best are left out."""
CIRCUITS_SAY = 3.0
"""Nats that circuits must say of a grid CT before they count beside what the grid CTs showed."""
SURE = 0.97
"""Probability that a verdict needs."""
SURE_ON_DELTA = 0.99
"""The same for a fault of a grid CT of a delta supply, where many wirings look alike."""
DELTA_MARGIN = 2.0
"""Nats by which the evidence must speak for a grid CT of a delta supply, beside any prior: one pair of lines leaves
wirings that look healthy, however rare they are."""
FOLLOWED_NATS = 4.0
"""What load steps of a circuit between two lines must say of its direction to prove it untested."""
UNSEEN_NATS = 6.0
"""Nats by which a circuit's load steps speak against every grid CT, whatever its wire: something else answers them."""
NAMED = 0.7
"""Share of a family's probability that its phase needs to be named; below `FIRM` it is named as probable only."""
FIRM = 0.9
"""Share of it from which on a phase is named without a doubt."""
ONE_FAMILY = 0.75
"""Share of what is certainly wrong that one kind of fault needs to be the one that is told."""
MOST_DOUBTFUL = 0.9
"""Confidence that what is in doubt is left with at most."""
