"""`smappee-tui report`: the commissioning report without a screen, live or from a recording, or from the cloud."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smappee_tui.cli import options
from smappee_tui.cli.exits import UsageError, guarded
from smappee_tui.cli.language import LanguageWord
from smappee_tui.i18n import current
from smappee_tui.protocol.fact import fact

DEFAULT_SECONDS = 120.0
"""A report without a guided test watches longer than a check."""
USUAL = "html,pdf,csv,json"


class CsvWord(StrEnum):
    """What stands between two cells of a CSV."""

    COMMA = "comma"
    SEMICOLON = "semicolon"


@guarded
def report(
    host: options.OptionalHost = None,
    seconds: options.Seconds = None,
    replay: Annotated[
        Path | None, typer.Option("--replay", metavar="FILE", help="Report on a recording instead of a live monitor.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write to. Default: this one.")] = Path(),
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="LIST",
            help="Of html, pdf, csv, json, txt; with commas between. The JSON always comes along.",
        ),
    ] = USUAL,
    csv_separator: Annotated[
        CsvWord | None,
        typer.Option(
            "--csv-separator",
            help="comma (with decimal points) or semicolon (with decimal commas). "
            "Default: semicolon in Dutch, French and German and where the locale's country writes so, else comma.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Of the files, without ending.", show_default=False)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a report of that name.")] = False,
    redact: Annotated[bool, typer.Option("--redact", help="Made-up identities, for sharing.")] = False,
    site: Annotated[str, typer.Option("--site", metavar="TEXT", help="Name of the installation.")] = "",
    customer: Annotated[str, typer.Option("--customer", metavar="TEXT", help="Name of the customer.")] = "",
    address: Annotated[str, typer.Option("--address", metavar="TEXT", help="Where the installation is.")] = "",
    main_fuse: options.MainFuse = None,
    country: options.Country = None,
    generation: options.Generation = None,
    storage: Annotated[
        options.GenerationWord | None, typer.Option("--storage", help="A battery on site, as you declare it.")
    ] = None,
    notes: Annotated[str, typer.Option("--notes", metavar="TEXT", help="Anything worth keeping.")] = "",
    installer: Annotated[
        str, typer.Option("--installer", metavar="TEXT", help="Who did the work. Default: as kept by the app.")
    ] = "",
    company: Annotated[
        str, typer.Option("--company", metavar="TEXT", help="His company. Default: as kept by the app.")
    ] = "",
    licence: Annotated[str, typer.Option("--licence", metavar="TEXT", help="His registration number.")] = "",
    role: Annotated[str, typer.Option("--role", metavar="TEXT", help="His role.")] = "",
    phone: Annotated[
        str, typer.Option("--phone", metavar="TEXT", help="Whom the customer calls. Default: as kept by the app.")
    ] = "",
    email: Annotated[
        str, typer.Option("--email", metavar="TEXT", help="Whom he writes to. Default: as kept by the app.")
    ] = "",
    second_person: Annotated[str, typer.Option("--second-person", metavar="TEXT", help="Who was with him.")] = "",
    signed_by: Annotated[
        str, typer.Option("--signed-by", metavar="TEXT", help="Whose name stands under it. Without one it is partial.")
    ] = "",
    signed_on: Annotated[str, typer.Option("--signed-on", metavar="DATE", help="YYYY-MM-DD. Default: today.")] = "",
    customer_name: Annotated[
        str, typer.Option("--customer-name", metavar="TEXT", help="Who signs for the customer.")
    ] = "",
    customer_language: Annotated[
        LanguageWord | None,
        typer.Option("--customer-language", help="Of the page for the customer. Default: that of the report."),
    ] = None,
    handover: Annotated[
        bool,
        typer.Option("--handover/--no-handover", help="With a page for the customer, beside the HTML and the PDF."),
    ] = True,
    photo: Annotated[
        list[Path] | None, typer.Option("--photo", metavar="FILE", help="A photo, listed with its hash. Several times.")
    ] = None,
    embed_photos: Annotated[bool, typer.Option("--embed-photos", help="Put the photos into the report.")] = False,
    p1: options.P1 = None,
    location: options.Location = None,
    cloud: options.Cloud = None,
    days: options.Days = None,
    port: options.Port = None,
    username: options.Username = None,
    tls: options.Tls = False,
    cafile: options.CaFile = None,
) -> int:
    """Write the commissioning report: HTML, PDF, CSV and JSON with the same numbers.

    With them comes a page for the customer, NAME-handover.html and .pdf: what is measured, what was proved, mended
    and left open, without the words of the trade, in his language (--customer-language).

    Names the files on stdout. Leaves as `check` does: 0 when everything in use is judged and well, 1 when there is a
    fault, 3 when it cannot connect, read or write, 4 when some channel could not be judged, 130 when interrupted.

    With --cloud alone it reports on a location from afar, by the 5-minute values that the vendor's cloud keeps, and
    says in its title that nobody was on site. With a monitor as well, it says where the cloud's configuration is not
    the one that the monitor publishes.

    `smappee-tui report diff OLD.json NEW.json` compares two reports; `smappee-tui report verify FILE...` checks whether
    files belong together.
    """
    afar = host is None and replay is None and cloud is not None
    options.sensible("report", host, replay, cloud, days)
    if afar and seconds is not None:
        raise UsageError(fact("cli.for_not_cloud"), fact("cli.for_not_cloud_advice"))
    from smappee_tui.cli.report import run
    from smappee_tui.cli.report.run import ReportOutput
    from smappee_tui.cli.watching import second_opinion

    wish = ReportOutput(
        out=out,
        formats=run.chosen(formats),
        csv_separator=csv_separator.value if csv_separator else run.csv_of_locale(os.environ),
        name=run.plain_name(name),
        force=force,
        redact=redact,
        handover=handover,
        photos=tuple(photo or ()),
        embed_photos=embed_photos,
    )
    said = run.particulars(
        language=current().language,
        site=site,
        customer=customer,
        address=address,
        main_fuse_amps=main_fuse,
        country=country.value if country is not None else "",
        generation=options.declared(generation),
        storage=options.declared(storage),
        notes=notes,
        company=company,
        person=installer,
        licence=licence,
        role=role,
        phone=phone,
        email=email,
        second_person=second_person,
        signed_by=signed_by,
        signed_on=run.day(signed_on),
        customer_name=customer_name,
        customer_language=customer_language.value if customer_language else None,
    )
    if afar and p1 is not None:
        raise UsageError(fact("cli.p1_not_cloud"), fact("cli.p1_not_cloud_advice"))
    if afar:
        return run.from_afar(cloud or "", days, said, wish)
    more = second_opinion(cloud)
    if replay is not None:
        return run.replayed(replay, seconds, location, said, wish, more, p1)
    from smappee_tui.cli.settings_io import load_settings

    address_of = options.broker_address(
        host or "", port=port, username=username, tls=tls, cafile=cafile, default_port=load_settings().port
    )
    return run.watched_live(address_of, seconds or DEFAULT_SECONDS, location, said, wish, more, p1)
