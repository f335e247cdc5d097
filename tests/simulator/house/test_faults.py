import pytest

from smappee_tui.i18n import Translator
from smappee_tui.simulator import sites
from smappee_tui.simulator.house import faults
from smappee_tui.simulator.house.faults import SHAPES, Fault, FaultError, parse


def said(error: FaultError) -> str:
    return Translator("en").fact(error.what)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_every_example_reads_back(shape: faults.FaultShape) -> None:
    fault = parse(shape.example)
    assert parse(str(fault)) == fault


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("revresed:3", "did you mean reversed"),
        ("gremlins:1", "known kinds: reversed"),
        ("", "known kinds"),
        ("reversed", "reversed:3"),
        ("reversed:", "reversed:3"),
        ("reversed:1,2", "reversed:3"),
        ("swapped:0", "swapped:0,1"),
        ("swapped:1,1", "same input twice"),
        ("reversed:-1", "not an input number"),
        ("reversed:²", "not an input number"),
        ("reversed:three", "not an input number"),
        ("phase:4,L4", "L1, L2 or L3"),
        ("phase:4", "phase:4,L2"),
        ("ratio:4,x", "not a number"),
        ("ratio:4,nan", "between"),
        ("ratio:4,0", "between"),
        ("voltage-rotated:1", "voltage-rotated"),
    ],
)
def test_errors_say_what_to_type(text: str, hint: str) -> None:
    with pytest.raises(FaultError) as refused:
        parse(text)
    assert hint in said(refused.value)


def test_spelling_is_forgiving() -> None:
    assert parse(" Phase:4, l2 ") == Fault("phase", (4,), phase=1)


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("home3pv", "reversed:99", "it has 0, 1, 2"),
        ("home1", "phase:1,L2", "one phase"),
        ("home1", "voltage-missing:L2", "no voltage lead L2"),
        ("home1", "voltage-rotated", "one phase"),
        ("home3pv", "unused-current:0", "in use"),
        ("home3pv", "swapped:12,0", "unused-current:12"),
        ("home3pv", "plug-unreachable:9", "no plug 9; it has 1, 2"),
        ("delta", "neutral:0", "no neutral"),
    ],
)
def test_faults_that_do_not_fit_the_site(name: str, text: str, hint: str) -> None:
    with pytest.raises(FaultError) as refused:
        sites.build(name, faults=[text])
    assert hint in said(refused.value)


def test_a_fault_that_does_not_fit_leaves_the_rest_as_it_was() -> None:
    monitor = sites.build("home3pv", faults=["reversed:0"])
    with pytest.raises(FaultError):
        monitor.inject("reversed:77")
    assert [str(f) for f in monitor.faults] == ["reversed:0"]
    with pytest.raises(FaultError) as refused:
        monitor.mend("dead:1")
    assert "present: reversed:0" in said(refused.value)
