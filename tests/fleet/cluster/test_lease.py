"""Who may judge and write: shares, leases that expire, and a fence that stops whoever slept through his."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("nats")

from nats.errors import Error

from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.cluster.engine import BUCKET, STATE, Terms, connect, prepare
from smappee_tui.fleet.cluster.lease import Leases
from smappee_tui.fleet.cluster.store import Kept, LostError, PartitionStore
from smappee_tui.protocol.fact import fact
from tests.fleet.cluster.conftest import NatsServer


class Stopwatch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_workers_share_the_partitions_and_who_comes_gets_his_part(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    assert await prepare(js, Terms(partitions=7)) == 7
    assert await prepare(js, Terms()) == 7  # as it was set up
    with pytest.raises(ExternalError) as refused:
        await prepare(js, Terms(partitions=3))
    assert refused.value.what == fact("cluster.other_partitions", count=7, wanted=3)
    stopwatch = Stopwatch()
    one, two = (Leases(js, name, 7, 60, stopwatch=stopwatch) for name in ("one", "two"))
    try:
        assert await one.renew() == frozenset()
        assert await one.share() == 7
        assert sorted(await one.take(7)) == list(range(7))

        await two.renew()
        assert {await one.share(), await two.share()} == {3, 4}
        assert await two.take(4) == []  # all are held
        for partition in (2, 5):
            await one.give_back(partition)
        assert sorted(await two.take(4)) == [2, 5]
        assert await one.renew() == await two.renew() == frozenset()
        assert one.held & two.held == frozenset()

        assert one.holds(3)
        stopwatch.now += 61.0  # it slept
        assert not one.holds(3)
        await one.leave()
        assert await two.share() == 7
        assert sorted(await two.take(7)) == [0, 1, 3, 4, 6]
    finally:
        await client.close()


async def test_who_lost_a_partition_can_write_nothing_more(nats_server: NatsServer) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    await prepare(js, Terms(partitions=2))
    strange = "a.b c/ü"
    try:
        old = await PartitionStore.seize(js, 1, "old")
        await old.save({"house": Kept(10, 0, (), b"first"), strange: Kept(11, 1, (b"{}",), b"\0")})
        await old.reached(11)
        new = await PartitionStore.seize(js, 1, "new")
        assert await new.load() == (11, {"house": Kept(10, 0, (), b"first"), strange: Kept(11, 1, (b"{}",), b"\0")})
        with pytest.raises(LostError):
            await old.save({"house": Kept(12, 0, (), b"late")})
        with pytest.raises(LostError):
            await old.reached(12)
        await new.save({"house": Kept(13, 0, (), b"second")})
        other = await PartitionStore.seize(js, 0, "other")  # another partition is another matter
        await new.reached(13)
        assert await other.load() == (0, {})
        assert (await new.load())[1]["house"].state == b"second"
        await new.forget([strange])
        assert list((await new.load())[1]) == ["house"]
    finally:
        await client.close()


class Mute:
    """What is read from, where nothing comes."""

    async def fetch(self, batch: int, timeout: float) -> list[Any]:
        raise TimeoutError

    async def unsubscribe(self) -> None:
        """Nothing was."""


async def test_what_expires_while_it_is_read_is_not_waited_for(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connect(nats_server.address, "test")
    js = client.jetstream()
    bind = js.pull_subscribe_bind
    try:
        await prepare(js, Terms(partitions=1))
        store = await PartitionStore.seize(js, 0, "one")
        await store.keep(("house", begun, b"an hour") for begun in (3600, 7200, 10800))

        async def later(**words: Any) -> Any:
            await js.purge_stream(STATE, subject=f"$KV.{BUCKET}.hour.0.house.7200")
            return await bind(**words)

        async def never(**_: Any) -> Any:
            await js.purge_stream(STATE, subject=f"$KV.{BUCKET}.hour.0.house.{expires}")
            return Mute()

        monkeypatch.setattr(js, "pull_subscribe_bind", later)
        assert await store.hours("house") == {3600: b"an hour", 10800: b"an hour"}
        monkeypatch.setattr(js, "pull_subscribe_bind", never)
        expires = "3600"
        with pytest.raises(Error):  # what is there and does not come is no reason to go on with half of it
            await store.hours("house")
        expires = "10800"
        assert await store.hours("house") == {}
    finally:
        await client.close()


class Faltering:
    """JetStream with a bucket that answers so many times, and then for once does not."""

    def __init__(self, answers: int) -> None:
        self._left = answers

    async def key_value(self, bucket: str) -> Faltering:
        return self

    async def create(self, key: str, value: bytes, msg_ttl: float) -> int:
        from nats.errors import TimeoutError as NatsTimeoutError

        self._left -= 1
        if self._left == -1:
            raise NatsTimeoutError
        return 7


async def test_what_was_taken_before_an_answer_failed_is_worked_on() -> None:
    """Held and renewed, but known to nobody, it would be judged by nobody."""
    from nats.errors import Error

    leases = Leases(Faltering(2), "one", 4, 60, stopwatch=Stopwatch())  # type: ignore[arg-type]
    taken = await leases.take(4)
    assert len(taken) == 2
    assert leases.held == {*taken}
    assert sorted([*taken, *await leases.take(2)]) == [0, 1, 2, 3]
    nobody = Leases(Faltering(0), "one", 4, 60, stopwatch=Stopwatch())  # type: ignore[arg-type]
    with pytest.raises(Error):
        await nobody.take(4)
