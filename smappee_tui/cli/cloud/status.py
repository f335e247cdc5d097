"""`smappee-tui cloud status`: where the credentials come from, and whether they work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.cli import exits
from smappee_tui.cli.cloud import words
from smappee_tui.cli.guard import guarded

if TYPE_CHECKING:
    from smappee_tui.cli.cloud.cells import Value


@guarded
def status(as_json: words.Json = False, as_csv: words.Csv = False) -> int:
    """Say where the credentials come from, and prove that they work.

    Leaves with 0 when they do, 3 when they do not or there are none.
    """
    from smappee_tui.cli.cloud.cells import seen, zulu
    from smappee_tui.cli.cloud.open import access
    from smappee_tui.cli.cloud.prove import proved
    from smappee_tui.cli.cloud.table import Column, Listing, show
    from smappee_tui.cli.kept import kept_settings

    form = words.form_of(as_json, as_csv)
    settings = kept_settings()
    found = access(settings)
    until, count = proved(found.base_url, found.credentials, settings)
    facts: dict[str, Value] = {
        "base_url": found.base_url,
        "credentials": found.source,
        "client_id": found.credentials.client_id,
        "username": found.credentials.username,
        "token_until": zulu(until.replace(microsecond=0)),
        "locations": count,
    }
    names = {"base_url": "cloud", "credentials": "credentials", "client_id": "client id", "username": "user",
             "token_until": "token until", "locations": "locations"}  # fmt: skip
    show(
        Listing(
            tuple(Column(key, "") for key in facts),
            [tuple(facts.values())],
            {"schema": "smappee-tui/cloud/status/1", **facts},
        )
        if form != "table"
        else Listing((), (), {}, [f"{names[key]:<11}  {seen(value)}" for key, value in facts.items()], "Logged in."),
        form,
    )
    return exits.OK
