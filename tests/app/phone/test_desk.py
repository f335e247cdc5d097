"""The desk: everything asked is handed over once and in order, whoever asks; beyond its bound it says no."""

from __future__ import annotations

import threading

from smappee_tui.app.phone.actions import Action, Switched
from smappee_tui.app.phone.desk import MOST_WAITING, PhoneDesk
from tests.app.phone.hand import Cabinet


def test_asked_by_four_threads_while_one_takes() -> None:
    desk, each, taken, done = PhoneDesk(), 60, list[Action](), threading.Event()

    def ask(who: int) -> None:
        for number in range(each):
            while not desk.ask(Switched(who * 1000.0 + number)):
                pass

    def take() -> None:
        while not done.is_set():
            taken.extend(desk.actions())
        taken.extend(desk.actions())

    taker = threading.Thread(target=take)
    phones = [threading.Thread(target=ask, args=(who,)) for who in range(4)]
    for one in (taker, *phones):
        one.start()
    for one in phones:
        one.join()
    done.set()
    taker.join()
    times = [one.at for one in taken if isinstance(one, Switched)]
    assert len(times) == len(set(times)) == 4 * each
    for who in range(4):
        mine = [at for at in times if at // 1000 == who]
        assert mine == sorted(mine)


def test_too_much_is_refused_and_counted() -> None:
    desk = PhoneDesk()
    assert [desk.ask(Switched(float(n))) for n in range(MOST_WAITING + 3)] == [True] * MOST_WAITING + [False] * 3
    assert desk.refused == 3
    assert len(desk.actions()) == MOST_WAITING
    assert desk.actions() == []
    assert desk.ask(Switched(0.0))


def test_a_stage_has_a_number_and_is_told() -> None:
    desk, told = PhoneDesk(), list[int]()
    assert desk.shown == (0, None)
    stage = Cabinet().stage()
    desk.publish(stage)
    desk.on_news = lambda: told.append(desk.shown[0])
    desk.publish(stage)
    assert told == [2]
    assert desk.shown == (2, stage)


def test_another_location_begins_with_its_first_stage() -> None:
    desk, here = PhoneDesk(), Cabinet()
    desk.publish(here.stage())
    here.seconds(2)
    for _ in range(2):
        desk.publish(here.stage())
    assert desk.began == 2
