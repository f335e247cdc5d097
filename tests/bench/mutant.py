"""A pytest plugin that doubles or halves one constant before anybody has imported it: see `bench_mutation`.

The source is changed as it is compiled, not the module afterwards: what was imported by name, worked out from it or
stands as a default follows by itself.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path

VARIABLE = "SMAPPEE_MUTANT"
"""Environment: module, line, column and factor with blanks between, as `Number.spell` writes it."""


@dataclass(frozen=True)
class Number:
    """One number in the source of a constant."""

    module: str
    name: str
    """The constant that it is, or is a part of."""
    line: int
    column: int
    value: float

    def spell(self, factor: float) -> str:
        return f"{self.module} {self.line} {self.column} {factor:g}"


def numbers(module: str, path: Path) -> Iterator[Number]:
    """Every number of the constants of a module, and of the defaults of its classes."""
    for name, value in _constants(ast.parse(path.read_text("utf-8")).body):
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value:
                yield Number(module, name, node.lineno, node.col_offset, node.value)


def _constants(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _constants(node.body, f"{node.name}.")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield inside + node.target.id, node.value
        elif isinstance(node, ast.Assign):
            names = [one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            yield inside + ", ".join(names), node.value


class _Change(ast.NodeTransformer):
    def __init__(self, line: int, column: int, factor: float) -> None:
        self._place, self._factor = (line, column), factor

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if (node.lineno, node.col_offset) != self._place or not isinstance(node.value, (int, float)):
            return node
        changed = node.value * self._factor
        value = round(changed) if isinstance(node.value, int) and changed >= 1 else changed
        return ast.copy_location(ast.Constant(value), node)


class _Loader(SourceFileLoader):
    """Compiles the changed source; what Python keeps compiled is of the unchanged one."""

    def __init__(self, module: str, path: str, change: _Change) -> None:
        super().__init__(module, path)
        self._change = change

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        tree = self._change.visit(ast.parse(Path(self.path).read_text("utf-8")))
        return compile(tree, self.path, "exec")


class _Finder:
    def __init__(self, module: str, change: _Change) -> None:
        self._module, self._change = module, change

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self._module:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        loader = _Loader(name, found.origin, self._change)
        return importlib.util.spec_from_file_location(name, found.origin, loader=loader)


def plant(spelled: str) -> None:
    """Make one number other than it is, for the rest of this process. Nobody may have imported its module yet."""
    module, line, column, factor = spelled.split()
    assert module not in sys.modules, f"{module} is imported already"
    sys.meta_path.insert(0, _Finder(module, _Change(int(line), int(column), float(factor))))  # type: ignore[arg-type]


if VARIABLE in os.environ:
    plant(os.environ[VARIABLE])
