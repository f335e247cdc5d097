"""Arguments and options that several commands share, each declared once."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.settings_io import recent_hosts
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.diagnosis.judgement import Generation as DeclaredGeneration


PASSWORD_VARIABLE = "SMAPPEE_TUI_MQTT_PASSWORD"  # noqa: S105 - the name of the variable
KEYRING_SERVICE = "smappee-tui"
"""`keyring set smappee-tui USER@HOST:PORT` keeps a password for this program."""


def broker_address(
    host: str,
    *,
    port: int | None = None,
    username: str | None = None,
    tls: bool = False,
    cafile: Path | None = None,
    default_port: int | None = None,
) -> BrokerAddress:
    """Read the address and find the password: environment, else keyring, else the person is asked.

    Args:
        host: as typed, `host` or `host:port`.
        port: as given by option.
        username: as given by option; without one nobody is asked for a password.
        tls: encrypt.
        cafile: authorities to trust.
        default_port: port where neither is given and TLS is off.

    Raises:
        BadAddressError: when this cannot be the address of a broker, or the options contradict each other.
    """
    from dataclasses import replace

    from smappee_tui.connect.address import BrokerAddress
    from smappee_tui.connect.errors import BadAddressError

    address = BrokerAddress.parse(host, port=port or (None if tls else default_port), username=username, tls=tls)
    if cafile is not None and not address.tls:
        raise BadAddressError(fact("errors.cafile_without_tls"), fact("errors.cafile_without_tls_advice"))
    return replace(address, cafile=cafile, password=password_of(address) if address.username else None)


def password_of(address: BrokerAddress) -> str | None:
    """The password of its user: environment, else keyring, else the person is asked; None where there is none."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    kept = kept_secret(f"{address.username}@{address.host}:{address.port}")
    if kept:
        return kept
    if not sys.stdin.isatty():
        return None
    from smappee_tui.i18n import tr

    question = tr("cli.password", user=address.username, address=str(address))
    asked: str = typer.prompt(question, hide_input=True, default="", show_default=False, err=True)
    return asked or None


def kept_secret(name: str) -> str | None:
    """The password that the system keeps under this name; None where it keeps none, or there is no keyring."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError:
        return None


HOST_HELP = "Monitor or broker: host, host:port, mqtts://host:port or ws://host:port/path."


def above_zero(value: float | None) -> float | None:
    """Raise BadParameter for what is not above 0, or endless."""
    if value is not None and not 0 < value < float("inf"):
        raise typer.BadParameter("it must be above 0.")
    return value


Host = Annotated[str, typer.Argument(metavar="HOST", help=HOST_HELP, show_default=False, autocompletion=recent_hosts)]
OptionalHost = Annotated[
    str | None, typer.Argument(metavar="HOST", help=HOST_HELP, show_default=False, autocompletion=recent_hosts)
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
    typer.Option(
        "--location",
        metavar="UUID|SERIAL|NUMBER",
        help="Which monitor, where several speak: its uuid or the beginning of it, its serial number, or the number "
        "of the location in the dashboard.",
    ),
]
P1 = Annotated[
    str | None,
    typer.Option(
        "--p1",
        metavar="HOST|FILE|DEVICE",
        help="The utility's digital meter as a second witness: a HomeWizard P1 (HOST; https://HOST with a "
        "token, see the README), a gateway of its telegrams (tcp://HOST:PORT), a serial device, a file of telegrams.",
        show_default=False,
    ),
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
    typer.Option("--for", metavar="S", callback=above_zero, help="For how many seconds.", show_default=False),
]
Speed = Annotated[
    float | None,
    typer.Option(
        "--speed", metavar="N", callback=above_zero, help="N times as fast as life. Default 1.", show_default=False
    ),
]


ReadOnly = Annotated[
    bool,
    typer.Option(
        "--read-only",
        help="Lock the test of plugs. Nothing is ever sent without it either, unless a person confirms by name.",
    ),
]


Share = Annotated[
    bool,
    typer.Option("--share", help="Serve the page for a phone at once, and show its QR code. S does so at any time."),
]
ShareAddress = Annotated[
    str | None,
    typer.Option(
        "--share-address",
        metavar="IP|NAME[:PORT]",
        help="Where to serve that page: an address of this machine on a private network, or its name as the "
        "certificate has it. Default: the address that faces the monitor; asked where there are several.",
        show_default=False,
    ),
]
ShareCert = Annotated[
    Path | None,
    typer.Option(
        "--share-cert", metavar="FILE", help="PEM file with a certificate of yours: that page then speaks TLS."
    ),
]
ShareKey = Annotated[
    Path | None,
    typer.Option("--share-key", metavar="FILE", help="PEM file with its key, where that stands in another file."),
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


class CountryWord(StrEnum):
    """Countries whose limits for one phase, or whose tariff, this program knows, and their neighbours."""

    BELGIUM = "BE"
    NETHERLANDS = "NL"
    FRANCE = "FR"
    GERMANY = "DE"


MainFuse = Annotated[
    float | None,
    typer.Option(
        "--main-fuse",
        metavar="A",
        min=0.1,
        max=10_000,
        help="Main fuse of each phase in ampere, for the limits. Default: as the job or the settings have it.",
        show_default=False,
    ),
]
Country = Annotated[
    CountryWord | None,
    typer.Option(
        "--country",
        case_sensitive=False,
        help="Where the installation is, for the limits. Default: as the job or the settings have it.",
        show_default=False,
    ),
]


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


def one_source(host: str | None, replay: Path | None) -> None:
    """Raises UsageError for a monitor and a recording at once."""
    if host is not None and replay is not None:
        raise UsageError(fact("cli.host_and_recording"), fact("cli.leave_one_out"))


def sensible(command: str, host: str | None, replay: Path | None, cloud: str | None, days: int | None) -> None:
    """What `check` and `report` ask of the words typed.

    Raises:
        UsageError: for what does not go together, and when it names nothing to judge.
    """
    one_source(host, replay)
    if host is not None or replay is not None:
        if days is not None:
            raise UsageError(fact("cli.days_alone"), fact("cli.days_advice"))
    elif cloud is None:
        raise UsageError(fact("cli.which_monitor"), fact(f"cli.which_{command}"))
