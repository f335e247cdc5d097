"""The sentences that rest on the cloud: its days of five-minute values, and its configuration beside the monitor's."""

from __future__ import annotations

_P = r"L[123]|another phase"
_SETTING = r"(?:name|role|connection|phase|reversed|balanced|CT type)"
_SAG = r"(?P<sag>, while the voltage of L\d moved by [+-][\d.]+ V)?"
_TOP = r"History: at its highest it averaged (?P<a>[\d.]+) A and (?P<w>[+-]\d+) W over 5 minutes, power factor "
_TOP += r"(?P<pf>[+-][\d.]+)"
_HELD = r"(?P<role>[^.]*?) (?P<connection>\S*) on (?P<phase>L\d|no phase)\."

PATTERNS = {
    # what the history showed
    "h_jump": rf"History: from one 5-minute mean to the next this CT, configured on (?P<p>{_P}), alone of the grid CTs "
    rf"moved by (?P<w>[+-]\d+) W(?: and (?P<var>[+-]\d+) var)?{_SAG}; (?P<n>\d+) such changes in all\.",
    "h_with_grid": r"History: in (?P<n>\d+) changes between 5-minute means its power went in step with the "
    rf"(?P<p>{_P}) grid CT\.",
    "h_against_grid": r"History: in (?P<n>\d+) changes between 5-minute means its power went against the "
    rf"(?P<p>{_P}) grid CT\.",
    "h_signs": r"History: it read consumption for (?P<plus>\d+) h and production for (?P<minus>\d+) h\.",
    "h_signs_night": r"History: at night it read consumption for (?P<plus>\d+) h and production for (?P<minus>\d+) h\.",
    "h_signs_made": r"History: it read production for (?P<plus>\d+) h and consumption for (?P<minus>\d+) h\.",
    "h_top": rf"{_TOP}\.",
    "h_top_lagging": rf"{_TOP}, lagging\.",
    "h_top_leading": rf"{_TOP}, leading\.",
    "n_judged": r"Judged from (?P<days>[\d.]+) days of 5-minute values, not on site",
    "n_signed": r"Reactive power came with its sign, so the angle of every CT is known\.",
    "n_unsigned": r"Reactive power came without its sign, so of the angles only their size is known\.",
    "n_nights": r"The grid CTs were judged by their nights, when no sun hides in them\.",
    "n_all_hours": r"There was no night in the values, so generation may hide in the grid CTs\.",
    "n_means": r"Five-minute means show a wrong phase or direction; they show no load shorter than some minutes, and "
    r"of CT sizes only what repeated changes prove\.",
    "n_open": r"A circuit that nobody used in that time stays open: judge it on site with a load switched on it\.",
    "m_all": r"The CTs were wired or configured otherwise before (?P<day>\d{4}-\d\d-\d\d): judged from then on",
    "m_one": r"Input (?P<n>\d+) '(?P<name>.*)' was wired or configured otherwise before (?P<day>\d{4}-\d\d-\d\d)",
    "m_seen": r"History: the last days prove something else than the weeks before them\.",
    "m_advice": r"Nothing to do if somebody mended it\. If nobody did, look who changed clamps or settings\.",
    "h_size_grid": r"It reads (?P<x>[\d.e+-]+) times what the grid CT of its phase sees \((?P<n>\d+) changes\), in "
    r"changes between 5-minute means\.",
    "h_size_circuits": r"It reads (?P<x>[\d.e+-]+) times what the circuits of its phase \(input (?P<inputs>[\d, ]+)\) "
    r"see, in changes between 5-minute means\.",
    "h_size_mates": r"It reads (?P<x>[\d.e+-]+) times what the other two CTs of its three-phase load see, in changes "
    r"between 5-minute means\.",
    "h_afar": r"Then the values of the days after must turn the verdict to ok, or a visit with a load switched on\.",
    "q_size": r"Input (?P<n>\d+) and the (?P<p>L\d) grid CT \(input (?P<k>\d+)\) do not agree on the same load",
    "q_seen": r"History: in (?P<count>\d+) changes between 5-minute means the grid CT moved by (?P<x>[\d.]+) times "
    r"what input (?P<n>\d+) did\.",
    "q_advice": r"Compare the CT type of both inputs with the rating printed on the clamps, and see that both are "
    r"closed\.",
    "q_cost": r"One of the two is counted wrong\.",
    # the cloud's configuration beside the monitor's
    "o_setting": rf"Input (?P<n>\d+) '(?P<name>.*)': (?P<settings>{_SETTING}(?: and {_SETTING})*) not the same in the "
    r"cloud and in the monitor",
    "o_values": rf"(?P<setting>(?i:{_SETTING})): (?P<theirs>none|yes|no|L\d|'.*') in the cloud, "
    r"(?P<ours>none|yes|no|L\d|'.*') in the monitor\.",
    "o_apply": r"Apply the configuration again in the app, wait until the monitor has taken it \(some minutes, and it "
    r"must be online\), and compare again\.",
    "o_not_applied": r"The change was not applied yet, or was made on one side only: graphs and bills may be wrong\.",
    "o_name": r"Input (?P<n>\d+) has another name in the cloud",
    "o_names": r"'(?P<their_name>.*)' in the cloud, '(?P<our_name>.*)' in the monitor\.",
    "o_name_advice": r"Nothing, unless the names are to tell two circuits apart: then the change is not applied yet\.",
    "o_missing_cloud": r"Input (?P<n>\d+) '(?P<name>.*)' is missing in the cloud's configuration",
    "o_missing_monitor": r"Input (?P<n>\d+) '(?P<name>.*)' is missing in the monitor's configuration",
    "o_monitor_has": rf"The monitor publishes it as {_HELD}",
    "o_cloud_has": rf"The cloud holds it as {_HELD}",
    "o_configure": r"Configure this input in the app, or take it out of use there\.",
    "o_stays_away": r"If it stays away, check that the CT hub is connected and powered\.",
    "o_no_graph": r"Its energy reaches no graph and no bill\.",
    "o_not_measured": r"Nothing is measured on this input\.",
    "o_supply": r"The cloud has this supply as (?P<theirs>\w+), the monitor measures it as (?P<ours>\w+)",
    "o_supplies": r"Cloud: (?P<theirs>\w+)\. Monitor: (?P<ours>\w+)\.",
    "o_volts": r"Power is computed against other voltages than somebody meant\.",
}
PARTS = frozenset({"and", "no_phase", "v_none", "v_yes", "v_no", "v_single", "v_two", "v_star", "v_delta"})
"""Words inside these sentences."""
