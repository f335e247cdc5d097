"""The second local API over TLS on loopback: a token, and a certificate that is nobody's but the device's."""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from smappee_tui.connect.meter.address import meter_address
from smappee_tui.connect.meter.reader import MeterReader, MeterState, reader_of
from smappee_tui.connect.meter.trust import CAFILE_VARIABLE, TOKEN_VARIABLE, MeterTrust, trust_of
from smappee_tui.protocol.meter import reading_of

PATIENCE = 20.0
TOKEN = "A1B2C3"
ANSWER = {"power_w": -543.0, "power_l1_w": -676.0, "power_l2_w": 133.0, "power_l3_w": 0.0, "current_l1_a": -2.91,
          "voltage_l1_v": 231.2, "unique_id": "00112233445566778899AABBCCDDEEFF", "meter_model": "X"}  # fmt: skip


def certificate(folder: Path) -> Path:
    """A key and the certificate that it signs itself, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "appliance/p1dongle/5c2fafabcdef")])
    now = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "meter.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class SecondApi:
    """Answers as a HomeWizard P1 with the second API does."""

    def __init__(self, pem: Path) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked.append(self.headers.get("Authorization", ""))
                right = self.headers.get("Authorization") == f"Bearer {TOKEN}"
                there = self.path == "/api/measurement" and self.headers.get("X-Api-Version") == "2"
                body = json.dumps(ANSWER).encode() if right and there else b"{}"
                self.send_response(200 if right and there else 401 if there else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign] # a handshake that is refused
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[SecondApi]:
    served = SecondApi(certificate(tmp_path))
    yield served
    served.server.shutdown()
    served.server.server_close()


def read(address: str, trust: MeterTrust) -> tuple[MeterReader, MeterState]:
    """Read until it goes, or does not."""
    reader, told = reader_of(meter_address(address), trust=trust, every=0.01), threading.Event()
    reader.on_change = lambda: told.set() if reader.state.readings >= 2 or reader.state.phase == "failed" else None
    reader.start()
    assert told.wait(PATIENCE)
    reader.close()
    reader.finish()  # its last question may be on its way
    return reader, reader.state


def test_it_is_read_with_its_token(api: SecondApi, tmp_path: Path) -> None:
    reader, _ = read(api.address, MeterTrust(TOKEN, known=tmp_path / "kept" / "meters.json"))
    first = reading_of(reader.drain()[0])
    assert first is not None
    assert first.watts == (-676.0, 133.0, 0.0)
    assert first.amps[0] == 2.91
    assert "AABBCC" not in str(first)


@pytest.mark.parametrize(("token", "why"), [("", "meter.no_token"), ("wrong", "meter.token_refused")])
def test_no_token_and_a_wrong_one_are_told(api: SecondApi, token: str, why: str) -> None:
    _, state = read(api.address, MeterTrust(token))
    assert why in str(state.reason)
    assert token not in str(state.reason) or not token
    assert len(api.asked) == bool(token)


def test_the_first_certificate_is_believed_and_no_other_later(api: SecondApi, tmp_path: Path) -> None:
    known = tmp_path / "meters.json"
    read(api.address, MeterTrust(TOKEN, known=known))
    kept = json.loads(known.read_text())
    address = next(iter(kept))
    known.write_text(json.dumps({address: "0" * 64}))
    api.asked.clear()
    _, state = read(api.address, MeterTrust(TOKEN, known=known))
    assert "meter.other_certificate" in str(state.reason)
    assert api.asked == []  # the token did not go out
    assert json.loads(known.read_text()) == {address: "0" * 64}


def test_a_damaged_list_of_certificates_believes_nobody(api: SecondApi, tmp_path: Path) -> None:
    known = tmp_path / "meters.json"
    known.write_text("[")
    _, state = read(api.address, MeterTrust(TOKEN, known=known))
    assert "meter.known_damaged" in str(state.reason)
    assert api.asked == []


def test_with_an_authority_only_what_it_signed_is_believed(api: SecondApi, tmp_path: Path) -> None:
    own = tmp_path / "meter.pem"
    other = tmp_path / "other"
    other.mkdir()
    assert read(api.address, MeterTrust(TOKEN, cafile=own))[1].readings >= 2
    _, state = read(api.address, MeterTrust(TOKEN, cafile=certificate(other)))
    assert "meter.not_signed" in str(state.reason)
    _, state = read(api.address, MeterTrust(TOKEN, cafile=tmp_path / "none.pem"))
    assert "meter.bad_cafile" in str(state.reason)


def test_token_and_authority_come_from_the_environment_and_are_shown_nowhere(tmp_path: Path) -> None:
    trust = trust_of("p1.local", tmp_path, {TOKEN_VARIABLE: f" {TOKEN}\n", CAFILE_VARIABLE: "/ca.pem"})
    assert (trust.token, trust.cafile, trust.known) == (TOKEN, Path("/ca.pem"), tmp_path / "meters.json")
    assert TOKEN not in repr(trust)
