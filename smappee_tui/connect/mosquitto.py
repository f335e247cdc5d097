"""A Mosquitto of our own: its configuration and password file in a private folder, gone when it stops."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from smappee_tui.connect.broker_rights import MONITOR_READS, MONITOR_WRITES
from smappee_tui.connect.errors import CannotListenError, port_in_use
from smappee_tui.protocol.fact import fact

_PLACES = os.pathsep.join(
    ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/local/bin", r"C:\Program Files\mosquitto")
)
_PATIENCE = 5.0
_CONNECTED = re.compile(r"New client connected from (\S+?):\d+ as (\S+)")
_LEFT = re.compile(r"Client (\S+) (?:disconnected|closed its connection|has exceeded timeout)")
_MOST_CLIENTS = 32
_GUARD = """
import os, shutil, subprocess, sys, threading, time
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
def end():
    while os.read(0, 1):
        pass
    for _ in range(15):  # a Mosquitto that has just begun loses the first word
        child.terminate()
        time.sleep(0.2)
    child.kill()
threading.Thread(target=end, daemon=True).start()
child.wait()
shutil.rmtree(sys.argv[1], ignore_errors=True)
os._exit(0)
"""
"""Stands between us and the broker: when its standard input ends, as it does when we die in whatever way, so does the
broker. A window that is closed must not leave an open port behind."""


def find(name: str) -> str | None:
    """Where a program of Mosquitto's is, also where it is not on the PATH."""
    return shutil.which(name) or shutil.which(name, path=_PLACES)


def installed() -> bool:
    """Whether both programs needed are there."""
    return find("mosquitto") is not None and find("mosquitto_passwd") is not None


class MosquittoProcess:
    """One running broker, with one user for a monitor, on one address."""

    def __init__(self, bind: str, port: int, username: str, password: str, own: tuple[str, str]) -> None:
        """Prepare.

        Args:
            bind: the only address it listens on.
            port: TCP port.
            username: the monitor's user, who may do what a monitor does.
            password: his password.
            own: username and password of this program, which may do everything.
        """
        self._bind, self._port, self._username = bind, port, username
        self._logins = {username: password, own[0]: own[1]}
        self._folder: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._up = threading.Event()  # it is ready, or it has ended
        self._ready = False
        self._said: list[str] = []
        self._clients: dict[str, str] = {}

    @property
    def running(self) -> bool:
        """It was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def clients(self) -> tuple[str, ...]:
        """Addresses of those connected now."""
        return tuple(dict(self._clients).values())

    def start(self) -> None:
        """Start it; returns when clients can connect.

        Raises:
            CannotListenError: when it does not start.
        """
        program, passwords = find("mosquitto"), find("mosquitto_passwd")
        if program is None or passwords is None:
            raise CannotListenError(fact("broker.mosquitto_missing"), fact("broker.mosquitto_missing_advice"))
        self._folder = Path(tempfile.mkdtemp(prefix="smappee-tui-"))  # only this user can look into it
        users = self._folder / "users"
        try:
            users.touch(mode=0o600)
            # The password goes in by the file, never by the command line, where others could read it.
            users.write_text("".join(f"{name}:{word}\n" for name, word in self._logins.items()), encoding="utf-8")
            subprocess.run([passwords, "-U", str(users)], check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603
            rights = self._folder / "rights"
            rights.write_text(self._rights(), encoding="utf-8")
            config = self._folder / "mosquitto.conf"
            config.write_text(self._config(users, rights), encoding="utf-8")
            self._process = subprocess.Popen(  # noqa: S603 - a program found by name, arguments of our own
                [sys.executable, "-I", "-S", "-c", _GUARD, str(self._folder), program, "-c", str(config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=os.name == "posix",  # ctrl-c in the terminal is for us, not for it
            )
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise CannotListenError(
                fact("broker.mosquitto_fails", why=str(error)), fact("broker.without_mosquitto")
            ) from error
        threading.Thread(target=self._follow, args=(self._process,), name="mosquitto-log", daemon=True).start()
        if not self._up.wait(_PATIENCE) or not self._ready:
            said = " ".join(self._said[-3:])
            self.stop()
            raise _no_start(self._bind, self._port, said)

    def stop(self) -> None:
        """End it and remove its files."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_PATIENCE)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _rights(self) -> str:
        lines = []
        for name in self._logins:
            lines += [f"user {name}", f"topic read {MONITOR_READS}"]
            writes = MONITOR_WRITES if name == self._username else (MONITOR_READS,)
            lines += [f"topic write {topic}" for topic in writes]
        return "\n".join(lines) + "\n"

    def _config(self, users: Path, rights: Path) -> str:
        lines = [
            f"listener {self._port} {self._bind}",
            "allow_anonymous false",
            f"password_file {users}",
            f"acl_file {rights}",
            "persistence false",
            f"max_connections {_MOST_CLIENTS}",
            "log_dest stderr",
            "connection_messages true",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines.append("user root")  # as another user it could not read the private folder
        return "\n".join(lines) + "\n"

    def _follow(self, process: subprocess.Popen[str]) -> None:
        """Read its log until it ends: who comes and who goes."""
        if process.stderr is None:
            return
        with contextlib.suppress(OSError, ValueError), process.stderr as lines:
            for line in lines:
                self._said = [*self._said[-9:], line.strip()]
                if line.rstrip().endswith("running"):
                    self._ready = True
                    self._up.set()
                elif (came := _CONNECTED.search(line)) is not None and len(self._clients) < _MOST_CLIENTS:
                    self._clients[came[2]] = came[1]
                elif (left := _LEFT.search(line)) is not None:
                    self._clients.pop(left[1], None)
        self._clients.clear()
        self._up.set()


def _no_start(bind: str, port: int, said: str) -> CannotListenError:
    if "in use" in said:
        return port_in_use(bind, port)
    if "assign" in said:
        return CannotListenError(fact("broker.not_ours", bind=bind), fact("broker.not_ours_advice"))
    what = fact("broker.mosquitto_fails", why=said) if said else fact("broker.mosquitto_mute")
    return CannotListenError(what, fact("broker.another_place"))
