"""docs/model.md says what the code does: its constants have these values, and no kind of evidence is left out."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/model.md").read_text("utf-8")
DIAGNOSIS = ROOT / "smappee_tui/diagnosis"
NAMED = re.compile(r"`?\b([A-Z][A-Z_]{3,})`? (?:= )?(-?[\d.]*\d)")
NO_KIND = {"blocks", "carried", "collector", "facts", "nominal", "record", "supply", "timeline", "tracks"}
"""What the kinds of evidence are made of, how they are carried to another watch, and what is told of the supply."""


def _constants() -> dict[str, list[tuple[str, float | None]]]:
    """Where every constant of the diagnosis stands, by name, and its value where that is a number."""
    found: dict[str, list[tuple[str, float | None]]] = {}
    for path in DIAGNOSIS.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            names, values = _parts(target), _parts(node.value)
            for place, name in enumerate(names):
                if isinstance(name, ast.Name) and name.id.isupper():
                    part = values[place] if len(values) == len(names) else node.value
                    found.setdefault(name.id, []).append((path.stem, _number(part)))
    return found


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _number(node: ast.expr) -> float | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return float(value) if isinstance(value, int | float) else None


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    known, said = _constants(), NAMED.findall(PAGE)
    assert len(said) >= 40
    for name, value in said:
        if name != "UNSHARED_ANGLES":  # a sum
            assert {one for _, one in known[name]} == {float(value)}, f"{name} = {value} in docs/model.md"


def test_every_weight_is_on_the_page_and_no_other_constant_has_its_name() -> None:
    known = _constants()
    weights = {name for name, places in known.items() if "weights" in dict(places)}
    assert len(weights) > 60
    assert {name: known[name] for name in weights if len(known[name]) > 1} == {}
    assert [name for name in sorted(weights) if not re.search(rf"\b{name}\b", PAGE)] == []


def test_every_kind_of_evidence_is_on_the_page() -> None:
    """A kind is what the record keeps or what judges ask for; what kinds are made of is their own affair."""
    judges = [
        DIAGNOSIS / "evidence/record.py",
        *(DIAGNOSIS / "inference").glob("*.py"),
        *(DIAGNOSIS / "checks").glob("*.py"),
        DIAGNOSIS / "look.py",
    ]
    asked = {
        name
        for path in judges
        for name in re.findall(
            r"diagnosis\.evidence\.(?:sums\.|watch\.|witness\.)?(\w+) import", path.read_text("utf-8")
        )
    }
    assert len(asked) > 12
    missing = [name for name in sorted(asked - NO_KIND) if f"`{name}.py`" not in PAGE]
    assert not missing, f"docs/model.md says nothing of {missing}"
