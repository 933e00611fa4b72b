"""Which permission checks the program has: read from its code, so that a new one is in the list by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tests.mutants.code import Function, Module, Named, definition, home_of, modules, place_of, returned

RULES = re.compile(r"_?(sees|visible|member_case_ids|in_own_compartment|seen_by)")
"""Names of functions that say in SQL what an actor sees."""
WITH_AN_ACTION = {"open_for", "take_case"}
"""They take the action that is asked for; without it they ask for reading."""
POLICIES = re.compile(r"tracker/(\w+/policy|access/entrance)\.py")
MATRIX = {"ON_A_CASE": ("roles", "memberships"), "WITHOUT_A_CASE": ("roles",)}
"""The tables of tracker/access/policy.py, and what their rows grant by."""
FRESH = {"ask_first", "ask_first_keeping", "ask_for_passkey", "is_fresh"}
"""They ask who is there."""
NO_PERMISSIONS = {"may_speak_to", "_may_be_overdue", "_may_be_kept", "_may_look_again"}
"""Named alike, about other things: where the server connects to, what is late by now, which field a draft keeps, when a
definition is read anew."""


@dataclass(frozen=True)
class Check:
    """One check, and how it is taken away: see tests.mutants.taking_away.

    `value`: what a condition or an operand of a policy is said to be; each is looked at as true and as false.
    """

    path: str
    line: int
    column: int
    function: str
    kind: str
    text: str
    value: bool | None = None

    def __str__(self) -> str:
        return self._said(f"{self.path}:{self.line}")

    @property
    def without_number(self) -> str:
        """Its line without the number: the same wherever in the file it stands."""
        return self._said(self.path)

    def _said(self, place: str) -> str:
        said = f"{place} {self.function or 'the table'}: {self.kind} {self.text}"
        return said if self.value is None else f"{said} = {self.value}"


def checks() -> list[Check]:
    """Every check, in the order of the files."""
    found = [check for module in modules().values() for check in _in_module(module)]
    return sorted(set(found), key=lambda check: (check.path, check.line, check.column, check.kind, str(check)))


def filters() -> list[Check]:
    """Every use of the visibility rule in a query."""
    return [check for check in checks() if check.kind in ("filter", "membership")]


def _in_module(module: Module) -> Iterator[Check]:
    is_policy = bool(POLICIES.fullmatch(module.path))
    if module.name == "tracker.access.policy":
        yield from _rows(module)
    for name, function in module.scopes:
        yield from _of_entrance(module, name, function)
        yield from _Finder(module, name, is_policy).found_in(function)


def _of_entrance(module: Module, name: str, function: Function) -> Iterator[Check]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "entrance":
            who = ast.unparse(mark.args[0])
            if who != "ANYONE":
                yield Check(module.path, mark.lineno, mark.col_offset, name, "entrance", who)


def rows_of(module: Module) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """The matrix: the table of each row, its key and what it says."""
    for node in module.tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in MATRIX and isinstance(node.value, ast.Dict):
            for key, said in zip(node.value.keys, node.value.values, strict=True):
                assert key is not None
                yield ast.unparse(node.target), key, said


def _rows(module: Module) -> Iterator[Check]:
    """Of the matrix: each row, by role and by membership."""
    for table, key, _said in rows_of(module):
        for part in MATRIX[table]:
            yield Check(module.path, key.lineno, key.col_offset, "", "row", f"{table}[{ast.unparse(key)}] {part}")


class _Finder(ast.NodeVisitor):
    def __init__(self, module: Module, function: str, is_policy: bool) -> None:
        self.module, self.function, self.is_policy = module, function, is_policy
        self.found: list[Check] = []

    def found_in(self, function: Function) -> list[Check]:
        for statement in function.body:
            self.visit(statement)
        return self.found

    def visit_Call(self, node: ast.Call) -> None:
        named = self.module.meaning(node.func)
        kind = kind_of(named)
        if not self.is_policy and _asks_for_roles(node):
            self._add(node, "role")
        if kind is not None and (kind != "action" or _action_in(node) is not None):
            self._add(node, kind)
        if kind != "require":
            self.generic_visit(node)
            return
        for argument in node.args:  # what is asked inside is one check with what requires it
            for child in ast.iter_child_nodes(argument):
                self.visit(child)

    def visit_If(self, node: ast.If) -> None:
        if _refuses(node):
            self._add(node, "refusal")
        if self.is_policy:
            self._add(node.test, "condition", True, False)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        if self.is_policy:
            for value in node.values:
                self._add(value, "operand", True, False)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not self.is_policy and _is_role(node):
            self._add(node, "role")
        self.generic_visit(node)

    def _add(self, node: ast.expr | ast.If, kind: str, *values: bool) -> None:
        shown = node.test if isinstance(node, ast.If) else node
        text = " ".join(ast.unparse(shown).split())
        said = (self.module.path, node.lineno, node.col_offset, self.function, kind, text[:110])
        self.found += [Check(*said, value) for value in values or (None,)]


def _is_role(node: ast.Attribute) -> bool:
    """`actor.is_staff`, `actor.is_assured`: not what stands on a row or is handed on."""
    return node.attr in ("is_staff", "is_assured") and ast.unparse(node.value) in ("actor", "actor()", "person")


def _asks_for_roles(node: ast.Call) -> bool:
    """`A_FEW.isdisjoint(somebody.roles)`."""
    asked = isinstance(node.func, ast.Attribute) and node.func.attr == "isdisjoint" and len(node.args) == 1
    return asked and ast.unparse(node.args[0]).rpartition(".")[2] == "roles"


def kind_of(named: Named | None) -> str | None:
    """What kind of check a call of that function is; None for none."""
    if named is None or named[1] in NO_PERMISSIONS:
        return None
    if named[1] in WITH_AN_ACTION:
        return "action"
    if named[0] == "":
        return "asked" if named[1] in _methods() else None
    home = home_of(named)
    if home == ("tracker.access.policy", "require"):
        return "require"
    if home[0] == "tracker.accounts.fresh" and home[1] in FRESH:
        return "fresh"
    if home == ("tracker.access.visibility", "is_current"):
        return "currency"
    if home == ("tracker.access.visibility", "member_case_ids"):
        return "membership"
    function = definition(home)
    if function is None:
        return None
    if RULES.match(home[1]) and place_of(function, "Actor") is not None and place_of(function, "Session") is None:
        return "filter" if re.search(r"Select|ColumnElement|Any", returned(function)) else None
    return "asked" if _answers(function) else None


def _answers(function: Function) -> bool:
    """Whether it says if somebody may do something."""
    said = returned(function)
    return said == "Decision" or (said == "bool" and bool(re.match(r"_?(may|can)_", function.name)))


@lru_cache(maxsize=1)
def _methods() -> frozenset[str]:
    """Names of methods that say if somebody may do something."""
    scopes = (scope for module in modules().values() for scope in module.scopes if "." in scope[0])
    return frozenset(
        function.name for _name, function in scopes if _answers(function) or returned(function) == "Decision"
    )


def _action_in(node: ast.Call) -> ast.expr | None:
    """The argument that names the action."""
    for argument in node.args:
        if isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "Action":
            return argument
    return None


def _refuses(node: ast.If) -> bool:
    """Whether it turns somebody away for more than that there is nothing."""
    only = node.body[0] if len(node.body) == 1 and not node.orelse else None
    said = ast.unparse(only) if only is not None else ""
    if re.match(r"raise NotPermitted|abort\(403", said):
        return True
    return bool(re.match(r"raise NotVisible|abort\(404", said)) and not ast.unparse(node.test).endswith(" is None")
