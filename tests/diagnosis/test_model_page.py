"""docs/model.md says what the code does: its constants have these values, and no kind of evidence is left out."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/model.md").read_text("utf-8")
DIAGNOSIS = ROOT / "smappee_tui/diagnosis"
NAMED = re.compile(r"`?\b([A-Z][A-Z_]{3,})`? (?:= )?(-?[\d.]*\d)")
NO_KIND = {"blocks", "collector", "facts", "nominal", "record", "supply", "timeline", "tracks"}
"""What the kinds of evidence are made of, and what is told of the supply."""


def _constants() -> dict[str, set[float]]:
    """Value of every number that stands alone as a constant, by name; several modules may have one name."""
    found: dict[str, set[float]] = {}
    for path in DIAGNOSIS.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                try:
                    value = ast.literal_eval(node.value)
                except ValueError:
                    continue
                if isinstance(value, int | float):
                    found.setdefault(node.targets[0].id, set()).add(float(value))
    return found


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    known, said = _constants(), NAMED.findall(PAGE)
    assert len(said) >= 12
    for name, value in said:
        assert float(value) in known.get(name, set()), (
            f"{name} = {value} in docs/model.md, {known.get(name)} in the code"
        )


def test_every_kind_of_evidence_is_on_the_page() -> None:
    """A kind is what the record keeps or what judges ask for; what kinds are made of is their own affair."""
    judges = [
        DIAGNOSIS / "evidence/record.py",
        *(DIAGNOSIS / "inference").glob("*.py"),
        *(DIAGNOSIS / "checks").glob("*.py"),
        DIAGNOSIS / "judge.py",
    ]
    asked = {
        name for path in judges for name in re.findall(r"diagnosis\.evidence\.(\w+) import", path.read_text("utf-8"))
    }
    assert len(asked) > 12
    missing = [name for name in sorted(asked - NO_KIND) if f"`{name}.py`" not in PAGE]
    assert not missing, f"docs/model.md says nothing of {missing}"
