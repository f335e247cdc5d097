"""The walls of the house: who may import whom, what a start loads, how long a file may be."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "smappee_tui"
HEAVY = {
    "textual", "rich", "httpx", "zeroconf", "amqtt", "paho", "typer", "jinja2", "fpdf", "keyring", "asyncio", "ssl",
    "numpy", "pydantic",
}  # fmt: skip
RECKONS = {"numpy"}
"""What the judge may load, and with it a session: sums and likelihoods of a whole site are arrays. Messages are not."""
CLOCKS_AND_DOORS = (
    "import time\n", "from time ", "datetime.now", "utcnow", ".today(", "import random", "import socket",
    "import threading", " open(", "print(", "__import__", "importlib",
)  # fmt: skip
SECRET = re.compile("password|secret|token|cookie")
LONGEST_FILE = 500
"""Lines; a file that needs more does two things."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=50
    )


def test_the_import_contracts_hold() -> None:
    result = run(
        "-X", "utf8", "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("room", ["protocol.decode", "site.site", "diagnosis.judge", "app.session"])
def test_the_rooms_that_think_load_nothing_heavy(room: str) -> None:
    result = run("-c", f"import sys, smappee_tui.{room}; print(*{{name.partition('.')[0] for name in sys.modules}})")
    assert result.returncode == 0, result.stderr
    allowed = RECKONS if room in ("diagnosis.judge", "app.session") else set()
    assert set(result.stdout.split()) & (HEAVY - allowed) == set()


def test_what_a_phone_reaches_has_no_way_to_a_monitor_a_setting_or_an_account() -> None:
    """Not even what it imports imports one."""
    rooms = ["app.phone.carry_out", "app.phone.stage", "web.server", "web.app"]
    result = run("-c", f"import sys, {', '.join(f'smappee_tui.{room}' for room in rooms)}; print(*sys.modules)")
    assert result.returncode == 0, result.stderr
    ways = (
        "connect.plug_command", "connect.mqtt", "connect.cloud_api", "connect.portal", "app.switching", "app.settings",
        "app.cloud_login", "app.cloud_session", "app.portal_check", "simulator",
    )  # fmt: skip
    closed = ("paho", "keyring", *(f"smappee_tui.{way}" for way in ways))
    assert [name for name in result.stdout.split() if name.startswith(closed)] == []


@pytest.mark.parametrize("room", ["protocol", "site", "diagnosis"])
def test_the_rooms_that_think_ask_no_clock_and_no_network(room: str) -> None:
    """What stands in the source itself: `import-linter` sees modules, not the built-in `open` or a late import.

    `datetime` is a type here (the cloud's records carry aware times); what asks the clock is `now` and its like.
    """
    for path in sorted((PACKAGE / room).rglob("*.py")):
        words = path.read_text(encoding="utf-8")
        for word in CLOCKS_AND_DOORS:
            assert word not in words, f"{word!r} in {path.relative_to(ROOT)}"


def test_no_file_is_too_long() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert not {str(path): count for path, count in lines.items() if count > LONGEST_FILE}


def test_no_field_with_a_secret_shows_in_a_repr() -> None:
    """Whoever logs or quotes an object of ours gives nothing away."""
    shown = []
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for one in ast.walk(ast.parse(text)) if SECRET.search(text) else ():
            if isinstance(one, ast.ClassDef) and not any(getattr(part, "name", "") == "__repr__" for part in one.body):
                fields = [ast.unparse(part) for part in one.body if isinstance(part, ast.AnnAssign)]
                shown += [f"{path.name} {one.name}: {field}" for field in fields if _tells(field)]
    assert shown == []


def _tells(field: str) -> bool:
    name, _, rest = field.partition(":")
    return bool(SECRET.search(name.lower())) and not rest.startswith(" bool") and "repr=False" not in rest
