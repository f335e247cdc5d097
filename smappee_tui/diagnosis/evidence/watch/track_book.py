"""Fills every channel's `Track` from stretches of seconds: noise, jumps, and the plateaus it comes to rest on."""

from __future__ import annotations

import math

import numpy as np

from smappee_tui.diagnosis.evidence.watch.stretch import AMPS, VOLT_AMPERES, WATTS, Stretch
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.watch.tracks import BLOCK, WINDOW, Track

LEAST_RUNNING = 100.0
"""VA from which on a channel counts as running."""
LEAST_JUMP = 150.0
"""W."""
FOLLOWS = np.array([[0.06], [0.03]])
"""Share of a new change by which noise and restlessness follow."""
CLIPPED, AT_LEAST = np.array([[3.0], [4.0]]), np.array([[2.0], [10.0]])
"""A step counts as no more than so many times the noise and so many W, so that the noise follows slowly."""


class TrackBook:
    """The tracks of a watch, and the last readings of each channel, whenever they came."""

    def __init__(self, tracks: dict[int, Track]) -> None:
        """Fill these tracks; one that somebody took out or exchanged begins anew."""
        self._tracks = tracks
        self._place: dict[int, int] = {}
        self._of: list[Track] = []
        self._past: Array = np.empty((3, WINDOW, 0))

    def before(self, inputs: tuple[int, ...]) -> Array:
        """Quantities x `WINDOW` x channels: the last readings of each; NaN where there were not so many."""
        fresh = [number for number in inputs if number not in self._place]
        if fresh:
            self._past = np.concatenate([self._past, np.full((3, WINDOW, len(fresh)), math.nan)], axis=2)
            for number in fresh:
                self._place[number] = len(self._of)
                self._of.append(self._tracks.setdefault(number, Track()))
        for number in inputs:
            track = self._tracks.get(number)
            place = self._place[number]
            if track is None:
                track = self._tracks[number] = Track()
            if self._of[place] is not track:
                self._of[place] = track
                self._past[:, :, place] = math.nan
        return self._past[:, :, [self._place[number] for number in inputs]]

    def exchange(self, number: int, track: Track) -> None:
        """Go on with another track; the last readings are its own as well."""
        self._tracks[number] = self._of[self._place[number]] = track

    def fill(self, stretch: Stretch, most: int) -> tuple[int, list[int]]:
        """Take a stretch, at most so many seconds of it, and none after the second before one with a turned load.

        Returns:
            How many seconds were taken, and whose load was turned in the only one.
        """
        tracks = [self._tracks[number] for number in stretch.inputs]
        means, spread, rests = _blocks(stretch)
        due: list[tuple[int, int]] = []
        for column, (track, flags) in enumerate(zip(tracks, rests.T.tolist(), strict=True)):
            row = max(0, BLOCK - track.block - 1)
            while (row := _next(flags, row)) < most:
                due.append((row, column))
                row += BLOCK
        due.sort()
        turned = []
        newest = dict.fromkeys(range(len(tracks)), -1)
        at = tuple(np.array(due, dtype=int).reshape(-1, 2).T)
        told = zip(due, means[:, at[0], at[1]].T.tolist(), spread[at].tolist(), strict=True)
        for (row, column), (watts, sizes, amps), wide in told:
            if row >= most:
                break
            track = tracks[column]
            plateau = track.known(watts, sizes)
            if plateau is not None:
                plateau.again(watts, sizes, amps, wide)
            else:
                if track.turns == 0 and track.mirrored(watts, sizes):
                    if row > 0:
                        most = row
                        break
                    most = 1
                    turned.append(stretch.inputs[column])
                track.rest(watts, sizes, amps, wide)
            newest[column] = row
        self._count(stretch, tracks, most)
        for column, track in enumerate(tracks):
            track.block = most - 1 - newest[column] if newest[column] >= 0 else track.block + most
        self._past[:, :, [self._place[n] for n in stretch.inputs]] = stretch.values[:, most : most + WINDOW]
        return most, turned

    def _count(self, stretch: Stretch, tracks: list[Track], seconds: int) -> None:
        values = stretch.values[:, WINDOW - 1 : WINDOW + seconds]
        size = np.abs(values[WATTS])
        change = np.abs(values[WATTS, 1:] - values[WATTS, :-1])
        # From or to next to nothing, and all but at once: no inverter starts so, and no cloud moves so.
        jumps = (change > LEAST_JUMP) & (np.minimum(size[1:], size[:-1]) < 0.15 * change)
        noise = np.array([[t.noise for t in tracks], [t.restless for t in tracks]])
        longer = np.abs(stretch.moved[WATTS, :seconds])
        longer = np.where(np.isnan(stretch.values[WATTS, 1 : 1 + seconds]), math.nan, longer)
        changes = np.stack([change, longer], axis=1)
        whole = not np.isnan(changes).any()
        wide = [np.repeat(one, len(tracks), axis=1) for one in (FOLLOWS, CLIPPED, AT_LEAST)]
        follows, clipped, least = wide  # of full width they cost half
        for row in changes:
            away = clipped * noise
            away += least
            np.minimum(away, row, out=away)
            away *= 1.25
            away -= noise
            away *= follows
            noise += away if whole else np.where(np.isnan(away), 0.0, away)
        amps = values[AMPS, 1:]
        runs = values[VOLT_AMPERES, 1:] >= LEAST_RUNNING  # NaN does not
        while_on = np.where(runs, values[:, 1:], 0.0).sum(1)
        columns = (
            noise[0],
            noise[1],
            jumps.sum(0),
            amps.max(0),
            (amps >= 0.5).sum(0),
            values[WATTS, -1],
            values[VOLT_AMPERES, -1],
            runs.sum(0),
            while_on[WATTS],
            while_on[VOLT_AMPERES],
            while_on[AMPS],
        )
        for track, now in zip(tracks, zip(*(c.tolist() for c in columns), strict=True), strict=True):
            track.noise, track.restless, jumped, most, busy, track.watts, track.volt_amperes, *sums = now
            track.running = [a + b for a, b in zip(track.running, sums, strict=True)]
            track.jumps += jumped
            track.most_amps = max(track.most_amps, most)
            track.busy += busy
            track.count += seconds


def _blocks(stretch: Stretch) -> tuple[Array, Array, Array]:
    """Of the block that ends with each row: means of all quantities, spread of the current, and whether it rested."""
    count, first = len(stretch), WINDOW - BLOCK + 1
    windows = [stretch.values[:, first + k : first + k + count] for k in range(BLOCK)]
    means: Array = sum(windows[1:], windows[0]) / BLOCK
    spread = np.sqrt(sum((w[::2] - means[::2]) ** 2 for w in windows) / BLOCK)
    rests = (means[AMPS] >= 0.05) & (spread[0] <= np.maximum(8.0, 0.12 * means[VOLT_AMPERES]))
    return means, spread[1], rests


def _next(flags: list[bool], row: int) -> int:
    try:
        return flags.index(True, row)
    except ValueError:
        return len(flags)
