import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.report.phasors import CurrentArrow, current_arrow
from smappee_tui.tui.live.phasor import INKS, SHOULD, Phasor, draw, tone_of
from smappee_tui.tui.widgets.canvas import Canvas, toned
from smappee_tui.tui.widgets.lines import length


def three(*angles: float, verdict: str = "ok", first: int = 0) -> list[CurrentArrow]:
    return [current_arrow(first + phase, phase, angle, verdict, None, 4) for phase, angle in enumerate(angles)]


CASES = {
    "on its phase, lagging": Phasor([current_arrow(4, 0, 25, "ok", None, 8)]),
    "a healthy export": Phasor([current_arrow(0, 0, 172, "ok", None, 5)]),
    "reversed": Phasor([current_arrow(6, 0, 170, "reversed", None, 12)]),
    "on the next phase": Phasor([current_arrow(9, 1, 125, "wrong_phase", 2, 20)]),
    "not decided, an export or turned": Phasor([current_arrow(3, 2, 160, "inconclusive", None, 20)]),
    "three clamps of one load": Phasor(three(12, 12, 12, first=5)),
    "nothing known": Phasor([current_arrow(12, 0, 0, "inconclusive", None, 180)]),
    "no current drawn": Phasor(),
    "one phase only": Phasor([current_arrow(0, 0, 10, "ok", None, 5)], phases=(0,)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [(27, 12), (31, 14)], ids=["small", "large"])
def test_drawing(case: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    canvas = draw(CASES[case], *size)
    assert "\n".join(canvas.lines()) == snapshot
    assert all(len(line) == size[0] for line in canvas.lines())


def test_inks_have_the_shape_of_the_drawing() -> None:
    canvas = draw(CASES["reversed"])
    assert [len(line) for line in canvas.inks()] == [len(line) for line in canvas.lines()]
    assert {"v", "c", "f", "u", "w"} <= set("".join(canvas.inks()))
    assert all(length(line) == canvas.width for line in toned(canvas, INKS))


def test_each_current_has_the_number_of_its_input_and_a_place_where_it_should_be() -> None:
    drawn = "".join(draw(CASES["three clamps of one load"]).lines())
    assert all(f"I{number}" in drawn and f"{SHOULD}{number}" in drawn for number in (5, 6, 7))


@pytest.mark.parametrize(
    ("case", "tone"),
    [
        ("a healthy export", "ok"),
        ("on its phase, lagging", "ok"),
        ("reversed", "fault"),
        ("on the next phase", "fault"),
        ("nothing known", "strong"),
    ],
)
def test_only_what_is_wrong_looks_wrong(case: str, tone: str) -> None:
    assert tone_of(CASES[case].currents[0]) == tone
    inks = set("".join(draw(CASES[case]).inks()))
    assert ("f" in inks) == (tone == "fault")


def test_nothing_leaves_the_canvas() -> None:
    canvas = Canvas(4, 2)
    canvas.stroke(-20, -20, 60, 60, "i")
    canvas.arc(4, 4, 50, 0, 360, "c")
    canvas.write(3, 9, "long", "v")
    for x in (-9, 0, 7, 8, 99):
        canvas.upright(x, -20, 60, "i")
        canvas.upright(x, 60, 90, "i")
    assert [len(line) for line in canvas.lines()] == [4, 4]
