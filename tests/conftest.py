"""What every test needs: a plain environment, a hypothesis profile that does not depend on the machine's speed."""

import gc
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Both change what Rich and Textual draw; a developer's own setting must not fail a test.
for _name in ("NO_COLOR", "TEXTUAL_THEME", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(_name, None)
os.environ["LC_ALL"] = "C.UTF-8"  # the language of the tests, whatever the developer speaks

# The suite starts six workers and the program a hundred times: without bytecode each of them compiles everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test may look at a network of the machine it runs on; a test that makes namespaces allows theirs itself.
os.environ.setdefault("SMAPPEE_TUI_NETWORKS", "127.0.0.0/8")

# A suite started in the background by a shell is deaf to Ctrl-C, and so would be every program that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):  # the same of `nohup` and a terminal that is closed
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

settings.register_profile(
    "smappee", max_examples=13, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("smappee")

_DATA = Path(tempfile.gettempdir()) / f"smappee-tui-tests-{os.getpid()}"
_NUMBERS = itertools.count()

pytest_plugins = ["tests.brokers"] if importlib.util.find_spec("tests.brokers") else []


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Some payloads are megabytes long, and each worker tells the name of each test."""
    return f"{argname} of {len(val)}" if isinstance(val, str | bytes) and len(val) > 100 else None


def pytest_sessionstart(session: pytest.Session) -> None:
    """On a fresh clone one process reads all tests before several workers begin, each of which would compile them."""
    config = session.config
    whole = list(config.args) == config.getini("testpaths") and config.getoption("numprocesses", None)
    if whole and not any(Path(__file__).parent.glob("__pycache__/test_*-pytest-*.pyc")):
        words = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "--collect-only", "-qq"]
        subprocess.run(words, stdout=subprocess.DEVNULL, cwd=config.rootpath, check=False)


_WAITS = ("/web/browser/", "/fleet/cluster/", "/connect/test_other_brokers", "/cli/test_job_terminal")
"""Tests that wait for other programs more than they compute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who waits begins first: at the end one worker would wait alone."""
    items.sort(key=lambda item: not any(part in item.path.as_posix() for part in _WAITS))


gc.disable()  # while thousands of tests are read: none of them is garbage, and each collection looks at all of them


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds a job or the settings of the developer, or of another test, or writes there; whoever needs the
    folders makes them."""
    own = _DATA / str(next(_NUMBERS))
    monkeypatch.setenv("SMAPPEE_TUI_DATA_DIR", str(own))
    monkeypatch.setenv("SMAPPEE_TUI_CONFIG_DIR", str(own / "settings"))


def pytest_unconfigure() -> None:
    gc.freeze()  # five collections of all that was left over would follow, to warn of what nobody reads
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test begins in English, whatever language the one before it spoke."""
    from smappee_tui.i18n import use

    use("en")
    yield
    use("en")
