import pytest

from smappee_tui.diagnosis.checks.limits import NAMES, DeviceLimits, limits_of
from tests import payloads as p
from tests.diagnosis.checks.scene import ENGLISH, Watched, quiet_house


def verdict(watched: Watched, node: int = 11) -> tuple[str, str]:
    said = watched.said.plugs[str(node)]
    return said.verdict, ENGLISH.fact(said.title)


def test_a_quiet_house_has_nothing_to_tell() -> None:
    watched = quiet_house().run(900)
    assert watched.findings == []
    assert verdict(watched) == ("ok", "connected")
    assert watched.said.sensors[301].verdict == "ok"


@pytest.mark.parametrize(
    ("word", "seconds", "found"),
    [
        ("UNREACHABLE", 60, None),
        ("UNREACHABLE", 61, "warning"),
        ("UNREACHABLE", 900, "warning"),
        ("UNREACHABLE", 901, "fault"),
        ("DISCONNECTED", 1, "warning"),
        ("DISCONNECTED", 300, "warning"),
        ("DISCONNECTED", 301, "fault"),
    ],
)
def test_away_counts_from_when_it_lasts(word: str, seconds: float, found: str | None) -> None:
    watched = quiet_house().plug(11, "connectionState", word).run(seconds)
    code = f"plug-{word.lower()}"
    assert verdict(watched)[0] == word.lower()
    assert watched.findings == ([] if found is None else [(code, found)])
    if found:
        assert watched.finding(code).subject == ("plug", "11")
        text = watched.text(code)
        assert text.title.startswith("Plug 11 'Boiler' is")
        assert text.evidence
        assert text.advice


def test_it_comes_back() -> None:
    watched = quiet_house().plug(11, "connectionState", "UNREACHABLE").run(1000)
    assert watched.findings == [("plug-unreachable", "fault")]
    watched.plug(11, "connectionState", "CONNECTED").run(20)
    assert watched.findings == []


def test_a_wrong_clock_of_the_monitor_does_not_make_it_last_longer() -> None:
    watched = quiet_house()
    watched.offset = -7200.0
    watched.run(20).plug(11, "connectionState", "UNREACHABLE").run(30)
    assert verdict(watched) == ("unreachable", "unreachable for 30 s")
    assert watched.findings == [("monitor-clock", "warning")]


@pytest.mark.parametrize("since", [0.0, 1e300, None, p.START * 1000])
def test_an_unbelievable_time_counts_from_when_it_was_heard(since: float | None) -> None:
    watched = quiet_house().say("plug/11/connectionState", p.plug_value("UNREACHABLE", since)).run(50)
    assert verdict(watched) == ("unreachable", "unreachable for 50 s")


def test_the_broker_remembers_how_long_it_has_been_away() -> None:
    watched = quiet_house(limits=None)
    watched.say("config", p.config(utcTimeStamp=p.millis(p.START - 86_400)), retain=True)
    watched.plug(11, "connectionState", "UNREACHABLE", since=p.START - 3600, retain=True).run(5)
    assert watched.findings == [("plug-unreachable", "fault")]
    assert "60 min" in watched.text("plug-unreachable").title


def test_what_the_broker_remembers_from_before_the_start_is_no_fault() -> None:
    watched = quiet_house().plug(11, "connectionState", "UNREACHABLE", since=p.START - 3600, retain=True).run(5)
    assert watched.findings == [("plug-unreachable", "warning")]
    assert "stored" in " ".join(watched.text("plug-unreachable").evidence)


def test_silent_since_its_configuration() -> None:
    watched = Watched().configured().plug(12, "state", "ON").run(29)
    assert verdict(watched) == ("silent", "not heard yet")
    assert watched.findings == []
    watched.run(2)
    assert verdict(watched) == ("silent", "never heard")
    assert watched.findings == [("plug-silent", "warning")]


def test_connected_but_no_values_for_eleven_minutes() -> None:
    watched = quiet_house().run(400)
    watched.aggregates = False
    watched.run(650)
    assert verdict(watched)[0] == "ok"
    watched.say("aggregated", p.aggregated([], p.TWENTY)).run(20)
    assert verdict(watched)[0] == "stale"
    assert watched.findings == [("plug-stale", "warning")]
    assert watched.said.plugs["12"].verdict == "ok"  # a comfort plug measures nothing


def test_a_gap_in_the_line_is_not_the_plugs_silence() -> None:
    watched = quiet_house().run(310)
    watched.now += 3600
    watched.run(120)
    assert verdict(watched) == ("ok", "connected")


def test_retained_from_before_the_monitors_start_is_not_confirmed() -> None:
    watched = Watched().configured()
    for word, what in (("CONNECTED", "connectionState"), ("ON", "state")):
        watched.plug(12, what, word, since=p.START - 600, retain=True)
        watched.plug(11, what, word, since=p.START - 600, retain=True)
    watched.run(20)
    assert verdict(watched, 12) == ("stale", "not confirmed")
    assert watched.findings == [("plug-stale", "info")] * 2
    watched.say("aggregatedSwitch", p.aggregated_switch((302, 45)))  # what measures lives
    watched.plug(12, "state", "OFF")
    assert watched.findings == []


def test_a_plug_that_was_taken_out_of_the_configuration_is_no_fault() -> None:
    watched = quiet_house().plug(12, "connectionState", "DISCONNECTED").run(400)
    assert watched.findings == [("plug-disconnected", "fault")]
    watched.say("homeControlConfig", p.home_control(comfort=())).run(10)
    assert verdict(watched, 12)[0] == "disconnected"
    assert watched.findings == []


def test_without_any_channel_configuration_devices_are_judged() -> None:
    watched = Watched()
    watched.say("homeControlConfig", p.home_control(), retain=True)
    watched.plug(11, "connectionState", "DISCONNECTED").run(301)
    assert ("plug-disconnected", "fault") in watched.findings


def test_thresholds_can_be_set() -> None:
    assert limits_of({"unreachable_warning": 5, "nonsense": 1}) == DeviceLimits(unreachable_warning=5.0)
    assert "battery_low" in NAMES
    watched = quiet_house(limits=DeviceLimits(unreachable_warning=5.0, unreachable_fault=8.0))
    watched.plug(11, "connectionState", "UNREACHABLE").run(9)
    assert watched.findings == [("plug-unreachable", "fault")]


def test_hostile_names_and_nodes_are_only_text() -> None:
    name = "\x1b[31m[/bold]\u202e" + "x" * 3000
    watched = Watched().configured(switches=((11, name, "400\x1b"),), comfort=((12, ""),))
    watched.plug(11, "connectionState", "UNREACHABLE").run(100)
    watched.say("plug/[b]/connectionState", p.plug_value("DISCONNECTED", p.START)).run(400)
    titles = [ENGLISH.finding(f).title for f in watched.judgement.findings]
    assert all(len(title) < 120 for title in titles)
    assert any(title.startswith("Plug 12 is") or "Plug 12" in title for title in titles)


def test_a_word_nobody_knows_is_shown_and_not_judged() -> None:
    watched = quiet_house().plug(11, "connectionState", "SLEEPING").run(60)
    assert verdict(watched) == ("ok", "says SLEEPING")


@pytest.mark.parametrize(
    ("command", "state", "retained", "told"),
    [
        ("ON", "OFF", True, True),
        ("OFF", "ON", True, True),
        ("ON", "ON", True, False),
        ("ON", "OFF", False, False),
        ("ON", None, True, False),
        ("TOGGLE", "OFF", True, False),
        ("1", "OFF", True, True),
    ],
)
def test_a_command_that_waits_on_the_broker(command: str, state: str | None, retained: bool, told: bool) -> None:
    watched = quiet_house()
    if state is not None:
        watched.plug(42, "state", state)
    watched.plug(42, "setstate", command, retain=retained)
    assert (("plug-command-waits", "warning") in watched.findings) is told
    if told:
        assert watched.finding("plug-command-waits").subject == ("plug", "42")
        assert "stored message" in watched.text("plug-command-waits").advice


def test_a_command_that_was_obeyed_since_waits_no_more() -> None:
    watched = quiet_house().plug(11, "setstate", "OFF", retain=True)
    assert ("plug-command-waits", "warning") in watched.findings
    watched.plug(11, "state", "OFF")
    assert ("plug-command-waits", "warning") not in watched.findings
