"""What changed since the last picture, and nothing else.

Textual's compositor renders all lines of each widget that the changed ones touch, and cuts them wherever a widget
begins or ends: half of what watching costs. Here each changed stretch of a line is looked for from front to back;
views of ours keep each line as it is shown, so there it is only to be taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from smappee_tui.tui.widgets.lines import LineView

Areas = dict[Widget, Region]
"""Where each widget can be seen, the one in front first."""


class Painter(Compositor):
    """Textual's compositor, with a short way for a few changed lines."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The changed stretches of lines; None where there are none."""
        screen = self.size.region
        spans = list(self._regions_to_spans(region.intersection(screen) for region in self._dirty_regions))
        self._dirty_regions.clear()
        if not spans:
            return None
        areas = {widget: region.intersection(clip) for widget, (region, clip) in self.visible_widgets.items()}
        lines = _Lines(areas, {widget: region for widget, (region, _) in self.visible_widgets.items()})
        chops: dict[int, dict[int, Strip]] = {}
        ends: dict[int, list[int]] = {}
        for y, first, last in spans:
            pieces, stops = chops.setdefault(y, {}), ends.setdefault(y, [])
            for widget, start, stop in in_front(areas, y, first, last):
                pieces[start] = lines.piece(widget, y, start, stop)
                stops.append(stop)
        return ChopsUpdate(cast("list[dict[int, Strip | None]]", chops), spans, cast("list[list[int]]", ends))


def in_front(areas: Areas, y: int, first: int, last: int) -> Iterator[tuple[Widget, int, int]]:
    """Which widget is to be seen from which column of a line to which, from one column up to another."""
    hidden = [(first, last)]
    for widget, area in areas.items():
        if not area.y <= y < area.bottom:
            continue
        left = []
        for start, stop in hidden:
            one, other = max(start, area.x), min(stop, area.right)
            if one >= other:
                left.append((start, stop))
                continue
            yield widget, one, other
            left += [part for part in ((start, one), (other, stop)) if part[0] < part[1]]
        hidden = left
        if not hidden:
            return


class _Lines:
    """The lines of all widgets, each rendered when it is first asked for."""

    def __init__(self, areas: Areas, regions: dict[Widget, Region]) -> None:
        self._areas, self._regions = areas, regions
        self._contents: dict[Widget, Region] = {}
        self._rendered: dict[Widget, list[Strip]] = {}

    def piece(self, widget: Widget, y: int, start: int, stop: int) -> Strip:
        """What a widget shows on a line of the screen from one column up to another."""
        if isinstance(widget, LineView):
            content = self._contents.get(widget)
            if content is None:
                content = self._contents[widget] = widget.scrollable_content_region
            if content.x <= start and stop <= content.right and content.y <= y < content.bottom:
                return _cropped(widget.render_line(y - content.y), start - content.x, stop - content.x)
        area, region = self._areas[widget], self._regions[widget]
        strips = self._rendered.get(widget)
        if strips is None:
            strips = self._rendered[widget] = widget.render_lines(area.translate((-region.x, -region.y)))
        return _cropped(strips[y - area.y], start - area.x, stop - area.x)


def _cropped(strip: Strip, start: int, stop: int) -> Strip:
    return strip if start == 0 and stop == strip.cell_length else strip.crop(start, stop)
