"""What a watch learnt, as bytes: a later watch of the same site goes on from it, and nothing is judged from zero.

Plain data in a form with a version: numbers of 32 bits, compressed. What belongs to seconds only (a step that waits for
what follows it, an operator's mark, the utility's meter) is not in it: hours lie between two watches.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState
from smappee_tui.diagnosis.evidence.inverter_response import InverterVoltageResponse
from smappee_tui.diagnosis.evidence.pair_steps import PairStep
from smappee_tui.diagnosis.evidence.record import Evidence, Reach
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.sums.duplicates import Pair
from smappee_tui.diagnosis.evidence.supply import SupplyWatch, VoltageRange
from smappee_tui.diagnosis.evidence.watch.collector import EvidenceCollector
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.watch.tracks import Track
from smappee_tui.diagnosis.evidence.wire_events import LAGS, Event
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, DELTA_NEUTRAL, SINGLE, STAR
from smappee_tui.protocol.messages import ChannelSetting

VERSION = 1
"""Rises with every change of what is written; what was written by another version is not read."""
MOST_BYTES = 1_000_000
"""Bytes that it may unpack to; a quarter of an hour of 80 channels takes half of them."""
GEOMETRIES = (STAR, SINGLE, DELTA_LINE, DELTA_NEUTRAL)
APART = 1000
"""Seconds that are counted between two watches: nothing of one is a neighbour of the other."""


class UnreadableEvidenceError(Exception):
    """Bytes that this version did not write, or that somebody changed."""


class _Table(msgspec.Struct, array_like=True):
    """An array of numbers."""

    shape: tuple[int, ...]
    numbers: bytes
    """32 bits each."""


class _Event(msgspec.Struct, array_like=True):
    number: int
    steps: dict[int, Step]
    alone: tuple[int, ...]


class CarriedRecord(msgspec.Struct):
    """One `Evidence`."""

    geometry: str
    settings: dict[int, ChannelSetting]
    inputs: tuple[int, ...]
    """Columns of the tables."""
    count: int
    samples: int
    first_at: float | None
    signed_votes: int
    volt_noise: float
    lone_load_steps: int
    tracks: dict[int, Track]
    steps: dict[int, list[Step]]
    load_steps: dict[int, list[LoadStep]]
    steady_states: list[SteadyState]
    pairs: list[PairStep]
    movers: list[tuple[tuple[int, ...], int]]
    duplicates: list[tuple[int, int, int, int]]
    """Two circuits, and how often they stepped together and apart."""
    inverters: dict[int, _Table]
    rests: _Table
    when: _Table
    events: list[_Event]
    changes: _Table
    """Channels x events x lags: neighbours in a row are alike, which makes them small."""
    moments: _Table
    flicker: list[_Table]


class CarriedSupply(msgspec.Struct):
    """A `SupplyWatch`. Of the voltages only that they are there: how high they are is judged anew."""

    means: tuple[float | None, float | None, float | None]
    one_voltage: bool
    star_votes: int
    delta_votes: int
    balance_negative: int
    samples: int
    ratios: dict[int, tuple[float, float]]
    star: bool


class _Head(msgspec.Struct):
    version: int


class Carried(msgspec.Struct):
    """What one judge learnt."""

    version: int
    supply: CarriedSupply
    records: list[CarriedRecord]
    """One a way of measuring that is still possible."""


def carried(supply: SupplyWatch, collectors: Sequence[EvidenceCollector]) -> bytes:
    """What was learnt of the supply and of the channels, as bytes; one collector a way of measuring still possible."""
    for collector in collectors:
        collector.catch_up()
    whole = Carried(VERSION, _supply(supply), [_record(collector.record) for collector in collectors])
    return zlib.compress(msgspec.msgpack.encode(whole), 2)


def resumed(data: bytes, reach: Reach, weight: float) -> tuple[SupplyWatch, list[EvidenceCollector]]:
    """Go on from what was carried.

    Args:
        data: as `carried` gave it. The configuration of then goes with it: what does not hold under the one of now is
            dropped as soon as that is told.
        reach: how much is kept.
        weight: what it counts beside what will be seen, 0 to 1: things that add up are weighed so much.

    Raises:
        UnreadableEvidenceError: another version wrote it, or it is damaged.
    """
    known, collectors = _unpacked(data), []
    for record in known.records:
        geometry = next((one for one in GEOMETRIES if one.name == record.geometry), None)
        if geometry is None:
            raise UnreadableEvidenceError
        collectors.append(EvidenceCollector(geometry, reach))
        _restore(collectors[-1].record, record, weight)
    if not collectors:
        raise UnreadableEvidenceError
    return _supply_of(known.supply), collectors


def _unpacked(data: bytes) -> Carried:
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(data, MOST_BYTES)
        if not unpacker.eof or msgspec.msgpack.decode(plain, type=_Head).version != VERSION:
            raise UnreadableEvidenceError
        return msgspec.msgpack.decode(plain, type=Carried)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEvidenceError from error


def _record(evidence: Evidence) -> CarriedRecord:
    inputs = evidence.timeline.inputs
    rests, when = evidence.rests.export(len(inputs))
    wide = len(inputs)
    changes = np.full((len(evidence.wires.events), len(LAGS), wide), np.nan)
    for row, event in enumerate(evidence.wires.events):
        changes[row, :, : event.changes.shape[1]] = event.changes
    return CarriedRecord(
        geometry=evidence.geometry.name,
        settings=evidence.settings,
        inputs=inputs,
        count=evidence.timeline.count,
        samples=evidence.samples,
        first_at=evidence.first_at,
        signed_votes=evidence.signed_votes,
        volt_noise=evidence.volt_noise,
        lone_load_steps=evidence.lone_load_steps,
        tracks=evidence.tracks,
        steps=evidence.steps,
        load_steps=evidence.grid.load_steps,
        steady_states=evidence.grid.steady_states,
        pairs=evidence.pairs.steps,
        movers=list(evidence.movers.items()),
        duplicates=[(a, b, pair.together, pair.apart) for (a, b), pair in evidence.duplicates.pairs.items()],
        inverters={n: _table(np.array(one.changes)) for n, one in evidence.inverter_responses.items() if one.changes},
        rests=_table(rests.transpose(2, 1, 0)),
        when=_table(when),
        events=[_Event(event.number, event.steps, tuple(event.alone)) for event in evidence.wires.events],
        changes=_table(changes.transpose(2, 0, 1)),
        moments=_table(evidence.wires.export(wide).transpose(2, 0, 1)),
        flicker=[_table(one) for one in evidence.flicker.export()],
    )


def _restore(evidence: Evidence, known: CarriedRecord, weight: float) -> None:
    """Let a fresh record go on from it."""
    wide = len(known.inputs)
    evidence.configure(known.settings)
    count = known.count + APART
    evidence.timeline.restore(known.inputs, count)
    rests, when = _array(known.rests, wide, 4, None).transpose(2, 1, 0), _array(known.when, None, 4)
    changes = _array(known.changes, wide, len(known.events), len(LAGS)).transpose(1, 2, 0)
    moments = _array(known.moments, wide, None, len(LAGS)).transpose(1, 2, 0)
    if len(rests) != len(when):
        raise UnreadableEvidenceError
    evidence.rests.restore(rests, when, count)
    evidence.wires.restore(
        [Event(e.number, c, e.steps, frozenset(e.alone)) for e, c in zip(known.events, changes, strict=True)], moments
    )
    evidence.flicker.restore([_array(one) for one in known.flicker], weight)
    evidence.samples, evidence.first_at = known.samples, known.first_at
    evidence.signed_votes, evidence.volt_noise = known.signed_votes, known.volt_noise
    evidence.lone_load_steps = known.lone_load_steps
    for number, track in known.tracks.items():
        evidence.tracks[number] = _faded(track, weight)
    evidence.steps = known.steps
    evidence.grid.load_steps = known.load_steps
    evidence.grid.steady_states = [replace(one, seconds=weight * one.seconds) for one in known.steady_states]
    evidence.pairs.steps = known.pairs
    evidence.movers = dict(known.movers)
    evidence.duplicates.pairs = {(a, b): Pair(together, apart) for a, b, together, apart in known.duplicates}
    for number, table in known.inverters.items():
        response = evidence.inverter_responses[number] = InverterVoltageResponse(evidence.reach.responses)
        response.changes.extend((a, b, c, d) for a, b, c, d in _array(table, None, 4).tolist())


def _supply(watch: SupplyWatch) -> CarriedSupply:
    first, second, third = (seen.mean for seen in watch.ranges)
    ratios, star = watch.learnt
    return CarriedSupply(
        (first, second, third),
        watch.one_voltage,
        watch.star_votes,
        watch.delta_votes,
        watch.balance_negative,
        watch.samples,
        ratios,
        star,
    )


def _supply_of(known: CarriedSupply) -> SupplyWatch:
    first, second, third = (
        VoltageRange() if mean is None else VoltageRange(1, mean, mean, mean) for mean in known.means
    )
    watch = SupplyWatch(
        (first, second, third),
        known.one_voltage,
        known.star_votes,
        known.delta_votes,
        known.balance_negative,
        known.samples,
    )
    watch.learn(known.ratios, star=known.star)
    return watch


def _faded(track: Track, weight: float) -> Track:
    if weight >= 1:
        return track
    for plateau in track.plateaus:
        plateau.seconds = max(1.0, weight * plateau.seconds)
    track.running = [weight * one for one in track.running]
    return track


def _table(values: Array) -> _Table:
    return _Table(values.shape, np.ascontiguousarray(values, dtype="<f4").tobytes())


def _array(table: _Table, *shape: int | None) -> Array:
    """The numbers again; where a shape is told, they must have it, None is any."""
    fits = not shape or (
        len(shape) == len(table.shape) and all(a in (b, None) for a, b in zip(shape, table.shape, strict=True))
    )
    numbers = np.frombuffer(table.numbers, dtype="<f4") if len(table.numbers) % 4 == 0 else None
    if not fits or numbers is None or min(table.shape, default=0) < 0 or numbers.size != np.prod(table.shape):
        raise UnreadableEvidenceError
    return numbers.reshape(table.shape).astype(np.float64)
