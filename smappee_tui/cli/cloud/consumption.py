"""`smappee-tui cloud consumption`: what a location used and produced, and what flowed through each CT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded
from smappee_tui.links.cloud.aggregation import Aggregation

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk


@guarded
def consumption(
    location: words.Location,
    begin: words.Begin = None,
    end: words.End = None,
    last: words.Last = None,
    by: words.By = Aggregation.HOUR,
    inputs: Annotated[
        list[int] | None,
        typer.Option("--input", "-i", min=0, metavar="N", help="Show this CT in the table instead of the voltages; "
                     "several times for several. JSON and CSV hold them all.", show_default=False),
    ] = None,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:  # fmt: skip
    """Print what a location consumed and produced: Wh an interval, per CT with --csv or --json; volts per phase.

    Without --from and --last: the last day; 31 days by day, a year by month, three years by quarter.
    """
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.consumption_shape import shape_of
    from smappee_tui.cli.cloud.place import kept_for, place_with_channels, ranged, reading, wish_of
    from smappee_tui.cli.cloud.stream import pour

    form, wish = words.form_of(as_json, as_csv), wish_of(begin, end, last)
    kept_for(by, "consumption", [Aggregation.YEAR])

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        where = await place_with_channels(talk, location)
        asked = ranged(where, wish, by)
        records = client.consumption(where.location.id, by, asked.start, asked.end, progress=reading(progress))
        await pour(records, shape_of(asked, inputs or [], talk.note), form, progress, talk.remarks)
        return 0

    return ask(work, by=by)
