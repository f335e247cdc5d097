"""A visit goes on where it was left: what is gone on with, what is judged anew, and what is told."""

import json
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from smappee_tui.app.session import Session
from smappee_tui.app.visit.job_export import write_recording
from smappee_tui.app.visit.job_visit import EARLY, JobVisit
from smappee_tui.app.visit.jobs import Jobs
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.recording.replay import read_recording
from smappee_tui.connect.recording.rolling import items_of, pieces
from smappee_tui.diagnosis.judgement import WAITING
from smappee_tui.i18n import tr
from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.simulator import sites
from tests import payloads as p
from tests.cli.made import house, uuids
from tests.tui.scene import Clock, FakeLink

FAULTS = ("reversed:6", "phase:8,L2")


class House:
    """A simulated house, which lives on between two runs of the program."""

    def __init__(self, jobs: Path) -> None:
        self.monitor = sites.build("home3pv", faults=FAULTS, guided=True)
        self.jobs = Jobs(jobs)
        self.plan: tuple[str, bytes] | None = None
        self.retained: dict[str, MqttMessage] = {}
        self.clock = Clock(self.monitor.time)

    def run(self, **wishes: Any) -> "Run":
        return Run(self, **wishes)

    def sleep(self, seconds: float) -> None:
        """Nobody listens."""
        for item in self.monitor.stream(self.monitor.time + seconds):
            self.note(item)

    def note(self, item: MqttMessage | Mark) -> None:
        if isinstance(item, MqttMessage) and item.retain:
            self.retained[item.topic] = item


class Run:
    """One run of the program at that house."""

    def __init__(self, of: House, **wishes: Any) -> None:
        self.house, self.clock, self.link = of, of.clock, FakeLink(of.clock)
        self.clock.now = of.monitor.time
        self.visit = JobVisit(of.jobs, clock=self.clock, address="10.0.0.9:1883", **wishes)
        self.session = Session(self.link, keep=self.visit)
        self.told: list[Fact] = []
        for item in of.retained.values():  # the broker's memory, for whoever comes
            self.link.queue.append(MqttMessage(self.clock.now, item.topic, item.payload, 0, True))
        self.look()

    def look(self) -> "Run":
        self.session.poll()
        self.told += self.visit.look(self.session)
        while self.session.recalling:
            self.session.poll()
        return self

    def watch(self, seconds: float) -> "Run":
        begun = self.house.monitor.time
        for item in self.house.monitor.stream(begun + seconds):
            self.house.note(item)
            if isinstance(item, Mark):
                if item.at > begun:
                    self.session.process(item)
                continue
            self.clock.now = item.at
            self.link.queue.append(item)
            if item.topic.endswith("/realtime"):
                self.look()
        return self

    def leave(self) -> None:
        self.visit.close(self.session)

    @property
    def verdicts(self) -> dict[int, str]:
        return {n: verdict.verdict for n, verdict in self.session.judgement().channels.items()}

    @property
    def evidence_from(self) -> float:
        judge = self.session.judge
        assert judge is not None
        assert judge.evidence.first_at is not None
        return judge.evidence.first_at

    @property
    def codes(self) -> list[str]:
        return [fact.code for fact in self.told]


@pytest.fixture
def home(tmp_path: Path) -> House:
    return House(tmp_path / "jobs")


@pytest.mark.parametrize("crash", [False, True])
def test_a_run_goes_on_where_the_one_before_was_left(home: House, crash: bool) -> None:
    first = home.run().watch(500)
    said = first.verdicts
    assert said[6] == "reversed"
    if crash:
        visit = first.visit
        visit.job.release()  # type: ignore[union-attr]  # the system does that for a killed program
    else:
        first.leave()
    home.sleep(600)
    again = home.run().watch(3)
    assert again.codes == ["job.goes_on"]
    assert again.verdicts == said
    quality = again.session.site.quality  # type: ignore[union-attr]
    assert quality.longest_gap < 15  # nobody listened: that is no gap of the monitor's
    assert len(again.visit.job.state.visits) == 1  # type: ignore[union-attr]


def test_killed_before_anything_was_judged_it_does_not_say_that_all_was(home: House) -> None:
    first = home.run().watch(3)
    first.visit.job.release()  # type: ignore[union-attr]  # the system does that for a killed program
    again = home.run().watch(3)
    assert again.told[0].params["then"].params["undecided"] > 5


def test_where_the_job_is_damaged_nothing_is_taken_for_evidence(home: House) -> None:
    """When clamps were moved last stood in it."""
    home.run().watch(60).leave()
    (home.jobs.all()[0].folder / "job.json").write_text("{half")
    again = home.run()
    begun = home.monitor.time
    again.watch(3).leave()
    assert again.codes == ["job.damaged", "job.begun"]
    assert again.evidence_from >= begun
    home.sleep(60)
    assert home.run().watch(3).codes == ["job.goes_on"]


def test_what_is_recalled_is_not_recorded_again(home: House) -> None:
    home.run().watch(60).leave()
    before = [item for item in items_of(pieces(home.jobs.all()[0].recording)) if item is not None]
    home.run().watch(5).leave()
    after = [item for item in items_of(pieces(home.jobs.all()[0].recording)) if item is not None]
    assert after[: len(before)] == before
    assert {item.at for item in after[len(before) :]} & {item.at for item in before} <= {before[-1].at}
    assert len(after) - len(before) < 25


def test_what_did_not_come_stands_in_the_recording(home: House, tmp_path: Path) -> None:
    run = home.run().watch(10)
    home.sleep(40)
    run.link.state = SourceState("connected", home.monitor.time, reconnects=1)
    run.link.dropped = Dropped(realtime=3)
    run.watch(5)
    home.sleep(20)
    run.clock.now = home.monitor.time
    run.leave()
    (job,) = home.jobs.all()
    within = [item for item in items_of(pieces(job.recording)) if isinstance(item, Gap)]
    assert [(round(gap.seconds), gap.reconnects, gap.realtime) for gap in within] == [(41, 1, 3), (20, 0, 0)]
    home.sleep(30)
    home.run().watch(3).leave()
    write_recording(job, tmp_path / "r.ndjson")
    written = [round(item.seconds) for item in read_recording(tmp_path / "r.ndjson") if isinstance(item, Gap)]
    assert written == [41, 20, 30], "nobody listened between two runs"


def test_marks_of_the_guided_test_are_evidence_still(home: House) -> None:
    first = home.run().watch(400)
    marks = len(first.session.judge.evidence.marks)  # type: ignore[union-attr]
    assert marks > 4
    first.leave()
    again = home.run().watch(2)
    assert len(again.session.judge.evidence.marks) == marks  # type: ignore[union-attr]


def test_a_visit_much_later_judges_anew_and_tells_what_the_last_one_left(home: House) -> None:
    home.run().watch(500).leave()
    home.monitor._seconds += 7 * 86_400
    second = home.monitor.time
    again = home.run().watch(20)
    assert again.codes == ["job.anew"]
    then = again.told[0].params["then"]
    assert isinstance(then, Fact)
    assert then.params["faults"] == 2
    assert again.verdicts[6] in WAITING
    assert again.evidence_from >= second
    earlier = again.visit.earlier
    assert earlier is not None
    assert earlier.faults == 2
    assert {code for code, _ in again.visit.book.faults} == {"ct-reversed", "ct-wrong-phase"}
    again.leave()
    home.sleep(60)
    third = home.run().watch(20)  # of the new visit the evidence counts, of the old one none
    assert third.codes == ["job.goes_on"]
    assert second <= third.evidence_from < second + 60


def turned(item: MqttMessage, number: int) -> MqttMessage:
    body = json.loads(item.payload)
    spec = body["dataProcessingSpecification"]
    places = {m["formula"]: m["publishIndex"] for m in spec["measurements"] if m.get("formula")}
    for source in spec["dataSources"]:
        bus = source["busAddress"]
        if places.get(f"${bus['serialNumber']}/{bus['inputIndex']}$") == number:
            source["reversed"] = not source["reversed"]
    return MqttMessage(item.at, item.topic, json.dumps(body).encode(), 0, True)


def test_a_setting_changed_meanwhile_is_told_and_its_channel_is_judged_anew(home: House) -> None:
    first = home.run().watch(500)
    said = first.verdicts
    first.leave()
    topic = next(topic for topic in home.retained if topic.endswith("channelConfigV2"))
    home.retained[topic] = turned(home.retained[topic], 6)
    again = home.run().watch(2)
    assert again.codes == ["job.goes_on", "job.changed"]
    assert again.told[1].params == {"count": 1, "inputs": (6,)}
    assert again.verdicts[6] in WAITING
    assert {n: v for n, v in again.verdicts.items() if n != 6 and v == "ok"} == {
        n: v for n, v in said.items() if n != 6 and v == "ok"
    }


@pytest.mark.parametrize("jump", [-7200.0, 5 * 3600.0])
def test_a_clock_that_was_set_meanwhile_starts_anew(home: House, jump: float) -> None:
    home.run().watch(200).leave()
    home.clock.now = home.monitor.time + jump
    link = FakeLink(home.clock)
    visit = JobVisit(home.jobs, clock=home.clock)
    session = Session(link, keep=visit)
    for item in home.retained.values():
        link.queue.append(MqttMessage(home.clock.now, item.topic, item.payload, 0, True))
    session.poll()
    told = visit.look(session)
    assert not session.recalling
    assert [fact.code for fact in told] == ["job.anew"]


def test_two_programs_at_once_keep_one_record(home: House) -> None:
    first = home.run().watch(20)
    second = home.run().watch(20)
    assert second.codes[0] == "errors.told"
    assert "another window" in tr("job.busy").lower()
    assert second.visit.job is None
    assert len(second.verdicts) > 5  # it watches all the same
    second.leave()
    first.leave()
    assert len({piece.run for piece in pieces(home.jobs.all()[0].recording)}) == 1


def test_without_a_recording_nothing_is_gone_on_with_but_the_job_is_kept(home: House) -> None:
    home.run(record=False).watch(60).leave()
    (job,) = home.jobs.all()
    assert pieces(job.recording) == []
    assert job.last_report() is not None
    assert home.run(record=False).watch(2).codes == ["job.anew"]


def test_judged_anew_by_wish_stays_so_after_a_restart(home: House) -> None:
    first = home.run().watch(500)
    assert first.verdicts[6] == "reversed"
    moved = home.monitor.time
    first.visit.judge_anew(first.session)
    first.look().watch(5)
    assert first.verdicts[6] in WAITING
    assert first.session.site.settings  # type: ignore[union-attr]  # the configuration is still known
    first.leave()
    again = home.run().watch(5)
    assert again.codes == ["job.goes_on"]
    assert again.verdicts[6] in WAITING
    assert moved <= again.evidence_from < moved + 5


def feed(visit: JobVisit, session: Session, items: Iterable[MqttMessage]) -> None:
    for item in items:
        session.process(item)
        visit.look(session)


def test_each_location_has_a_job_of_its_own(tmp_path: Path) -> None:
    clock, other = Clock(p.START + 30), uuids(1)[0]
    visit = JobVisit(Jobs(tmp_path), clock=clock)
    session = Session(FakeLink(clock), wanted=p.UUID, keep=visit)
    feed(visit, session, sorted([*house(20), *house(20, uuid=other)], key=lambda item: item.at))
    assert visit.job is not None
    visit.job.state.typed["customer"] = "Jo Claes"
    session.wanted = other
    visit.look(session)
    assert visit.job.state.uuid == other
    assert visit.job.state.typed == {}
    visit.close(session)
    kept = {job.state.uuid: job for job in Jobs(tmp_path).all()}
    assert set(kept) == {p.UUID, other}
    assert kept[p.UUID].state.typed == {"customer": "Jo Claes"}
    for uuid, job in kept.items():
        said = [item for item in items_of(pieces(job.recording)) if isinstance(item, MqttMessage)]
        assert len(said) >= 20
        assert {item.topic.split("/")[1] for item in said} == {uuid}


@pytest.mark.parametrize("named", [False, True])
def test_who_measures_now_is_shown_and_not_who_is_only_remembered(home: House, named: bool) -> None:
    home.run().watch(60).leave()
    again = home.run()
    remembered = again.session.site
    assert remembered is not None
    assert remembered.quality.live
    if named:
        again.session.wanted = remembered.uuid
    for item in house(5, start=home.clock.now):
        again.link.queue.append(item)
        again.look()
    assert again.session.site is not None
    assert again.session.site.uuid == (remembered.uuid if named else p.UUID)
    assert [site.uuid for site in again.session.speaking] == ([] if named else [p.UUID])
    again.watch(3)  # both speak: the one with the most inputs, as ever
    assert again.session.site.uuid == remembered.uuid


def test_where_something_was_lost_before_it_was_clear_who_is_shown_nothing_is_recalled(tmp_path: Path) -> None:
    clock = Clock(p.START + 30)
    first = JobVisit(Jobs(tmp_path), clock=clock)
    session = Session(FakeLink(clock), keep=first)
    feed(first, session, house(20))
    first.close(session)
    visit = JobVisit(Jobs(tmp_path), clock=clock)
    session = Session(FakeLink(clock), keep=visit)
    for item in house(EARLY + 10, start=p.START + 25):
        session.process(item)
    assert [fact.code for fact in visit.look(session)] == ["job.anew_crowded"]
    assert not session.recalling
    assert visit.beginning == "anew"


def test_what_a_flood_sends_before_a_location_is_known_is_not_all_held(tmp_path: Path) -> None:
    visit = JobVisit(Jobs(tmp_path), clock=Clock(p.START))
    for number in range(300):
        visit(MqttMessage(p.START, f"servicelocation/{number}/realtime", bytes(1_000_000)))
        visit(MqttMessage(p.START, f"servicelocation/{number}/config", bytes(900_000)))
    held = [*visit._early, *(("", item) for one in visit._standing.values() for item in one.messages())]
    assert sum(len(item.payload) for _, item in held) < 50_000_000


def test_a_full_disk_is_told_once_and_the_watch_goes_on(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run = home.run().watch(20)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("smappee_tui.app.visit.jobs.write_atomically", full)
    for _ in range(3):
        run.watch(30)
        run.visit.save()
    assert run.codes == ["job.begun", "errors.told"]
    run.leave()


def test_another_monitor_under_the_same_uuid_is_judged_anew(home: House) -> None:
    home.run().watch(60).leave()
    topic = next(topic for topic in home.retained if topic.endswith("/config"))
    body = json.loads(home.retained[topic].payload)
    body["serialNumber"] = "5010777777"
    home.retained[topic] = MqttMessage(home.monitor.time, topic, json.dumps(body).encode(), 0, True)
    again = home.run()
    assert again.codes == ["job.anew"]
    assert again.visit.job is not None
    assert again.visit.job.state.serial == "5010777777"


def test_a_recording_that_cannot_go_on_is_told_and_the_watch_goes_on(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = home.run().watch(20)

    def full(self: FileIO, data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("smappee_tui.connect.recording.recorder.FileIO", type("Full", (FileIO,), {"write": full}))
    run.visit._recorder._begun -= 10_000  # type: ignore[union-attr]  # time for the next piece
    run.watch(20)
    monkeypatch.undo()
    assert run.codes == ["job.begun", "job.not_recorded"]
    assert run.session.site.quality.realtime == 40  # type: ignore[union-attr]
    run.leave()
