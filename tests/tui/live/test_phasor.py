import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.tui.live.phasor import INKS, Current, Phasor, absolute, draw
from smappee_tui.tui.widgets.canvas import Canvas, toned
from smappee_tui.tui.widgets.lines import length

CASES = {
    "on its phase, lagging": Phasor([Current(absolute(0, 25), 8)], fits=(0, False)),
    "reversed": Phasor([Current(absolute(0, 190), 12)], fits=(0, True)),
    "on the next phase": Phasor([Current(absolute(1, 125), 20)], fits=(2, False)),
    "three clamps of one load": Phasor([Current(absolute(p, 12), 4, f"I{p + 1}") for p in range(3)]),
    "nothing known": Phasor([Current(0, 180)]),
    "no current drawn": Phasor(),
    "one phase only": Phasor([Current(absolute(0, -10), 5)], phases=(0,), fits=(0, False)),
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
    assert {"v", "c", "i", "u", "h"} <= set("".join(canvas.inks()))
    assert all(length(line) == canvas.width for line in toned(canvas, INKS))


@pytest.mark.parametrize(
    ("phase", "lag", "expected"), [(0, 0, 0), (1, 0, -120), (2, 0, 120), (1, 120, 120), (2, 180, -60), (0, -30, 30)]
)
def test_angle_against_l1(phase: int, lag: float, expected: float) -> None:
    assert absolute(phase, lag) == pytest.approx(expected)


def test_nothing_leaves_the_canvas() -> None:
    canvas = Canvas(4, 2)
    canvas.stroke(-20, -20, 60, 60, "i")
    canvas.arc(4, 4, 50, 0, 360, "c")
    canvas.write(3, 9, "long", "v")
    assert [len(line) for line in canvas.lines()] == [4, 4]
