"""What was lost is said: in `check`, on the screen, in the report."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from smappee_tui.app.watch import LinkCounts
from smappee_tui.cli.check.text import check_text
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.protocol.meter import TOPIC as METER
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.report.compose.document import build
from smappee_tui.report.metadata import ReportMetadata
from tests import payloads as p
from tests.cli.made import house, seen_of
from tests.tui.live.test_states import STATES
from tests.tui.scene import open_screen, text

CUT = [*house(20), *house(20, start=p.START + 50)[7:]]


def test_check_says_it_in_a_line() -> None:
    seen = seen_of(CUT)
    assert "Not whole: 31 s without measurements" in " ".join(check_text(seen).split())
    counts = LinkCounts(reconnects=2, dropped=Dropped(unknown=5, realtime=1, lasting=2))
    told = " ".join(check_text(replace(seen, link=counts)).split())
    for words in ("came back 2 times", "1 measurement dropped", "2 other messages", "5 messages of unread topics"):
        assert words in told
    assert "Not whole" not in check_text(seen_of(house()))


async def test_the_screen_says_it() -> None:
    scene = STATES["live"]()
    scene.link.state = SourceState("connected", scene.clock(), reconnects=2)
    scene.link.dropped = Dropped(realtime=7, unknown=9)
    scene.session.site.quality.silent = 33.4  # type: ignore[union-attr]
    async with open_screen(scene, (160, 40)):
        title = text(scene.app).splitlines()[1]
    for words in ("33 s missing", "2 reconnects", "7 dropped", "9 of unread topics dropped"):
        assert words in title


def test_the_report_says_it() -> None:
    seen = seen_of(CUT)
    who = ReportMetadata(generated_at=p.START, missing=51.5, reconnects=2, dropped=7)
    report = build(seen.site, seen.judgement, who)
    method = msgspec.to_builtins(report)["method"]
    assert (method["missing_seconds"], method["reconnects"], method["dropped"]) == (51.5, 2, 7)


def test_an_awaited_configuration_is_named_by_its_topic() -> None:
    for dialect in p.DIALECTS:
        seen = seen_of([item for item in house(dialect=dialect) if "hannelConfig" not in item.topic])
        assert p.topic(p.channel_topic(dialect)) in "".join(check_text(seen, columns=120).split("\n"))


async def test_a_configuration_that_cannot_be_read_is_called_so() -> None:
    scene = STATES["waiting for configuration, infinity"]()
    topic = scene.house.channels()[0]  # type: ignore[union-attr]
    async with open_screen(scene, (120, 40)):
        assert "Waiting for the configuration" in text(scene.app)
    scene = STATES["waiting for configuration, infinity"]()
    scene.put((topic, b'{"dataProcessingSpecification": 7}'))
    async with open_screen(scene, (120, 40)):
        assert "came and cannot be read" in text(scene.app)


async def test_a_damaged_reading_of_the_meter_counts_as_what_could_not_be_read() -> None:
    scene = STATES["live"]()
    scene.session.process(MqttMessage(scene.clock(), METER, b'{"watts": "?"}'))
    async with open_screen(scene, (160, 40)):
        site = scene.session.site
    assert site is not None
    assert (site.quality.bad, [one.what.code for one in site.quality.problems]) == (1, ["messages.unreadable"])
