"""The program's own code as trees: what a name in a module means, and what a function takes and returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef
Named = tuple[str, str]
"""A module and a name in it."""


@dataclass(frozen=True)
class Module:
    """One file of the program."""

    path: str
    """From the project's folder, e.g. tracker/access/policy.py."""

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse((ROOT / self.path).read_text(encoding="utf-8"), self.path)

    @cached_property
    def imported(self) -> dict[str, Named]:
        """What each imported name stands for."""
        found: dict[str, Named] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions of the module itself, by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def scopes(self) -> list[tuple[str, Function]]:
        """(qualified name, function) of every function that stands in the module or in a class of it."""
        return list(_scopes(self.tree, ""))

    def meaning(self, called: ast.expr) -> Named | None:
        """The module and name of a function that is called; ("", name) for a method."""
        if isinstance(called, ast.Name):
            return (self.name, called.id) if called.id in self.functions else self.imported.get(called.id)
        if isinstance(called, ast.Attribute):
            if isinstance(called.value, ast.Name) and called.value.id in self.imported:
                package, name = self.imported[called.value.id]
                return (f"{package}.{name}", called.attr)
            return ("", called.attr)
        return None


def _scopes(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield prefix + child.name, child
        elif isinstance(child, ast.ClassDef):
            yield from _scopes(child, f"{prefix}{child.name}.")


@lru_cache(maxsize=1)
def modules() -> dict[str, Module]:
    """All of `tracker`, by name."""
    found = (Module(str(path.relative_to(ROOT))) for path in sorted((ROOT / "tracker").rglob("*.py")))
    return {module.name: module for module in found}


def module_at(path: str) -> Module:
    """The module of that file."""
    return modules()[Module(path).name]


def definition(named: Named) -> Function | None:
    """The function of that name; through modules that only hand it on."""
    module = modules().get(named[0])
    if module is None:
        return None
    if named[1] in module.functions:
        return module.functions[named[1]]
    onward = module.imported.get(named[1])
    return definition(onward) if onward is not None and onward != named else None


def home_of(named: Named) -> Named:
    """Where the function of that name is written."""
    module = modules().get(named[0])
    onward = module.imported.get(named[1]) if module is not None and named[1] not in module.functions else None
    return home_of(onward) if onward is not None and onward != named else named


def returned(function: Function) -> str:
    """What it says it returns."""
    return ast.unparse(function.returns) if function.returns is not None else ""


def place_of(function: Function, type_name: str) -> int | None:
    """Which positional parameter is of that type."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    said = [ast.unparse(one.annotation) if one.annotation is not None else "" for one in parameters]
    return said.index(type_name) if type_name in said else None
