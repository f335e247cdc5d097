"""Which meter is believed, and what it is told: the token of the second local API, and its certificate.

A HomeWizard's certificate is its own, signed by the vendor's authority, in the name of the device and not of its
address. Whoever has that authority's certificate gives it; everybody else believes the first certificate that he meets
and no other after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.meter.feed import MeterFailedError
from smappee_tui.connect.plain_file import typed
from smappee_tui.protocol.fact import fact

TOKEN_VARIABLE = "SMAPPEE_TUI_P1_TOKEN"  # noqa: S105 - the name of the variable
CAFILE_VARIABLE = "SMAPPEE_TUI_P1_CAFILE"
SERVICE = "smappee-tui"
LARGEST = 65_536
"""Bytes of the file of certificates."""


@dataclass(frozen=True, slots=True)
class MeterTrust:
    """What a person has told of the meter. The token shows neither in `repr` nor in an error."""

    token: str = field(default="", repr=False)
    cafile: Path | None = None
    """Certificate of the authority that signed the meter's; None: the first one met is believed."""
    known: Path | None = None
    """Where the first certificates are remembered, by address; None: nowhere."""

    def context(self) -> ssl.SSLContext:
        """How the meter is spoken to. Raises MeterFailedError for a file that holds no certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # it is the device's name, not its address's
        if self.cafile is None:
            context.verify_mode = ssl.CERT_NONE  # `check` does it
            return context
        try:
            context.load_verify_locations(self.cafile)
        except (OSError, ssl.SSLError) as error:
            raise MeterFailedError(
                fact("meter.bad_cafile", path=str(self.cafile)), fact("errors.check_file")
            ) from error
        return context

    def check(self, address: str, certificate: bytes) -> None:
        """Believe the first certificate of an address, and no other later.

        Raises:
            MeterFailedError: when it is another one, or cannot be remembered.
        """
        if self.cafile is not None:
            return
        print_ = hashlib.sha256(certificate).hexdigest()
        kept = self._kept()
        if kept.get(address, print_) != print_:
            raise MeterFailedError(
                fact("meter.other_certificate", address=address),
                fact("meter.other_certificate_advice", path=str(self.known)),
            )
        if address not in kept and self.known is not None:
            self._keep({**kept, address: print_})

    def _kept(self) -> dict[str, str]:
        if self.known is None:
            return {}
        try:
            with self.known.open("rb") as file:
                found = json.loads(file.read(LARGEST))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise self._damaged() from error
        if not isinstance(found, dict):
            raise self._damaged()
        return {str(address): str(print_) for address, print_ in found.items()}

    def _damaged(self) -> MeterFailedError:
        return MeterFailedError(fact("meter.known_damaged", path=str(self.known)), fact("meter.known_damaged_advice"))

    def _keep(self, kept: dict[str, str]) -> None:
        path = self.known or Path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, json.dumps(kept, indent=2).encode())
        except OSError as error:
            raise MeterFailedError(fact("meter.known_unwritable", path=str(path)), fact("errors.check_file")) from error


def trust_of(host: str, folder: Path, environment: Mapping[str, str] = os.environ) -> MeterTrust:
    """What environment and keyring say of the meter at a host.

    Args:
        host: as typed.
        folder: where the program keeps what it remembers.
        environment: of the process.
    """
    cafile = environment.get(CAFILE_VARIABLE)
    return MeterTrust(
        token=environment.get(TOKEN_VARIABLE, "").strip() or _in_keyring(host),
        cafile=typed(cafile) if cafile else None,
        known=folder / "meters.json",
    )


def _in_keyring(host: str) -> str:
    """The token kept for this meter, "" for none: a system without a keyring has the environment."""
    import keyring
    import keyring.errors

    try:
        return (keyring.get_password(SERVICE, f"p1 {host}") or "").strip()
    except (keyring.errors.KeyringError, OSError, RuntimeError):
        return ""
