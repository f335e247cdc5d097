"""Where messages go: secrets come from where they are kept, never from a command line, and are never shown."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from smappee_tui.connect.errors import BadAddressError, CannotReadError
from smappee_tui.fleet.telling import targets
from smappee_tui.fleet.telling.targets import MOST, masked, read_targets, send, sendable
from smappee_tui.protocol.fact import fact

Hooked = tuple[str, list[dict[str, str]], list[int]]


def read(*words: str, **environment: str) -> list[str]:
    kept = {"people": "slack://A/B/C"}
    return [target.url for target in read_targets(words, kept.get, lambda url: "bad" not in url, masked, environment)]


def test_where_addresses_are_read_from(tmp_path: Path) -> None:
    path = tmp_path / "targets"
    path.write_text("# people\n  slack://T/O/K  \n\ndiscord://x/y\n")
    assert read(f"file:{path}") == ["slack://T/O/K", "discord://x/y"]
    assert read("env:WHO", WHO="json://u:p@h/x") == ["json://u:p@h/x"]
    assert read("keyring:people", "env:WHO", WHO="slack://A/B/C") == ["slack://A/B/C"]


@pytest.mark.parametrize("url", ["mailto://smtp.example.org?to=a@b.c", "mailtos://h/a@b.c", "json://127.0.0.1:8080"])
def test_an_address_without_a_secret_may_be_typed(url: str) -> None:
    assert read(url) == [url]


@pytest.mark.parametrize(
    "url",
    [
        "slack://TokenA/TokenB/TokenC",
        "json://hooks.example.org/T0K3N",
        "json://user:s3cret@host",
        "mailto://me:s3cret@example.org",
        "json://host?token=s3cret",
        "json://host?+X-Key=s3cret",
        "json://host#s3cret",
        "s3cret",
        "json://[s3cret",
        "pbul://o.s3cret0123456789",
        "schan://s3cret",
    ],
)
def test_one_that_may_hold_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        read(url)
    assert refused.value.what.code == "fleet_notice.secret_typed"
    assert "s3cret" not in repr(refused.value) + str(refused.value)
    assert "Token" not in repr(refused.value)


def test_what_is_not_there_or_not_known_is_told_without_the_address(tmp_path: Path) -> None:
    for word in ("env:NONE", "keyring:nobody"):
        with pytest.raises(BadAddressError):
            read(word)
    with pytest.raises(CannotReadError):
        read(f"file:{tmp_path / 'none'}")
    with pytest.raises(BadAddressError) as refused:
        read("env:WHO", WHO="bad://s3cret")
    assert "s3cret" not in repr(refused.value.what)
    with pytest.raises(BadAddressError):
        read("env:WHO", WHO="\n".join(f"json://h{n}/" for n in range(MOST + 1)))


@pytest.mark.parametrize("content", ["", "# nobody so far\n\n"])
def test_where_nobody_is_named_nobody_is_told_in_silence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "targets"
    path.write_text(content)
    for word in (f"file:{path}", "env:WHO"):
        with pytest.raises(BadAddressError) as refused:
            read("json://127.0.0.1", word, WHO=content or "\n")
        assert refused.value.what == fact("fleet_notice.no_address", where=word)


def test_of_a_file_that_is_too_long_nothing_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "targets"
    path.write_text("json://127.0.0.1\n" + "# people\n" * 10_000 + "slack://T/O/K\n")
    with pytest.raises(CannotReadError):
        read(f"file:{path}")


@pytest.fixture
def hook() -> Iterator[Hooked]:
    """A webhook on loopback: its address, what it took, and what it answers with next."""
    taken: list[dict[str, str]] = []
    answers = [200]

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers[0])
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Silence."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://user:s3cret@127.0.0.1:{server.server_port}/hook", taken, answers
        server.shutdown()


def test_a_message_arrives_and_nothing_of_its_address_is_logged(
    hook: tuple[str, list[dict[str, str]], list[int]],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    url, taken, answers = hook
    with caplog.at_level(logging.DEBUG):
        assert sendable(url)
        assert send(url, "title", "a & b <i>\nline")
        assert (taken[0]["title"], taken[0]["message"]) == ("title", "a & b <i>\nline")
        answers[0] = 500
        assert not send(url, "title", "body")
    assert not sendable("nothing://x")
    out, err = capfd.readouterr()
    assert "s3cret" not in out + err + caplog.text


def test_what_a_plugin_meets_when_it_reads_an_address_gives_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails:
        def add(self, url: str) -> bool:
            raise TypeError(url)

    monkeypatch.setattr(targets, "_library", lambda: Fails)
    assert not targets.send("slack://s3cret", "title", "body")
