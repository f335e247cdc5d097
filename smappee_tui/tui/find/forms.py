"""What the find screen asks a person to type."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery.names import is_serial
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.networks import Allowed, scan_range
from smappee_tui.tui.widgets.form import Form, FormField, Values

_SECONDS = 0.03
"""A silent host's share of a scan: two ports of 0.8 s, 64 at a time."""


def typed() -> Form:
    """An address, a name or a serial number."""

    def check(values: Values) -> str:
        text = values["host"].strip()
        return "" if is_serial(text) else _problem(text)

    return Form(
        "Which monitor?",
        [FormField("host", "Address or serial number")],
        about=lambda _: [
            ("192.168.0.48, 192.168.0.48:1883, a host name, or the ten digits on its label (5010001234).", "dim"),
            ("The address is in the router, and in the Smappee app: Settings, Your Smappee monitors.", "dim"),
        ],
        check=check,
    )


def scan(ranges: Sequence[str], allowed: Allowed) -> Form:
    """The range to scan, shown before anything happens."""

    def about(values: Values) -> list[tuple[str, str]]:
        said = [
            (
                "Every address of this range is asked on the ports of a portal (80) and of a broker (1883, 10000), at "
                "most 64 at a time. Do it on networks where you may: it is visible, and alarm systems may report it.",
                "text",
            )
        ]
        texts = values["range"].replace(",", " ").split()
        try:
            count = sum(scan_range(text, allowed).num_addresses for text in texts)
        except BadAddressError:
            return said
        if not count:
            return [*said, ("Type a range, such as 192.168.0.0/24.", "dim")]
        return [(f"{count} addresses, about {max(2.0, count * _SECONDS):.0f} s. ⏎ starts.", "strong"), *said]

    def check(values: Values) -> str:
        texts = values["range"].replace(",", " ").split()
        if not texts:
            return "No range is named."
        for text in texts:
            try:
                scan_range(text, allowed)
            except BadAddressError as error:
                return str(error)
        return ""

    return Form("Scan this range?", [FormField("range", "Range", " ".join(ranges))], about=about, check=check)


def external(host: str = "") -> Form:
    """A broker with its login."""
    fields = [
        FormField("host", "Broker (mqtts:// for TLS)", host),
        FormField("user", "Username"),
        FormField("word", "Password", "", True),
    ]
    return Form(
        "Monitors on a broker",
        fields,
        about=lambda _: [
            ("Everybody who speaks there is listed by serial number. Leave an unneeded login empty.", "dim")
        ],
        check=lambda values: _problem(values["host"].strip()),
    )


def address_of(values: Values) -> BrokerAddress:
    """The broker that was typed."""
    return BrokerAddress.parse(values["host"].strip(), username=values["user"] or None, password=values["word"] or None)


def _problem(text: str) -> str:
    try:
        BrokerAddress.parse(text)
    except BadAddressError as error:
        return str(error)
    return ""
