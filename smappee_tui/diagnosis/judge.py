"""The judge: takes samples, says what they prove."""

from __future__ import annotations

from typing import Literal

from smappee_tui.diagnosis.judgement import ChannelVerdict, Judgement
from smappee_tui.protocol import Mark
from smappee_tui.site import Site

Generation = Literal["metered", "unmetered", "none", "unknown"]


class Judge:
    """Accumulates evidence over one site."""

    def __init__(self, generation: Generation | None = None) -> None:
        self.generation = generation
        """Solar, battery or generator on site as the person declares it; None: as the configuration shows."""
        self._site: Site | None = None

    def observe(self, site: Site, sampled: bool) -> None:
        """Look at the site after each message that it folded in, in order.

        Args:
            site: always the same one.
            sampled: the message brought a new `site.sample`.
        """
        self._site = site

    def mark(self, mark: Mark) -> None:
        """Take the operator's mark of a guided test."""

    def judgement(self) -> Judgement:
        """What the evidence so far proves."""
        channels = (
            {}
            if self._site is None
            else {
                number: ChannelVerdict(number, "unused" if setting.unused else "inconclusive", "", 0.0)
                for number, setting in self._site.settings.items()
            }
        )
        return Judgement(channels=channels)
