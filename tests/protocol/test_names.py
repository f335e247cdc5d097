import pytest

from smappee_tui.protocol.names import base_name, phase_word, rated_amps, suggests_storage


@pytest.mark.parametrize(
    ("name", "base", "phase"),
    [
        ("EV charger L2", "ev charger", " L2"),
        ("EV charger (L3)", "ev charger", " (L3)"),
        ("Mains - fase 1", "mains", " - fase 1"),
        ("Fridge", "fridge", ""),
        ("Fridge 12", "fridge 12", ""),
        ("L1", "l1", "L1"),
        ("", "", ""),
    ],
)
def test_a_name_and_its_phase(name: str, base: str, phase: str) -> None:
    assert (base_name(name), phase_word(name)) == (base, phase)


@pytest.mark.parametrize(("name", "storage"), [("Thuisbatterij", True), ("Powerwall L1", True), ("Oven", False)])
def test_a_battery_by_its_name(name: str, storage: bool) -> None:
    assert suggests_storage(name) is storage


@pytest.mark.parametrize(("word", "amps"), [("SCT2_50A", 50.0), ("CT 100 A", 100.0), ("CT50_100_200", None)])
def test_what_a_ct_is_made_for(word: str, amps: float | None) -> None:
    assert rated_amps(word) == amps
