"""Everything that a phone can ask for. What is no type of this file cannot be asked; `carry_out.py` does it.

None of it publishes to a monitor, changes a setting, shows a password or reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from smappee_tui.app.guided.plan import Answers
from smappee_tui.app.visit.photos import Picture


@dataclass(frozen=True, slots=True)
class BeginTest:
    """Both questions of the guided test are answered. The words on safety follow, unless they were accepted before."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class AcceptSafety:
    """The words on safety were read."""


@dataclass(frozen=True, slots=True)
class Switched:
    """He switched the load of the guided test."""

    at: float
    """When it was pressed, by this computer's clock in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Skip:
    """On with the next step."""

    place: str = ""
    """`GuidedStage.place` as it was shown: once that is left, by whomever, no other is left. "": whatever is now."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """This step again, or the one that was left last."""


@dataclass(frozen=True, slots=True)
class AdoptSize:
    """The load has the size that it showed (`GuidedStage.offered`)."""


@dataclass(frozen=True, slots=True)
class EndTest:
    """Show what is proved so far; the test can be gone on with."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Back from the result to the test."""


@dataclass(frozen=True, slots=True)
class ClampMoved:
    """The clamp of this input was moved or turned after its fault was found: prove it anew."""

    input: int


@dataclass(frozen=True, slots=True)
class ArmTracer:
    """He is about to switch a breaker."""


@dataclass(frozen=True, slots=True)
class StopTracer:
    """No more breakers: listen no longer."""


@dataclass(frozen=True, slots=True)
class NameBreaker:
    """What was found is kept under this name; asked again, under another one."""

    name: str


@dataclass(frozen=True, slots=True)
class TickLine:
    """A line of the correction sheet was done by hand, or was not after all."""

    input: int
    done: bool


@dataclass(frozen=True, slots=True)
class AddNote:
    """A note for the report."""

    input: int | None
    """None: of the board."""
    text: str
    """As typed; the first 500 characters are kept, as one line."""


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A photo for the report. `app.visit.photos.picture_of` makes the picture, on whatever thread has the time."""

    input: int | None
    picture: Picture


@dataclass(frozen=True, slots=True)
class DemoHand:
    """Switch the made-up load that the guided test or the tracer of a demo waits for; nothing anywhere else."""

    tracer: bool = False


Action = (
    BeginTest
    | AcceptSafety
    | Switched
    | Skip
    | Repeat
    | AdoptSize
    | EndTest
    | GoOn
    | ClampMoved
    | ArmTracer
    | StopTracer
    | NameBreaker
    | TickLine
    | AddNote
    | AddPhoto
    | DemoHand
)
