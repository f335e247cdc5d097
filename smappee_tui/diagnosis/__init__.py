"""Pure judgement over a site: evidence per CT, verdict, findings with advice.

`Judge.observe(site)` takes one sample after another, `Judge.judgement()` says what they prove so far. The state moves
only with samples and marks, never with the clock or with being asked: a replay gives the verdict of the live watch.
"""

from smappee_tui.diagnosis.judge import Judge
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Judgement, PhaseVerdict

__all__ = ["ChannelVerdict", "Finding", "Judge", "Judgement", "PhaseVerdict"]
