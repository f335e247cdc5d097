import pytest

from tests.scenarios.engine import play
from tests.scenarios.spec import Scenario, everything

SCENARIOS = everything()


def cases() -> list[object]:
    """One case a scenario and seed; what the diagnosis is known to get wrong is expected to fail, strictly."""
    found = []
    for scenario in SCENARIOS:
        for seed in scenario.seeds:
            marks = [pytest.mark.xfail(reason=scenario.known, strict=True)] if scenario.known else []
            found.append(pytest.param(scenario, seed, id=f"{scenario.name}-{seed}", marks=marks))
    return found


@pytest.mark.parametrize(("scenario", "seed"), cases())
def test_scenario(scenario: Scenario, seed: int) -> None:
    assert play(scenario, seed) == []


def test_every_file_expects_something() -> None:
    for scenario in SCENARIOS:
        expectations = (scenario.must, scenario.must_not, *(c.must for c in scenario.check))
        empty = type(scenario.must)()
        assert any(one != empty for one in expectations), scenario.name
