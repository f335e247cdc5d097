"""Arguments and options that several commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.kept import recent_hosts

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Generation as DeclaredGeneration

_HOST_HELP = "Monitor or broker: host, host:port or mqtts://host:port."


def _above_zero(value: float | None) -> float | None:
    if value is not None and not 0 < value < float("inf"):
        raise typer.BadParameter("it must be above 0.")
    return value


Host = Annotated[str, typer.Argument(metavar="HOST", help=_HOST_HELP, show_default=False, autocompletion=recent_hosts)]
OptionalHost = Annotated[
    str | None, typer.Argument(metavar="HOST", help=_HOST_HELP, show_default=False, autocompletion=recent_hosts)
]
Port = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, metavar="N", help="Port of the broker. Default 1883, with --tls 8883."),
]
Username = Annotated[
    str | None,
    typer.Option(
        "--username",
        metavar="NAME",
        help="User at the broker. The password comes from SMAPPEE_TUI_MQTT_PASSWORD, else from the system's keyring "
        "(service smappee-tui, NAME@host:port), else it is asked for.",
    ),
]
Tls = Annotated[bool, typer.Option("--tls", help="Encrypt, and check the broker's certificate.")]
CaFile = Annotated[
    Path | None,
    typer.Option("--cafile", metavar="FILE", help="PEM file of the authority to trust instead of the system's."),
]
Location = Annotated[
    str | None,
    typer.Option("--location", metavar="UUID|SERIAL", help="Which monitor, where several speak."),
]
Cloud = Annotated[
    str | None,
    typer.Option(
        "--cloud",
        metavar="LOCATION",
        help="A location in the vendor's cloud, by number, uuid, serial or part of its name; see `cloud locations`.",
    ),
]
Days = Annotated[
    int | None,
    typer.Option(
        "--days",
        metavar="N",
        min=1,
        max=31,
        help="How much of the past to judge with --cloud. Default 31 days.",
        show_default=False,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option("--for", metavar="S", callback=_above_zero, help="For how many seconds.", show_default=False),
]
Speed = Annotated[
    float | None,
    typer.Option(
        "--speed", metavar="N", callback=_above_zero, help="N times as fast as life. Default 1.", show_default=False
    ),
]


ReadOnly = Annotated[
    bool,
    typer.Option(
        "--read-only",
        help="Lock the test of plugs. Nothing is ever sent without it either, unless a person confirms by name.",
    ),
]


class GenerationWord(StrEnum):
    """Solar, battery or generator on site."""

    METERED = "metered"
    UNMETERED = "unmetered"
    NONE = "none"
    UNKNOWN = "unknown"


Generation = Annotated[
    GenerationWord | None,
    typer.Option(
        "--generation",
        help="Solar, battery or generator on site, and whether a CT measures it. "
        "Default: metered where the configuration shows production, else unknown.",
    ),
]


def declared(word: GenerationWord | None) -> DeclaredGeneration | None:
    """What the person declared, as the diagnosis takes it."""
    return None if word is None else word.value


class DialectWord(StrEnum):
    """How a simulated monitor writes its messages."""

    INFINITY = "infinity"
    TWENTY = "20-series"


Dialect = Annotated[
    DialectWord,
    typer.Option("--dialect", help="Which family of monitors to speak like. Default infinity.", show_default=False),
]
Simulated = Annotated[
    str,
    typer.Option(
        "--site",
        metavar="NAME",
        help="The house: home3pv (default), home1, delta, shop28 or shop80.",
        show_default=False,
    ),
]
Faults = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="KIND:INPUT",
        help="Something wrong with the installation, such as reversed:3, swapped:0,1, phase:4,L2 or dead:2. "
        "Can be given several times; `--fault list` names them all.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", help="Another number, another life in the same house.", show_default=False)
]
