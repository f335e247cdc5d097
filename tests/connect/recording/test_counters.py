"""A counter in a recording for sharing counts as the original does and stands where nobody's meter stands."""

from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.connect.recording.counters import MOST_STRETCHES, Counters
from smappee_tui.connect.recording.redact import Redactor
from smappee_tui.protocol.realtime import read_realtime
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.counters import CounterWatch
from smappee_tui.site.quality import LinkQuality
from tests import payloads as p

steps = st.one_of(
    st.integers(0, 9_000),  # a second of a load
    st.just("restart"),
    st.just("slip"),
    st.just("leap"),
)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=4), st.lists(steps, min_size=1, max_size=7))
def test_restarts_and_slips_are_counted_as_in_the_original(begin: list[int], happens: list[int | str]) -> None:
    said = []
    told = [[*begin]]
    for number, step in enumerate(happens):
        last = told[-1]
        if isinstance(step, int):
            told.append([value + step + place for place, value in enumerate(last)])
        elif step == "restart":
            told.append([place for place, _ in enumerate(last)])
        else:
            odd = [(value + (5 + number) * 10**9) * (step == "leap") for value in last[:1]] + last[1:]
            told += [odd, last] if number % 2 else [odd]
    for redactor in (None, Redactor()):
        watch, quality = CounterWatch(), LinkQuality()
        for second, values in enumerate(told):
            rows = [{"ctInput": place, "importEnergy": value} for place, value in enumerate(values)]
            item = MqttMessage(p.START + second, p.topic("realtime"), p.raw({"channelPowers": rows}))
            item = item if redactor is None else redactor.redact(item)
            watch.take(read_realtime(item.topic, item.payload), item.at, quality)
        said.append((quality.restarts, quality.glitches))
    assert said[0] == said[1]


def test_it_begins_at_two_digits_and_goes_on_as_it_does() -> None:
    counters = Counters()
    assert [counters.of(0, value, 1.0) for value in (0, 99_999, 100_123)] == [0, 99_999, 100_000]
    leapt = [counters.of(0, value, 1.0) for value in (2_004_000_025, 2_004_000_262, 100_124)]
    assert leapt == [2_000_000_000, 2_000_000_237, 100_001], "where it was before it is again"
    assert counters.of(1, 100_124, 1.0) == 100_000, "another input's is another"


def test_what_leaps_to_and_fro_is_no_counter() -> None:
    counters = Counters()
    made = [counters.of(0, 10**6 + 2 * 10**9 * place, 1.0) for place in range(MOST_STRETCHES + 2)]
    assert made[MOST_STRETCHES:] == [None, None]
    kept = [value for value in made if value is not None]
    assert kept == sorted(kept)
