"""A keyring that is none: in memory, or a file for a process of its own. Never the developer's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import keyring.backend
import keyring.errors

FILE_VARIABLE = "SMAPPEE_TUI_TEST_RING"


class MemoryRing(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[f"{service} {username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.kept.pop(f"{service} {username}", None) is None:
            raise keyring.errors.PasswordDeleteError("not there")

    def _open(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")


class FileRing(MemoryRing):
    def _open(self) -> None:
        path = Path(os.environ[FILE_VARIABLE])
        self.kept = json.loads(path.read_text()) if path.exists() else {}

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        Path(os.environ[FILE_VARIABLE]).write_text(json.dumps(self.kept))

    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        Path(os.environ[FILE_VARIABLE]).write_text(json.dumps(self.kept))
