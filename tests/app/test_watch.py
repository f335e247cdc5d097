import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Spans, watch_live
from smappee_tui.connect.errors import CannotConnectError, ExternalError, RefusedError
from tests import payloads as p
from tests.cli.made import FakeLink, house


def watch(link: FakeLink, seconds: float | None = 10, **more: object) -> bool:
    session = Session(link, keep=Spans().note)
    link.session = session  # type: ignore[attr-defined]
    return watch_live(session, seconds, clock=link.clock, pause=link.pause, **more)  # type: ignore[arg-type]


def test_it_watches_as_long_as_asked_and_closes() -> None:
    link = FakeLink(house(60))
    told: list[float | None] = []
    assert watch(link, 10, progress=told.append)
    assert (link.started, link.closed) == (1, 1)
    assert link.time == pytest.approx(p.START + 10)
    assert link.session.site.quality.realtime == 9  # type: ignore[attr-defined]
    assert told[0] == 0
    assert told == sorted(told, key=float)


def test_the_time_counts_from_the_connection() -> None:
    link = FakeLink(house(60))
    link.phases = [(p.START, "connecting", None), (p.START + 4, "connected", None)]
    told: list[float | None] = []
    assert watch(link, 10, progress=told.append)
    assert link.time == pytest.approx(p.START + 14, abs=0.3)
    assert told[0] is None


@pytest.mark.parametrize(
    ("phase", "error"), [("refused", RefusedError), ("disconnected", CannotConnectError), ("closed", ExternalError)]
)
def test_a_link_that_does_not_come_up_is_an_error(phase: str, error: type[ExternalError]) -> None:
    link = FakeLink(house())
    link.phases = [(p.START, "connecting", None), (p.START + 1, phase, "It says why.")]  # type: ignore[list-item]
    with pytest.raises(error, match="It says why"):
        watch(link)
    assert link.closed == 1


def test_a_connection_lost_on_the_way_is_waited_for() -> None:
    link = FakeLink(house(60))
    link.phases += [(p.START + 3, "disconnected", "Lost."), (p.START + 5, "connected", None)]
    assert watch(link)
    assert link.time == pytest.approx(p.START + 10)


def test_ctrl_c_keeps_what_was_seen() -> None:
    link = FakeLink(house(60))
    link.interrupt_at = p.START + 5
    assert not watch(link)
    assert link.closed == 1
    assert link.session.site.quality.realtime == 4  # type: ignore[attr-defined]


def test_what_arrives_while_closing_counts() -> None:
    link = FakeLink(house(60))
    link.interrupt_at = p.START + 5
    closing = link.close

    def close() -> None:
        link.time += 2
        closing()

    link.close = close  # type: ignore[method-assign]
    watch(link)
    assert link.session.site.quality.realtime == 6  # type: ignore[attr-defined]


def test_it_can_have_enough() -> None:
    link = FakeLink(house(60))
    assert watch(link, None, enough=lambda: link.time >= p.START + 3)
    assert link.time == pytest.approx(p.START + 3, abs=0.3)
