"""Arguments and options that the cloud's commands share, each declared once."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from smappee_tui.cli.guard import Misused
from smappee_tui.links.cloud.aggregation import Aggregation  # names only: no client comes with it

Form = Literal["table", "json", "csv"]


Location = Annotated[
    str,
    typer.Argument(
        metavar="LOCATION",
        help="Its number, uuid, serial, or a part of its name that no other has.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets; times in UTC and local.")]
Begin = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="WHEN",
        help="2026-06-01, 2026-06-01T14:30, or with an offset such as Z or +02:00. Without one it is local time at "
        "the location.",
        show_default=False,
    ),
]
End = Annotated[
    str | None,
    typer.Option("--to", metavar="WHEN", help="Likewise; a day is meant to its end. Default now.", show_default=False),
]
Last = Annotated[
    str | None,
    typer.Option("--last", metavar="SPAN", help="Instead of --from: 90min, 24h, 7d, 4w or 1y.", show_default=False),
]
By = Annotated[
    Aggregation,
    typer.Option("--aggregation", "-a", metavar="NAME", help="5min, 10min, 15min, 20min, 30min, hour, day, month or "
                 "quarter. Up to 30min they are kept for 31 days. Default hour.", show_default=False),
]  # fmt: skip
ByOfDevice = Annotated[
    Aggregation,
    typer.Option("--aggregation", "-a", metavar="NAME", help="5min (kept for 31 days), hour, day, month or quarter. "
                 "Default hour.", show_default=False),
]  # fmt: skip
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking for the location's name; for scripts.")]


def form_of(as_json: bool, as_csv: bool) -> Form:
    """How to print.

    Raises:
        Misused: when both are wished.
    """
    if as_json and as_csv:
        raise Misused("JSON and CSV at once.", "Leave out --json or --csv.")
    return "json" if as_json else "csv" if as_csv else "table"
