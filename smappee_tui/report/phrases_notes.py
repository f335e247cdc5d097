"""The sentences beside the place of one CT: the supply, the configuration against the data, and several CTs at once."""

from __future__ import annotations

_PHASES = r"(?P<phases>L\d(?: and L\d)*)"
_ONE = r"(?P<n>\d+) '(?P<name>.*)'"
_OTHER = r"(?P<k>\d+) '(?P<other_name>.*)'"

PATTERNS = {
    # voltages
    "s_no_volts_seen": r"The monitor publishes 0 V for (?P<p>L\d) while channels are configured on it\.",
    "s_no_volts_advice": r"Check the voltage lead of (?P<p>L\d) and its fuse\. Power on (?P=p) cannot be judged "
    r"before\.",
    "s_no_volts_cost": r"Everything configured on (?P<p>L\d) is measured without voltage\.",
    "s_drift_seen": r"Phase voltages were up to (?P<v>\d+) V apart in one second; no unbalanced load does that\.",
    "s_drift_phase": r"(?P<p>L\d) was between (?P<low>\d+) and (?P<high>\d+) V\.",
    "s_drift_advice": r"Stop work\. Switch the installation off, leave it off, warn everybody on site, and call the "
    r"person responsible for the supply\. Do not look for it with the power on\.",
    "s_drift_cost": r"A broken neutral puts up to 400 V on single-phase appliances: fire, and danger to life\.",
    "s_delta_seen": r"(?P<p>L\d) (?P<v>\d+) V on average",
    "s_delta_advice": r"Check the supply type in the app: with the wrong one no CT can be judged\.",
    "s_delta_cost": r"Power is computed against the wrong voltages on every channel\.",
    "s_float_seen": r"The other phases read up to (?P<v>\d+) V\.",
    "s_float_advice": r"Stop work and make it safe before anything else\. Then check the voltage lead and the "
    r"neutral\.",
    "s_float_cost": r"A broken neutral puts up to 400 V on single-phase appliances\.",
    # configuration against data
    "k_live_seen": r"The monitor's live data names (?P<p>L\d) for this input\.",
    "k_live_advice": r"Apply the configuration again in the app, wait a minute, and watch whether both agree\.",
    "k_range_seen": r"CT type (?P<ct>.*)\.",
    "k_range_advice": r"Fit a larger CT, or check that the configured CT type is the one on the cable\.",
    "k_range_cost": r"Beyond its rating a CT reads too low and may overheat\.",
    "k_no_phase_advice": r"Configure the phase of this input in the app\.",
    "k_generation_seen": r"Input (?P<n>\d+) rested below -100 W\.",
    "k_generation_advice": r"Say so with --generation metered, unmetered or none: else the sign of a grid CT proves "
    r"little\.",
    # two circuits in each other's place
    "x_places": rf"The CTs of input {_ONE} and input {_OTHER} are in each other's place",
    "x_elsewhere": rf"The load announced on input {_ONE} showed on input {_OTHER}",
    "x_seen": rf"Every load announced on input {_ONE} moved input {_OTHER} and not its own CT\.",
    "x_places_advice": r"Exchange the two names in the configuration, or the two plugs at the monitor, and test "
    r"again\.",
    "x_elsewhere_advice": r"Was it plugged into the other circuit\? If not, the CTs may be exchanged: test the other "
    r"one too\.",
    "x_cost": r"Each of the two circuits is booked under the other's name\.",
    "t_elsewhere": r"test showed elsewhere",
    # two clamps round one wire
    "d_same": rf"Inputs {_ONE} and {_OTHER} measure the same current",
    "d_seen": r"In (?P<n>\d+) load steps both moved by the same amount in the same second, and the grid meter saw the "
    r"load once\.",
    "d_advice": r"Look whether both clamps sit round one conductor, or one circuit feeds the other\. Switch a load on "
    r"each circuit by itself to be sure\.",
    "d_cost": r"One circuit is counted twice, the other one not at all\.",
    # a clamp round the neutral
    "u_title": rf"Input {_ONE} moves with every phase: is it round the neutral\?",
    "u_seen": r"(?P<n>\d+) load steps showed on this grid CT and on another one in the same second\.",
    "u_advice": r"Look at which conductor the clamp sits on\.",
    "u_cost": r"It measures the unbalance of the three phases, not its own phase\.",
    "t_neutral": r"on the neutral\?",
    # exchanged voltage leads
    "r_title": rf"Every CT on {_PHASES} seems to be on a wrong phase: suspect exchanged voltage leads",
    "r_seen": rf"All (?P<n>\d+) CTs on {_PHASES} that could be judged do not fit their phase, those of (?P<k>\d+) "
    r"loads alike\.",
    "r_advice": r"Check the order of the voltage leads before touching any CT: one exchange there explains them all\.",
    "r_cost": r"Power on these phases is computed with another phase's voltage: about half, with wrong signs\.",
}
