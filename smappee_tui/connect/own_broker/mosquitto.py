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

from smappee_tui.connect.errors import CannotListenError, port_in_use
from smappee_tui.connect.own_broker import mosquitto_guard
from smappee_tui.connect.own_broker.mosquitto_guard import MOST_CLIENTS
from smappee_tui.connect.own_broker.rights import MONITOR_READS, MONITOR_WRITES
from smappee_tui.protocol.fact import fact

_PLACES = os.pathsep.join(
    ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/local/bin", r"C:\Program Files\mosquitto")
)
_PATIENCE = 5.0
_CONNECTED = re.compile(r"door: (\d+) came from (\S+)|\d+: New client connected from (\S+?):\d+ as (\S+)")
_LEFT = re.compile(r"door: (\d+) left|\d+: Client (\S+) (?:disconnected|closed its connection|has exceeded timeout)")
"""At the beginning of a line: further on stands how a client calls itself, which may be anything."""
_SPEAKS = os.name == "posix"
"""Mosquitto has a socket of its own there, and our guard is the door."""


def find(name: str) -> str | None:
    """Where a program of Mosquitto's is, also where it is not on the PATH."""
    return shutil.which(name) or shutil.which(name, path=_PLACES)


def installed() -> bool:
    """Whether both programs needed are there, and new enough: before 2.0 it has no socket of its own."""
    program = find("mosquitto")
    if program is None or find("mosquitto_passwd") is None:
        return False
    try:
        told = subprocess.run([program, "-h"], capture_output=True, text=True, timeout=_PATIENCE, check=False).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.search(r"version (\d+)", told)
    return version is not None and int(version[1]) >= 2


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
        self._socket = ""
        """Where the broker listens behind our door; "" where it is its own door."""
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
        self._socket = str(self._folder / "door") if _SPEAKS else ""
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
                [
                    *(
                        sys.executable,
                        "-I",
                        "-S",
                        mosquitto_guard.__file__,
                        str(self._folder),
                        self._bind,
                        str(self._port),
                    ),
                    *(self._socket, program, "-c", str(config)),
                ],
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
            f"listener 0 {self._socket}" if self._socket else f"listener {self._port} {self._bind}",
            "allow_anonymous false",
            f"password_file {users}",
            f"acl_file {rights}",
            "persistence false",
            f"max_connections {MOST_CLIENTS}",
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
                elif (came := _CONNECTED.match(line)) is not None:
                    if came[1] or not self._socket:  # behind the door nobody has an address
                        self._clients[came[1] or came[4]] = came[2] or came[3]
                elif (left := _LEFT.match(line)) is not None:
                    self._clients.pop(left[1] or left[2], None)
        self._clients.clear()
        self._up.set()


def _no_start(bind: str, port: int, said: str) -> CannotListenError:
    if "in use" in said:
        return port_in_use(bind, port)
    if "assign" in said:
        return CannotListenError(fact("broker.not_ours", bind=bind), fact("broker.not_ours_advice"))
    what = fact("broker.mosquitto_fails", why=said) if said else fact("broker.mosquitto_mute")
    return CannotListenError(what, fact("broker.another_place"))
