"""Networks of a test's own: namespaces joined by virtual cables. Nothing in them reaches the machine's real ones."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

_T = TypeVar("_T")
_NEWNET = 0x40000000


def why_not() -> str:
    """Why namespaces cannot be made here, "" when they can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "making network namespaces needs root"
    if shutil.which("ip") is None:
        return "`ip` (iproute2) is not installed"
    done = subprocess.run(["ip", "netns", "add", f"smt-try-{os.getpid()}"], capture_output=True, text=True)
    if done.returncode:
        return f"namespaces cannot be made: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", f"smt-try-{os.getpid()}"], check=True)
    return ""


class Spaces:
    """Some namespaces, gone with the test."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        self._cables = 0

    def make(self, *names: str) -> None:
        for name in names:
            real = f"smt{os.getpid()}-{name}"
            _ip("netns", "add", real)
            self._made[name] = real
            _ip("-n", real, "link", "set", "lo", "up")

    def cable(self, one: str, one_ip: str, other: str, other_ip: str) -> None:
        """Join two namespaces; addresses with their prefix, several with spaces between."""
        self._cables += 1
        ends = [f"{name[:8]}{self._cables}" for name in (one, other)]
        first, second = self._made[one], self._made[other]
        _ip("link", "add", ends[0], "netns", first, "type", "veth", "peer", "name", ends[1], "netns", second)
        for space, end, addresses in ((first, ends[0], one_ip), (second, ends[1], other_ip)):
            for address in addresses.split():
                _ip("-n", space, "addr", "add", address, "dev", end, *(["nodad"] if ":" in address else []))
            _ip("-n", space, "link", "set", end, "up")

    def route(self, name: str, to: str, via: str) -> None:
        _ip("-n", self._made[name], "route", "add", to, "via", via)

    def forward(self, name: str) -> None:
        """Let it be a router."""
        self.run(name, lambda: Path("/proc/sys/net/ipv4/ip_forward").write_text("1") and None)

    def exec(self, name: str, *command: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run a program in it."""
        return subprocess.run(
            ["ip", "netns", "exec", self._made[name], *command], capture_output=True, text=True, timeout=40, **more
        )

    def run(self, name: str, work: Callable[[], _T]) -> _T:
        """Run a function in it, in a thread of its own."""
        return self.start(name, work).result(40)

    def start(self, name: str, work: Callable[[], _T]) -> Future[_T]:
        future: Future[_T] = Future()

        def body() -> None:
            try:
                self._enter(name)
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                future.set_exception(error)

        threading.Thread(target=body, daemon=True).start()
        return future

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """This thread is in it; threads and sockets made meanwhile stay there."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self._enter(name)
            yield
        finally:
            _set(home)
            os.close(home)

    def _enter(self, name: str) -> None:
        handle = os.open(f"/var/run/netns/{self._made[name]}", os.O_RDONLY)
        try:
            _set(handle)
        finally:
            os.close(handle)

    def close(self) -> None:
        for real in self._made.values():
            subprocess.run(["ip", "netns", "del", real], capture_output=True)


def _set(handle: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(handle, _NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture(scope="session")
def _possible() -> str:
    return why_not()


@pytest.fixture
def spaces(_possible: str) -> Iterator[Spaces]:
    if _possible:
        pytest.skip(_possible)
    made = Spaces()
    yield made
    made.close()
