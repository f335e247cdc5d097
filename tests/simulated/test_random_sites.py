import json
from collections import Counter
from pathlib import Path

import pytest

from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.protocol.received import Mark
from smappee_tui.simulator import sites
from tests.simulated.random_sites import RandomOptions, random_site
from tests.simulated.recordings import truth_path, write_recording


def test_the_mix() -> None:
    monitors = [random_site(seed) for seed in range(150)]
    kinds = Counter(m.site.kind for m in monitors)
    assert kinds["star"] > kinds["single"] > 10
    assert kinds["delta"] > 10
    assert 50 < sum(1 for m in monitors if m.faults) < 100
    assert sum(m.site.one_voltage for m in monitors) > 3
    assert any(m.site.solar == 0.0 for m in monitors), "some are recorded at night"
    assert any(m.site.solar is None for m in monitors)
    states = Counter(m.state_of(ct.input)[0] for m in monitors for ct in m.site.cts)
    assert states["ok"] > 5 * (states["reversed"] + states["wrong_phase"])
    assert states["wrong_phase"] > 10
    assert states["reversed"] > 10


def test_options_rule() -> None:
    options = RandomOptions(kind="delta", dialect="infinity", faulty_share=0.0)
    for seed in range(10):
        monitor = random_site(seed, options=options)
        assert (monitor.site.kind, monitor.site.dialect, monitor.faults) == ("delta", "infinity", ())


def test_the_same_seed_is_the_same_recording(tmp_path: Path) -> None:
    paths = [tmp_path / "a.ndjson", tmp_path / "b.ndjson"]
    for path in paths:
        write_recording(random_site(7, guided=True), path, 60)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert truth_path(paths[0]).read_bytes() == truth_path(paths[1]).read_bytes()


def test_loads_of_a_random_house_stay_within_reason() -> None:
    for seed in range(12):
        monitor = random_site(seed)
        monitor.tick(monitor.time + 60)
        state = monitor.site.house.state
        assert max(abs(i) for i in state.circuits["mains"].fundamental) < 150.0


@pytest.mark.parametrize("name", ["x.ndjson", "x.ndjson.gz"])
def test_a_recording_and_its_labels(tmp_path: Path, name: str) -> None:
    monitor = sites.build("home3pv", faults=["reversed:0", "phase:6,L2"], guided=True)
    path = tmp_path / name
    truth = write_recording(monitor, path)
    assert json.loads((tmp_path / "x.truth.json").read_text()) == truth
    assert truth["mode"] == "guided"
    assert truth["guided"][0] == [None, 20.0, 32.0]
    assert truth["seconds"] == 200
    assert truth["supply"] == "star"
    rows = {row["input"]: row for row in truth["channels"]}
    assert rows[0]["state"] == "reversed"
    assert (rows[6]["state"], rows[6]["configured_phase"], rows[6]["actual_phase"]) == ("wrong_phase", 0, 1)
    assert rows[0]["busy_seconds"] > 100
    items = list(read_recording(path))
    assert sum(isinstance(item, Mark) for item in items) == 18
