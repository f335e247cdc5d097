"""The tracer as a program has it: fed from a session, and the list of breakers that it collects, kept in the job."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from smappee_tui.app.visit.jobs import CIRCUITS
from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.diagnosis.tracing.board import Traced, traced
from smappee_tui.diagnosis.tracing.tracer import CircuitTracer, Tracing
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.compose.circuits import labels_of
from smappee_tui.site.sample import Sample

if TYPE_CHECKING:
    from smappee_tui.app.guided.demo_heater import Socket
    from smappee_tui.app.session import Session

MOST_CIRCUITS = 400
LONGEST_LABEL = 60
_LARGEST = 2_000_000
_NO_LOAD = 1e9
"""W that no breaker carries."""
_NO_CALENDAR = 4e9
"""Seconds since 1970: a time beyond is a damaged one."""


class _File(msgspec.Struct, kw_only=True):
    """What `circuits.json` holds."""

    schema: Literal["smappee-tui/circuits/1"] = "smappee-tui/circuits/1"
    circuits: list[Traced] = []


class CircuitList:
    """Breakers by name, in the order in which they were traced. A name traced again takes the place of the old one."""

    def __init__(self, folder: Path | None = None) -> None:
        """Begin, or go on.

        Args:
            folder: of the job that keeps it; None: it is kept while the program runs.
        """
        self._path = None if folder is None else folder / CIRCUITS
        self.aside: Path | None = None
        """Where a file is that nobody could read."""
        self.circuits: list[Traced] = []
        if self._path is None:
            return
        found = _read(self._path)
        if found is None:
            with contextlib.suppress(OSError):  # not ours to read: put aside rather than written over
                self.aside = self._path.replace(self._path.with_name(f"{CIRCUITS}.broken"))
        self.circuits = found or []

    @classmethod
    def kept(cls, folder: Path) -> list[Traced]:
        """What a job keeps, to look at only; nothing where there is none that can be read."""
        return _read(folder / CIRCUITS) or []

    def take(self, breaker: str, tracing: Tracing) -> Traced | None:
        """Keep what was found under a breaker's name; None where there is nothing to keep or no name.

        Raises:
            CannotWriteError: when it cannot be written; it stays in memory.
        """
        label = " ".join(breaker.split())[:LONGEST_LABEL]
        if not label or tracing.found is None:
            return None
        made = traced(label, tracing.found, tracing.stage == "sure")
        self.drop(label)
        self.circuits = [*self.circuits, made][-MOST_CIRCUITS:]
        self.save()
        return made

    def rename(self, old: str, new: str) -> None:
        """Another name for a breaker.

        Raises:
            CannotWriteError: as `take`.
        """
        label = " ".join(new.split())[:LONGEST_LABEL]
        if label and label != old:
            kept = [one for one in self.circuits if one.breaker != label]
            self.circuits = [replace(one, breaker=label) if one.breaker == old else one for one in kept]
            self.save()

    def drop(self, breaker: str) -> None:
        """Forget a breaker; `save` makes it last."""
        self.circuits = [one for one in self.circuits if one.breaker != breaker]

    def save(self) -> None:
        """Keep it.

        Raises:
            CannotWriteError: when it cannot be written.
        """
        if self._path is None:
            return
        try:
            write_atomically(
                self._path, msgspec.json.format(msgspec.json.encode(_File(circuits=self.circuits)), indent=1)
            )
        except OSError as error:
            raise CannotWriteError(
                fact("job.unwritable", path=str(self._path.parent), why=error.strerror or str(error)),
                fact("tracer.kept_in_memory"),
            ) from error


def _read(path: Path) -> list[Traced] | None:
    """The list of a file; None where there is a file that nobody can read."""
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(_LARGEST), type=_File).circuits
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    good = (one for one in found if one.breaker.strip() and 0 <= one.at < _NO_CALENDAR and abs(one.watts) < _NO_LOAD)
    return list(itertools.islice(good, MOST_CIRCUITS))


class TracerDesk:
    """One location's tracer and its list, which outlive their screen."""

    def __init__(self, circuits: CircuitList, uuid: str) -> None:
        """Begin.

        Args:
            circuits: the list, as far as there is one.
            uuid: the location; no other one is heard.
        """
        self.tracer = CircuitTracer()
        self.circuits, self.uuid = circuits, uuid
        self.warned = False
        """The words on safety were shown."""
        self.kept_as = ""
        """The breaker as which the present find is kept already; surer, it is kept again under the same name."""
        self.problem: CannotWriteError | None = None
        """Why the list could not be kept, until somebody was told."""
        self.hand: DemoBreaker | None = None
        """Switches breakers of a virtual house; None in a real one."""

    def arm(self) -> None:
        self.kept_as = ""
        self.tracer.arm()

    def name(self, breaker: str) -> bool:
        """Keep the present find under a name, or under another one than before; False where there is none."""
        label, old = " ".join(breaker.split())[:LONGEST_LABEL], self.kept_as
        if not label or self.tracer.state.found is None:
            return False
        if old:
            self.keep(lambda: self.circuits.rename(old, label))
        else:
            self.keep(lambda: self.circuits.take(label, self.tracer.state))
        self.kept_as = label
        return True

    def hear(self, session: Session) -> bool:
        """Take every second that has come since the last call; whether anything is different now."""
        judge, site = session.judge, session.site
        if judge is None or site is None or site.sample is None or site.uuid != self.uuid:
            return False
        before, evidence = self.tracer.state, judge.evidence
        newest: list[Sample] = list(evidence.recent) or [site.sample]
        for sample in newest:
            self.tracer.hear(sample, evidence)
        now = self.tracer.state
        if self.kept_as and now.stage == "sure" and before.stage != "sure":
            self.keep(lambda: self.circuits.take(self.kept_as, now))
        return now != before

    def keep(self, change: Callable[[], object]) -> None:
        """Change the list; that it cannot be written is told later and stops nobody."""
        try:
            change()
        except CannotWriteError as error:
            self.problem = error


def input_facts(numbers: tuple[int, ...], settings: Mapping[int, ChannelSetting]) -> tuple[Fact, ...]:
    """Inputs by number and name: "Input 7 'Oven'"."""
    found = []
    for number in numbers:
        setting = settings.get(number)
        name = setting.name.strip() if setting is not None else ""
        found.append(
            fact("tracer.input_named", number=number, name=name) if name else fact("tracer.input", number=number)
        )
    return tuple(found)


class DemoBreaker:
    """The hand that a demo lacks: one breaker after the other with a load behind it, not in the order of the inputs."""

    STEP, LEAST, MORE = 3, 700.0, 370.0
    """How many inputs further the next one is; W of the first load, and how much more the next one takes."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._count = 0
        self.at: int | None = None
        """The input, or -1 for a circuit that no CT sees, whose load runs now; None while none does."""

    def flip(self, settings: Mapping[int, ChannelSetting]) -> None:
        """Switch the load that runs off; else the next one on."""
        if self.at is not None:
            self._put(self.at, 0.0)
            self.at = None
            return
        places = [n for n, s in settings.items() if s.is_submeter and not s.unused] + [-1]
        self._count += 1
        self.at = places[self._count * self.STEP % len(places)]
        self._put(self.at, self.LEAST + self.MORE * (self._count % 5))

    def _put(self, place: int, watts: float) -> None:
        self._socket(None if place < 0 else place, 1 if place < 0 else 0, watts)


def write_labels(
    circuits: Sequence[Traced],
    settings: Mapping[int, ChannelSetting],
    folder: Path,
    site: str,
    now: float,
    words: Translator,
) -> Callable[[], Path]:
    """What writes the label sheet when it is called, on any thread; it gives the file.

    Args:
        circuits: in their order.
        settings: as configured.
        folder: made where it is not there.
        site: whose board it is; "" where nobody said.
        now: seconds since 1970.
        words: the language of the sheet.
    """
    labels = labels_of(circuits, settings)
    stamp = words.moment(now, "%Y-%m-%d-%H%M%S")

    def work() -> Path:
        """Raises CannotWriteError when the folder takes no files."""
        from smappee_tui.report.render.labels import render

        path = folder / f"labels-{stamp}.pdf"
        content = render(labels, site, now, words)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise CannotWriteError(
                fact("report.error.unwritable", folder=str(folder), why=error.strerror or str(error)),
                fact("report.error.unwritable_advice"),
            ) from error
        return path

    return work
