"""Run as a process of its own, between us and a Mosquitto: standard library only.

When its standard input ends, as it does when we die in whatever way, so does the broker: a window that is closed must
not leave an open port behind. On a Unix it is also the broker's door, as Mosquitto lets a silent connection stay for a
minute and a half: who has not logged in within 5 s is sent away, and no more than 32 come in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from itertools import count

MOST_CLIENTS = 32
"""Connections at a time."""
LOGIN_WITHIN = 5.0
"""Seconds in which the broker must have let a connection in."""
_ANSWER = 0x20
"""How MQTT's answer to logging in begins; its fourth byte is 0 for a yes."""


class Door:
    """Passes connections on to the broker's own socket, and says who came and who left."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._open = 0
        self._numbers = count(1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        self._open += 1
        try:
            with contextlib.suppress(OSError):
                if self._open <= MOST_CLIENTS:
                    await self._pass_on(reader, writer)
        finally:  # whatever a connection brings, it leaves its place
            self._open -= 1
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_broker, to_broker = await asyncio.open_unix_connection(self._path)
        inward = asyncio.create_task(_pump(reader, to_broker))
        try:
            async with asyncio.timeout(LOGIN_WITHIN):
                answer = await from_broker.readexactly(4)
            writer.write(answer)
            if answer[0] == _ANSWER and answer[3] == 0:
                await self._known(writer, from_broker, inward)
        except (TimeoutError, asyncio.IncompleteReadError):
            return
        finally:
            inward.cancel()
            to_broker.close()

    async def _known(
        self, writer: asyncio.StreamWriter, from_broker: asyncio.StreamReader, inward: asyncio.Task[None]
    ) -> None:
        number, peer = next(self._numbers), writer.get_extra_info("peername")
        host = peer[0] if peer else "?"  # it was gone before it was let in
        _say(f"door: {number} came from {host}")
        outward = asyncio.create_task(_pump(from_broker, writer))
        try:
            await asyncio.wait({inward, outward}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            outward.cancel()
            _say(f"door: {number} left")


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"{line}\n".encode())


def guard(folder: str, command: list[str]) -> subprocess.Popen[bytes]:
    """Start the broker, and end with it or when nobody needs it any more."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - as it was given

    def end() -> None:
        while os.read(0, 1):
            pass
        for _ in range(15):  # a Mosquitto that has just begun loses the first word
            child.terminate()
            time.sleep(0.2)
        child.kill()

    def leave() -> None:
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=end, daemon=True).start()
    threading.Thread(target=leave).start()
    return child


async def _run(folder: str, bind: str, port: str, path: str, command: list[str]) -> None:
    try:
        server = await asyncio.start_server(Door(path).serve, bind, int(port))
    except OSError as error:
        _say(str(error))
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)
    guard(folder, command)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[4]:
        asyncio.run(_run(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]))
    else:
        guard(sys.argv[1], sys.argv[5:])
