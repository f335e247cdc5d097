"""The list of breakers: kept in the job, whatever became of its file, and printed as labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smappee_tui.app.tracer import CircuitList, TracerDesk, write_labels
from smappee_tui.app.visit.jobs import CIRCUITS
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.diagnosis.tracing.tracer import Change, Tracing
from smappee_tui.i18n import Translator
from tests.diagnosis.tracing.test_board import breaker, inputs


def found(*numbers: int, stage: str = "sure") -> Tracing:
    return Tracing(stage, Change(numbers, (0,), (1,), -1900.0, 1_760_000_000.0))  # type: ignore[arg-type]


def test_the_list_is_there_again(tmp_path: Path) -> None:
    first = CircuitList(tmp_path)
    first.take("  F7   oven ", found(7))
    first.take("F8", found())
    first.take("F7 oven", found(9, stage="named"))  # traced again: the newest counts
    first.rename("F8", "F8 garage")
    again = CircuitList(tmp_path)
    assert [(one.breaker, one.inputs, one.sure) for one in again.circuits] == [
        ("F8 garage", (), True),
        ("F7 oven", (9,), False),
    ]
    assert json.loads((tmp_path / CIRCUITS).read_text())["schema"] == "smappee-tui/circuits/1"


def test_nothing_is_kept_without_a_name_or_a_find(tmp_path: Path) -> None:
    circuits = CircuitList(tmp_path)
    assert circuits.take("   ", found(7)) is None
    assert circuits.take("F7", Tracing("unsure")) is None
    assert not (tmp_path / CIRCUITS).exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[1]", b'{"schema": "smappee-tui/circuits/2"}', b'{"circuits": [{"breaker": 1}]}'],
)
def test_a_file_that_nobody_can_read_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CIRCUITS).write_bytes(content)
    circuits = CircuitList(tmp_path)
    assert circuits.circuits == []
    assert circuits.aside is not None
    assert circuits.aside.read_bytes() == content
    circuits.take("F7", found(7))
    assert len(CircuitList(tmp_path).circuits) == 1


def test_numbers_that_nothing_measures_are_left_out(tmp_path: Path) -> None:
    good = {"breaker": "F1", "inputs": [1], "grid": [], "phases": [0], "watts": 1.0, "at": 1.76e9, "sure": True}
    odd = [good | {"at": at} for at in (-1e300, 1e300)] + [good | {"watts": 1e300}, good | {"breaker": " "}]
    (tmp_path / CIRCUITS).write_text(json.dumps({"schema": "smappee-tui/circuits/1", "circuits": [*odd, good]}))
    assert [one.breaker for one in CircuitList(tmp_path).circuits] == ["F1"]


def test_a_list_that_cannot_be_written_stays_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    circuits = CircuitList(tmp_path / "file")
    with pytest.raises(CannotWriteError):
        circuits.take("F7", found(7))
    assert [one.breaker for one in circuits.circuits] == ["F7"]


def test_a_desk_begins_without_a_list(tmp_path: Path) -> None:
    assert TracerDesk(CircuitList(), "").tracer.state.stage == "idle"


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_labels_are_written(tmp_path: Path, language: str) -> None:
    circuits = [
        breaker(f"F{n} \N{GREEK SMALL LETTER OMEGA} a name that is far too long for a label", n % 7) for n in range(40)
    ]
    circuits.append(breaker("F99 garage"))
    work = write_labels(
        circuits, inputs("Oven", "[/b]", ""), tmp_path / "new", "Kerkstraat 1", 1.76e9, Translator(language)
    )  # type: ignore[arg-type]
    path = work()
    assert path.parent == tmp_path / "new"
    assert path.read_bytes().startswith(b"%PDF-")


def test_labels_say_why_they_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    work = write_labels([breaker("F1", 1)], inputs("Oven"), tmp_path / "file", "", 1.76e9, Translator("en"))
    with pytest.raises(CannotWriteError):
        work()
