"""After a fix: what has to be proved again, and what it was before."""

from __future__ import annotations

from smappee_tui.diagnosis.judgement import FAULTS, ChannelVerdict, Judgement
from smappee_tui.site import Site


class Recheck:
    """Keeps count of changed channels. Evidence is the judge's affair; here is only who owes a proof."""

    def __init__(self) -> None:
        self.owed: set[int] = set()
        """Channels that were changed and not tested since."""
        self.before: dict[int, ChannelVerdict] = {}
        """Verdict of every channel that was changed, as it was before."""
        self._seen: int | None = None
        self._last = 0.0

    def configured(self, site: Site) -> list[int]:
        """Channels that a configuration changed since the last look."""
        if self._seen is None:  # what changed before the test began is no fix of what the test found
            self._seen, self._last = 1, max((c.at for c in site.changes), default=0.0)
        fresh = [c for c in site.changes if c.at > self._last]
        self._last = max((c.at for c in fresh), default=self._last)
        return sorted({c.input for c in fresh if c.after is not None})

    def owe(self, number: int, judgement: Judgement) -> None:
        """This channel was changed: remember what was wrong, and ask for a proof."""
        verdict = judgement.channels.get(number)
        if verdict is not None and verdict.verdict in FAULTS:
            self.before[number] = verdict
        self.owed.add(number)
