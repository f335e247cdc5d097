"""The guided test of a demo: one key more, which switches the load in the virtual house."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from smappee_tui.guided.heater import DemoHeater
from smappee_tui.session import Session
from smappee_tui.tui.guide import TICK, Guide, GuideScreen
from smappee_tui.tui.guide_ask import keys_line
from smappee_tui.tui.lines import BLANK, Line
from smappee_tui.tui.text import shown


class DemoGuideScreen(GuideScreen):
    """The same screen, with a hand in the house."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("h", "heater", "switch the demo's heater")]

    def __init__(
        self, session: Session, guide: Guide, clock: Callable[[], float], heater: DemoHeater, tick: float = TICK
    ) -> None:
        """As `GuideScreen`, with the load to switch."""
        super().__init__(session, guide, clock, tick)
        self.heater = heater

    def look(self) -> None:
        """As ever; and an appliance that need not run any more stops."""
        super().look()
        if self.guide.test is not None:
            self.heater.follow(self.guide.test)

    def extra_line(self) -> Line:
        """What the key does now."""
        test = self.guide.test
        offer = self.heater.offer(test) if test is not None and self._switchable else ""
        return keys_line((("h", shown(offer)),)) if offer else BLANK

    @property
    def _switchable(self) -> bool:
        return self.page == "test" or self.heater.at is not None

    def action_heater(self) -> None:
        """Switch it; the edge comes with the monitor's next message."""
        if self.guide.test is not None and self._switchable:
            self.heater.switch(self.guide.test)
            self.draw()
