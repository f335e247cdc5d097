"""`smappee-tui cloud costs`: what each appliance used and cost."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded
from smappee_tui.links.cloud.aggregation import Aggregation

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.ask import Talk
    from smappee_tui.cli.cloud.place import Range
    from smappee_tui.cli.cloud.stream import Shape
    from smappee_tui.protocol.cloud.records import CostRecord

KEPT = (Aggregation.MONTH, Aggregation.YEAR)
"""The lengths of interval that the service has for costs."""


@guarded
def costs(
    location: words.Location,
    appliance: Annotated[
        str | None,
        typer.Option("--appliance", metavar="WHICH", help="Number or name of one. Default: all.", show_default=False),
    ] = None,
    begin: words.Begin = None,
    end: words.End = None,
    last: words.Last = None,
    by: Annotated[
        Aggregation,
        typer.Option("--aggregation", "-a", metavar="NAME", help="month (default) or year.", show_default=False),
    ] = Aggregation.MONTH,
    as_json: words.Json = False,
    as_csv: words.Csv = False,
) -> int:
    """Print the cost analysis: energy and cost per appliance, of the last year unless a range is given.

    No public source confirms the unit of the energy: it is printed as the cloud sends it.
    """
    from smappee_tui.cli.cloud.ask import ask
    from smappee_tui.cli.cloud.place import device, kept_for, listed, place, ranged, wish_of
    from smappee_tui.cli.cloud.stream import pour

    form, wish = words.form_of(as_json, as_csv), wish_of(begin, end, last)
    kept_for(by, "costs", set(Aggregation) - set(KEPT))

    async def work(talk: Talk) -> int:
        client, progress = talk.client, talk.progress
        where = await place(client, location)
        known = where.info.appliances if where.info else ()
        one = device(appliance, known, "appliance")[0] if appliance is not None else None
        asked = ranged(where, wish, by)
        found = await client.costs(where.location.id, by, asked.start, asked.end, appliance=one)
        currency = (where.info.currency if where.info else None) or ""
        names = {one.id: one.name for one in known}
        await pour(listed(found), _shape(asked, currency, names), form, progress, talk.remarks)
        return 0

    return ask(work, by=by)


def _shape(asked: Range, currency: str, names: dict[int, str]) -> Shape[CostRecord]:
    from smappee_tui.cli.cloud.cells import zulu
    from smappee_tui.cli.cloud.stream import Cell, Shape
    from smappee_tui.cli.json_values import number
    from smappee_tui.plaintext import clean, cut

    local = asked.place.local

    def name_of(record: CostRecord) -> str:
        if record.name:
            return record.name
        return names.get(record.appliance, "") if record.appliance is not None else "whole site"

    def entry(record: CostRecord) -> dict[str, Any]:
        return {
            "at": zulu(record.at),
            "appliance": record.appliance,
            "name": name_of(record),
            "energy": number(record.energy, 3),
            "cost": number(record.cost, 4),
        }

    return Shape(
        head=asked.document("costs", units={"energy": "as sent", "cost": currency or None}),
        entry=entry,
        columns=["time_utc", "time_local", "appliance", "name", "energy as sent", "cost", "currency"],
        row=lambda record: [
            record.at.astimezone(UTC), local(record.at), record.appliance, name_of(record), record.energy, record.cost,
            currency,
        ],
        table=(
            Cell("TIME", 16, lambda record: local(record.at), left=True),
            Cell("ID", 7, lambda record: record.appliance),
            Cell("APPLIANCE", 24, name_of, left=True),
            Cell("ENERGY", 12, lambda record: record.energy),
            Cell(f"COST {cut(clean(currency), 6)}".rstrip(), 12, lambda record: record.cost, 2),
        ),
        before=asked.lines(),
    )  # fmt: skip
