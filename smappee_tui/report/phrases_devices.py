"""The sentences on plugs, gas and water sensors, and the monitor's health.

Groups called `plug`, `sensor` and `medium` hold what a device is called; `phrases_parts` says how they are worded.
"""

from __future__ import annotations

_SPAN = r"\d+ (?:s|min|h|days)"
_PLUG = r"(?P<plug>Plug .*)"
_SENSOR = r"(?P<sensor>Gas & water sensor .*)"
_LEVEL = r"It reports (?P<percent>-?\d+) %; the limit is (?P<limit>\d+) %"

PATTERNS = {
    # plugs
    "p_unreachable": rf"{_PLUG} is unreachable, for (?P<span>{_SPAN})",
    "p_disconnected": rf"{_PLUG} is disconnected, for (?P<span>{_SPAN})",
    "p_no_answer": rf"The monitor knows this plug and gets no answer from it, for (?P<span>{_SPAN})\.",
    "p_no_connection": rf"The monitor has no connection to this plug, for (?P<span>{_SPAN})\.",
    "p_memory": r"This is the broker's memory from before the monitor's last start; the monitor has not confirmed it "
    r"since\.",
    "p_cost": r"It can be neither switched nor measured\.",
    "p_try_nearer": r"Is the plug in its socket, and the socket live\? Then try it nearer to the monitor: distance and "
    r"metal weaken its radio\. If that does not help, add it again in the app\.",
    "p_plug_in": r"Put the plug into a live socket and wait a minute\. If it stays away, add it again in the app, or "
    r"remove it from the configuration if it is gone for good\.",
    "p_press": r"Put the plug into a live socket and press its button once: its state must appear here\. If it does "
    r"not, add it again in the app\.",
    "p_confirm": r"Press the button of the plug once: a plug that lives shows its new state here within seconds\.",
    "p_look_at_others": r"Look whether other plugs are measured\. If only this one is quiet, take it out of its socket "
    r"for ten seconds; if all are, restart the monitor\.",
    "p_never": rf"{_PLUG} is configured but has never been heard",
    "p_never_seen": rf"Neither a connection nor a state of it is known, (?P<span>{_SPAN}) after its configuration "
    r"came\.",
    "p_quiet": rf"{_PLUG} is connected but has sent no values for (?P<span>{_SPAN})",
    "p_quiet_seen": rf"A measuring plug reports every 5 minutes; (?P<span>{_SPAN}) are two reports missed\.",
    "p_unconfirmed": rf"{_PLUG} has not been confirmed",
    # gas and water
    "g_battery": rf"{_SENSOR}: battery at (?P<percent>-?\d+) %",
    "g_battery_now": rf"{_SENSOR}: battery at (?P<percent>-?\d+) %, change it now",
    "g_level": rf"{_LEVEL}\.",
    "g_level_wavers": rf"{_LEVEL}, and it must rise (?P<rise>\d+) above that to count as better\.",
    "g_change": r"Change the battery, then run some water: the next report must show the new level\.",
    "g_battery_cost": r"An empty sensor looks just like a house that uses no gas and no water\.",
    "g_disabled": rf"{_SENSOR}: input (?P<place>\d+) \((?P<medium>.*)\) is disabled but counts",
    "g_disabled_seen": r"(?P<n>\d+) pulses came on it during this watch\.",
    "g_enable": r"Enable this input in the app if something is connected to it\.",
    "g_silent": rf"{_SENSOR} has counted nothing for (?P<span>{_SPAN})",
    "g_silent_seen": r"It reports only when something was consumed, but that is long for a house in use\.",
    "g_run_water": r"Run some water or light the burner, and wait for the end of the 5 minutes\. If nothing is "
    r"counted, check the battery, the pulse reader's place on the meter, and that the input is enabled\.",
    # the monitor itself
    "m_status": r"The monitor reports status (?P<status>\S+); 0 is well",
    "m_status_seen": r"What other numbers mean is not documented\.",
    "m_status_advice": r"Look at the monitor's light and its own page\. If it stays, tell the vendor's support the "
    r"number\.",
    "m_clock_ahead": rf"The monitor's clock is (?P<span>{_SPAN}) ahead of this computer's",
    "m_clock_behind": rf"The monitor's clock is (?P<span>{_SPAN}) behind this computer's",
    "m_clock_seen": r"Its time stamps differ by (?P<offset>[+-][\d.]+) s from when they arrive\.",
    "m_clock_advice": r"Compare both with a third clock\. A monitor sets its own over the internet: is it online\?",
    "m_clock_cost": r"Schedules run at the wrong time, and energy is booked into the wrong quarter of an hour\.",
    "m_gaps": rf"No measurements for (?P<span>{_SPAN}) at a time",
    "m_gaps_seen": r"Realtime stayed away for more than 5 s (?P<n>\d+) time\(s\); it should come every second\.",
    "m_gaps_advice": r"Look at the network first: Wi-Fi, cable, a broker that was restarted\.",
    "m_means_late": rf"No 5-minute values for (?P<span>{_SPAN}), they are late",
    "m_means_lost": rf"No 5-minute values for (?P<span>{_SPAN})",
    "m_means_seen": r"Measurements keep coming every second, but the averages that are stored do not\.",
    "m_means_advice": r"Wait for the next 5 minutes to end\. If nothing comes, restart the monitor\.",
    "m_means_cost": r"Without them the portal shows gaps\.",
    "m_restarted_seen": r"Its energy counters started again\.",
    "m_restarted_advice": r"Nothing to do; counters are counted from the restart\.",
    "m_unreadable_advice": r"They were left out\. If it goes on, record the messages and send the file to support\.",
    # what the monitor sent and nobody could use
    "e_counters": r"energy counters fell: the monitor restarted",
    "e_plugs": r"more than (?P<n>\d+) plugs; the rest is not shown",
    "e_row": r"row (?P<n>\d+) of the channel configuration has no usable ctInput and was left out",
    "e_twice": r"input (?P<n>\d+) is configured twice; the last one counts",
    "e_measurement": r"measurement (?P<quoted>(?:'.*'|\".*\")) has no usable publishIndex and was left out",
    "e_formula": r"input (?P<n>\d+): no CT is configured for its formula, so phase and direction are unknown",
}
PARTS = frozenset({"plug", "plug_named", "sensor", "sensor_serial", "medium_water", "medium_gas"}) | {
    f"unit_{unit}" for unit in ("s", "min", "h", "days")
}
"""Words inside these sentences."""
