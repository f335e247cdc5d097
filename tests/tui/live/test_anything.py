"""Whatever a broker carries, every view can be laid out, and every line has the width it was given."""

from __future__ import annotations

import json
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.app.next_step import next_step
from smappee_tui.diagnosis.judgement import BalanceWord, Finding, Judgement, PhaseBalance, Subject
from smappee_tui.i18n import LANGUAGES, Language, use
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations
from smappee_tui.site.view import view_of
from smappee_tui.tui.live.columns import Arrangement, arranged, chosen, rows_of, tsv
from smappee_tui.tui.live.connection_status import ConnectionStatus
from smappee_tui.tui.live.detail import detail_lines, subject_of
from smappee_tui.tui.live.header import Head, header_lines
from smappee_tui.tui.live.power_plot import Past, PowerPlot
from smappee_tui.tui.widgets.findings import findings_lines
from smappee_tui.tui.widgets.lines import length, plain
from tests.tui.houses import START, Clamp, House, twelve
from tests.tui.scene import judgement_of_twelve

SITUATION = ConnectionStatus("live", "●", "live", "ok")
numbers = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=3)
)


def lay_out(locations: Locations, judgement: Judgement, width: int) -> list[str]:
    """Everything that the screens would draw."""
    lines = []
    for site in locations.sites.values():
        view = view_of(site)
        rows = rows_of(view, judgement)
        head = Head(SITUATION, view, judgement, banners=(("!", view.serial, ""),), step=next_step(view, judgement))
        lines += [one for one, _ in header_lines(head, width)]
        for order in ("", "verdict", "name", "watts"):
            for row in arranged(rows, Arrangement(order)):
                assert all(cells_of(column.text(row, w)) == w for column, w in chosen(width))
        past = Past(site.history, view.at if view.at is not None else START)
        for place, row in enumerate(rows[:3], 1):
            subject = subject_of(row, place, rows, view, judgement, together=True)
            lines += detail_lines(subject, width)
            plot = PowerPlot()
            for plot.balance, height in product((False, True), (9, 30)):
                drawn = partial(plot.lines, row, rows, judgement, past)
                lines += detail_lines(subject, width, height, drawn)
        assert len(tsv(rows).splitlines()) == len(rows) + 1
    assert all(length(line) <= width for line in lines)
    return [plain(line) for line in lines]


@given(name=st.text(max_size=60), role=st.text(max_size=12), power=numbers, current=numbers, phase=numbers)
@pytest.mark.parametrize("dialect", ["infinity", "20-series"])
def test_any_names_and_numbers(dialect: str, name: str, role: str, power: Any, current: Any, phase: Any) -> None:
    house = House([Clamp(name, 0, 1, 1, role=role), *twelve().clamps[5:8]], dialect, serial=name[:20], firmware=role)
    topic, payload = house.realtime(1)
    content = json.loads(payload)
    content["channelPowers"][0] |= {"power": power, "current": current, "phaseId": phase}
    locations = Locations()
    for number, message in enumerate((house.config(), house.channels(), (topic, json.dumps(content).encode()))):
        locations.receive(MqttMessage(START + number, *message))
    for width in (52, 80, 130):
        for text in lay_out(locations, judgement_of_twelve(), width):
            assert text.isprintable()


@given(st.binary(max_size=200))
def test_any_bytes(payload: bytes) -> None:
    locations = Locations()
    for rest in ("config", "channelConfig", "channelConfigV2", "realtime", "aggregated", "plug/3/state"):
        locations.receive(MqttMessage(START, twelve().topic(rest), payload))
    lay_out(locations, Judgement(), 80)


@given(st.text(max_size=80), st.text(max_size=300))
def test_any_finding(title: str, advice: str) -> None:
    said = Fact("messages.decoder", {"said": title}), Fact("messages.decoder", {"said": advice})
    params = {"said": said[0], "advice": said[1], "cost": said[0]}
    finding = Finding("neutral-suspect", "warning", Subject("channel", 0), said, 0.5, (0,), params)
    for line in findings_lines((finding,), 2, 60):
        assert length(line) <= 60
        assert plain(line).isprintable()


@given(
    watts=st.lists(st.floats(), min_size=1, max_size=3),
    verdicts=st.lists(st.sampled_from(("ok", "doubtful", "impossible", "unchecked")), min_size=3, max_size=3),
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_balance(language: Language, watts: list[float], verdicts: list[BalanceWord]) -> None:
    balance = tuple(PhaseBalance(n, w, w, w, w, v) for n, (w, v) in enumerate(zip(watts, verdicts, strict=False)))
    site = Locations()
    for number, message in enumerate((twelve().config(), twelve().channels(), twelve().realtime(1))):
        site.receive(MqttMessage(START + number, *message))
    use(language)
    try:
        for width in (52, 80, 130):
            lines = lay_out(site, Judgement(balance=balance), width)
            worst = (
                "✕" if "impossible" in verdicts[: len(watts)] else "?" if "doubtful" in verdicts[: len(watts)] else ""
            )
            assert not worst or any(worst in line for line in lines[4:5])
    finally:
        use("en")
