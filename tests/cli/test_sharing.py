"""`--share-address`, `--share-cert` and `--share-key`: what cannot be is said before the screen comes up."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from smappee_tui.app.phone.share import ShareAddress
from smappee_tui.cli.sharing import AS_USUAL, ShareWish, page_server, prepared
from smappee_tui.connect.errors import BadAddressError, CannotReadError
from smappee_tui.web.server import HANDSHAKES
from tests.web.served import Browser, closed


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `localhost`, its key, and the same key locked."""
    openssl, folder = shutil.which("openssl"), tmp_path_factory.mktemp("pems")
    if openssl is None:
        pytest.skip("needs openssl")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"]
    name = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    for words in (
        ["req", "-x509", *new, *name],
        ["ec", "-in", "key.pem", "-aes128", "-passout", "pass:abcd", "-out", "locked.pem"],
    ):
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("address", "code"),
    [("8.8.8.8", "share.not_private"), ("0.0.0.0", "share.not_private"), ("10.255.1.1", "share.not_ours"),
     ("http://localhost", "share.no_place"), ("me@localhost", "share.no_place"), ("localhost:99999", "share.no_place"),
     ("a.invalid", "share.not_ours"), ("fe80::1%lo", "share.not_ours"), ("\x1b[1m", "share.no_place")],
)  # fmt: skip
def test_an_address_that_will_not_do_is_refused_with_what_to_do(address: str, code: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        page_server(ShareWish(address=address))
    assert refused.value.what.code == code
    assert refused.value.advice is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost:0", "[::1]", "::1"])
def test_an_own_address_or_name_is_the_only_one_offered(address: str) -> None:
    (one,) = page_server(ShareWish(address=address)).addresses()
    assert one in (ShareAddress("127.0.0.1", ""), ShareAddress("::1", ""))


def test_a_name_is_written_as_browsers_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))])
    server = page_server(ShareWish(address="Büro.lan:0"))
    server.start("127.0.0.1")
    try:
        assert server.link.startswith("http://xn--bro-hoa.lan:")
    finally:
        server.stop()


def test_without_a_wish_nothing_is_made_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smappee_tui.cli.sharing.page_server", lambda *_: pytest.fail("made at once"))
    prepared(AS_USUAL, "192.0.2.1")
    prepared(ShareWish(at_once=True))


@pytest.mark.parametrize(
    ("certificate", "key", "code"),
    [("cert.pem", "locked.pem", "share.key_locked"), ("none.pem", None, "share.no_file"),
     (None, "key.pem", "share.key_alone"), ("cert.pem", None, "share.no_certificate"),
     ("cert.pem", "none.pem", "share.no_file")],
)  # fmt: skip
def test_a_certificate_that_will_not_do_is_refused(
    pems: Path, certificate: str | None, key: str | None, code: str
) -> None:
    wish = ShareWish(certificate=pems / certificate if certificate else None, key=pems / key if key else None)
    with pytest.raises(CannotReadError) as refused:
        page_server(wish)
    assert refused.value.what.code == code
    assert refused.value.advice is not None


def test_with_a_certificate_the_page_speaks_tls_under_its_name(pems: Path) -> None:
    server = page_server(ShareWish(address="localhost", certificate=pems / "cert.pem", key=pems / "key.pem"))
    (here,) = server.addresses()
    server.start(here.address)
    try:
        assert server.link.startswith("https://localhost:")
        phone = Secure(server, ssl.create_default_context(cafile=str(pems / "cert.pem")), here.address)
        status, headers, _ = phone.ask("GET", phone.token)
        assert status == 200
        assert "secure" in headers["set-cookie"].lower()
        with phone.plain() as line:  # what is no TLS gets nothing
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert line.recv(1000) in (b"", b"\x15\x03\x03\x00\x02\x02F", b"\x15\x03\x01\x00\x02\x02F")
    finally:
        server.stop()


class Secure(Browser):
    """Speaks TLS, and looks at the certificate."""

    def __init__(self, server: object, context: ssl.SSLContext, address: str) -> None:
        super().__init__(server)  # type: ignore[arg-type]
        self.context, self.place = context, (address, self.place[1])

    plain = Browser.call

    def call(self) -> ssl.SSLSocket:
        return self.context.wrap_socket(super().call(), server_hostname="localhost")


def test_handshakes_that_never_end_keep_no_phone_out(pems: Path) -> None:
    server = page_server(ShareWish(address="localhost", certificate=pems / "cert.pem", key=pems / "key.pem"))
    (here,) = server.addresses()
    server.start(here.address)
    try:
        context = ssl.create_default_context(cafile=str(pems / "cert.pem"))
        phone = Secure(server, context, here.address)
        silent = [phone.plain() for _ in range(HANDSHAKES + 4)]
        assert phone.ask("GET", phone.token)[0] == 200
        assert closed(silent[0])
        for line in silent:
            line.close()
    finally:
        server.stop()
