"""What the find screen asks a person to type, and the choice that it ends with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery.found import is_serial
from smappee_tui.connect.errors import BadAddressError
from smappee_tui.connect.networks import Allowed, scan_range
from smappee_tui.i18n import current, tr
from smappee_tui.tui.widgets.form import Form, FormField, Values


def now_text() -> str:
    """Now, ISO 8601 UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """The broker to watch."""

    address: BrokerAddress
    location: str | None = None
    """UUID or serial number of the one meant; None for the only one."""


_SECONDS = 0.03
"""A silent host's share of a scan: two ports of 0.8 s, 64 at a time."""


def typed() -> Form:
    """An address, a name or a serial number."""

    def check(values: Values) -> str:
        text = values["host"].strip()
        return "" if is_serial(text) else broker_problem(text)

    return Form(
        "find.form.monitor",
        [FormField("host", "find.form.address")],
        about=lambda _: [
            (tr("find.form.address_examples"), "dim"),
            (tr("find.form.address_where"), "dim"),
        ],
        check=check,
    )


def scan(ranges: Sequence[str], allowed: Allowed) -> Form:
    """The range to scan, shown before anything happens."""

    def about(values: Values) -> list[tuple[str, str]]:
        said = [(tr("find.form.scan_about"), "text")]
        texts = values["range"].replace(",", " ").split()
        try:
            count = sum(scan_range(text, allowed).num_addresses for text in texts)
        except BadAddressError:
            return said
        if not count:
            return [*said, (tr("find.form.range_example"), "dim")]
        return [(tr("find.form.scan_size", count=count, seconds=max(2.0, count * _SECONDS)), "strong"), *said]

    def check(values: Values) -> str:
        texts = values["range"].replace(",", " ").split()
        if not texts:
            return tr("find.form.no_range")
        for text in texts:
            try:
                scan_range(text, allowed)
            except BadAddressError as error:
                return current().error(error)
        return ""

    return Form("find.form.scan", [FormField("range", "find.form.range", " ".join(ranges))], about=about, check=check)


def external(host: str = "") -> Form:
    """A broker with its login."""
    fields = [
        FormField("host", "find.form.broker_tls", host),
        FormField("user", "find.form.username"),
        FormField("word", "find.form.password", "", True),
    ]
    return Form(
        "find.form.on_a_broker",
        fields,
        about=lambda _: [(tr("find.form.on_a_broker_about"), "dim")],
        check=lambda values: broker_problem(values["host"].strip()),
    )


def address_of(values: Values) -> BrokerAddress:
    """The broker that was typed."""
    return BrokerAddress.parse(values["host"].strip(), username=values["user"] or None, password=values["word"] or None)


def broker_problem(text: str) -> str:
    """Why this is no address of a broker, "" where it is."""
    try:
        BrokerAddress.parse(text)
    except BadAddressError as error:
        return current().error(error)
    return ""
