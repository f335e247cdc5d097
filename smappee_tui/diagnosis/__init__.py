"""Pure judgement over a site: evidence per CT, verdict, findings with advice.

`Judge.observe(site)` takes one sample after another, `Judge.judgement()` says what they prove so far. The state moves
only with samples and marks, never with the clock or with being asked: a replay gives the verdict of the live watch.
"""

from typing import TYPE_CHECKING, Any

from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, PhaseVerdict

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Judge

__all__ = ["ChannelVerdict", "Finding", "Judge", "Judgement", "PhaseVerdict"]


def __getattr__(name: str) -> Any:
    """Import the judge itself when it is first asked for: what it says can be shown without it, 30 ms sooner."""
    if name == "Judge":
        from smappee_tui.diagnosis.judge import Judge

        return Judge
    raise AttributeError(name)
