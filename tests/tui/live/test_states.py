"""Every state has a view: each one as plain text, at the three sizes that matter."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from syrupy.assertion import SnapshotAssertion

from smappee_tui.diagnosis.judgement import BalanceWord, ChannelVerdict, Judgement, PhaseBalance
from smappee_tui.protocol.fact import fact
from tests.tui.houses import OTHER_UUID, House, hostile, twelve, twenty_eight
from tests.tui.scene import Scene, judgement_of_twelve, open_screen, text

SIZES = {"80x24": (80, 24), "120x40": (120, 40), "60x20": (60, 20)}


@dataclass
class FullRecorder:
    state: str = "full"
    reason: str | None = "The disk is full. What was recorded before is kept; make room."
    size: int = 12_345_678


def other() -> House:
    return House(twelve().clamps, serial="5010009955", uuid=OTHER_UUID)


def live(**wishes: object) -> Scene:
    return Scene(twelve(), **wishes).configure().run(100).run(30, scale=0.4).run(30).judge(judgement_of_twelve())


def unbalanced(*verdicts: BalanceWord) -> Scene:
    """The house with one entry a verdict in its balance; of the kitchen's two CTs one is in doubt, one is wrong."""
    values = ((2190.0, 1420.0, 3400.0), (190.0, 0.0, 701.0), (885.0, 0.0, 860.0))
    balance = tuple(
        PhaseBalance(phase, grid, made, used, grid + made - used, verdict)
        for phase, (verdict, (grid, made, used)) in enumerate(zip(verdicts, values, strict=False))
    )
    told = judgement_of_twelve()
    advice = fact("advice.ambiguous_grid", amps=4.1, phase="L2")
    sized = {
        1: replace(told.channels[1], size="doubtful", advice=advice),
        4: ChannelVerdict(4, "wrong_ratio", fact("verdicts.wrong_ratio", factor=0.5), 0.99, size="wrong"),
        5: replace(told.channels[5], size="ok"),
    }
    return live().judge(replace(told, channels=told.channels | sized, balance=balance))


def several(**wishes: object) -> Scene:
    scene = Scene(twelve(), **wishes).configure().run(10)
    return scene.configure(other()).run(2, house=other()).run(1)


def no_configuration(dialect: str) -> Scene:
    return Scene(twelve(dialect)).run(3)


def identity_only() -> Scene:
    scene = Scene(twelve())
    scene.put(scene.house.config())  # type: ignore[union-attr]
    return scene


def unreadable() -> Scene:
    scene = live()
    scene.put((twelve().topic("realtime"), b'{"channelPowers": 7}'), (twelve().topic("channelConfigV2"), b"<html>"))
    return scene


STATES: dict[str, Callable[[], Scene]] = {
    "connecting": lambda: Scene().line("connecting", 3, attempts=1),
    "connecting again": lambda: Scene().line("connecting", 3, attempts=4, reason="No answer from 192.0.2.7:1883."),
    "refused": lambda: Scene().line("refused", 2, reason="The broker refused the user name.", retry_at=1_762_293_612.0),
    "no connection": lambda: Scene().line("disconnected", 2, reason="No route.", retry_at=1_762_293_602.0),
    "connected, no data": lambda: Scene().line("connected", 14),
    "identity only": identity_only,
    "configured, no measurements": lambda: Scene(twelve()).configure(),
    "waiting for configuration, infinity": lambda: no_configuration("infinity"),
    "waiting for configuration, 20-series": lambda: no_configuration("20-series"),
    "live": live,
    "live, 20-series": lambda: Scene(twelve("20-series")).configure().run(20),
    "live, 28 channels": lambda: Scene(twenty_eight()).configure().run(20),
    "live, 28 channels, 20-series": lambda: Scene(twenty_eight("20-series")).configure().run(20),
    "one phase": lambda: Scene(House(twelve().clamps[3:5], volts=(231,), phase_type="ONE")).configure().run(5),
    "delta": lambda: (
        Scene(House(twelve().clamps[:2], volts=(231, 230, 0), phase_type="THREE_DELTA")).configure().run(5)
    ),
    "balance": lambda: unbalanced("ok", "ok", "ok"),
    "balance off": lambda: unbalanced("ok", "impossible", "doubtful"),
    "balance off, two phases": lambda: unbalanced("impossible", "impossible", "unchecked"),
    "balance, one phase": lambda: unbalanced("doubtful"),
    "balance not checked": lambda: unbalanced("unchecked", "unchecked", "unchecked"),
    "stale": lambda: live().wait(7),
    "disconnected, data kept": lambda: live().line("disconnected", 7, reason="Gone.", retry_at=1_762_293_763.4),
    "refused, data kept": lambda: live().line("refused", 7, reason="Password changed.", retry_at=1_762_293_763.4),
    "unreadable messages": unreadable,
    "demo": lambda: live(mode="demo"),
    "replay": lambda: live(mode="replay"),
    "replay, ended": lambda: live(mode="replay").line("closed", 0, reason="The recording has ended."),
    "recorder full": lambda: live(recorder=FullRecorder()),
    "several monitors": several,
    "another monitor asked for": lambda: several(wanted="5010001111"),
    "hostile names": lambda: Scene(hostile()).configure().run(5),
}


@pytest.mark.parametrize("state", STATES)
async def test_state_at_80x24(state: str, snapshot: SnapshotAssertion) -> None:
    scene = STATES[state]()
    async with open_screen(scene, SIZES["80x24"]):
        assert text(scene.app) == snapshot


@pytest.mark.parametrize("size", ["120x40", "60x20"])
@pytest.mark.parametrize(
    "state",
    [
        "connected, no data",
        "waiting for configuration, infinity",
        "live",
        "live, 28 channels",
        "balance off",
        "disconnected, data kept",
        "hostile names",
    ],
)
async def test_state_at_other_sizes(state: str, size: str, snapshot: SnapshotAssertion) -> None:
    scene = STATES[state]()
    async with open_screen(scene, SIZES[size]):
        assert text(scene.app) == snapshot


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", ["details", "load", "nothing known", "size", "findings", "help", "no findings"])
async def test_view(view: str, size: str, snapshot: SnapshotAssertion) -> None:
    keys = {
        "details": ["enter"],
        "load": ["enter", "g"],
        "nothing known": ["down"] * 9 + ["enter"],
        "size": ["down"] * 4 + ["enter"],
        "findings": ["F"],
        "help": ["question_mark"],
        "no findings": ["F"],
    }[view]
    scene = Scene(twelve()).configure().run(5) if view == "no findings" else live()
    scene = unbalanced("ok", "doubtful", "ok") if view == "size" else scene
    async with open_screen(scene, SIZES[size], *keys):
        assert text(scene.app) == snapshot


@pytest.mark.parametrize("size", [(20, 5), (10, 2), (40, 12), (300, 90)])
@pytest.mark.parametrize("state", ["live", "connected, no data"])
async def test_any_size_draws(state: str, size: tuple[int, int]) -> None:
    scene = STATES[state]()
    async with open_screen(scene, size, "enter", "escape"):
        assert len(text(scene.app).splitlines()) == size[1] + 1


async def test_nothing_judged_is_never_all_judged() -> None:
    scene = live().judge(Judgement())
    async with open_screen(scene, (80, 24), "F"):
        assert "12 inputs are not judged yet" in " ".join(text(scene.app).replace("|", " ").split())
    scene = live().judge(Judgement(channels={0: ChannelVerdict(0, "ok", fact("verdicts.ok", phase="L1"), 0.99)}))
    async with open_screen(scene, (80, 24)):
        shown = text(scene.app)
        assert "? 11 undecided" in shown
        assert shown.count("? not judged") == 11
        assert "not configured" not in shown
        scene.judge(Judgement())
        scene.app.first.tick()
        shown = text(scene.app)
        assert "? none judged" in shown
        assert "all judged" not in shown
