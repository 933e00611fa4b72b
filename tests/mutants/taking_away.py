"""Taking one check away in the running program, and putting it back; and noting which checks are asked."""

from __future__ import annotations

import ast
import builtins
import copy
import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from types import CodeType, FunctionType
from typing import Any

from sqlalchemy import select, true

from tests.mutants.code import ROOT, Function, module_at, place_of
from tests.mutants.code import definition as definition_of
from tests.mutants.listing import Check
from tracker.access import policy
from tracker.access.entrance import SIGNED_IN
from tracker.access.models import CaseMembership
from tracker.access.policy import EVERY_MEMBER, Decision, Grant
from tracker.accounts.models import ROLES
from tracker.core.actor import OPERATOR

_Kept = type(lru_cache(lambda: None))
_MARK = "tracker_entrance"
_NOTE = "_noted_by_a_test"
_GIVEN: dict[str, Any] = {
    "_allowed_by_a_test": Decision(True),
    "_sees_all_by_a_test": OPERATOR,
    "_anybody_by_a_test": select(CaseMembership.case_id),
    "_always_by_a_test": true(),
}
"""Names that code with a check taken away uses; functions look names up here last."""
IN_SQL = ("filter", "membership", "currency", "role", "operand", "condition")
"""Kinds that may stand in a statement that is kept."""
Taken = tuple[Any, str, Any]


@contextmanager
def taken_away(*checks: Check) -> Iterator[None]:
    """The program without these checks."""
    with _replaced(checks, ()):
        yield


@contextmanager
def asked_for(asked: set[Check], checks: Iterable[Check], without: Iterable[Check] = ()) -> Iterator[None]:
    """Put into `asked` which of `checks` the program asks, that has `without` taken away."""
    listed = list(checks)
    taken = set(without)
    noted = [check for check in listed if check.function and check.kind != "entrance" and check not in taken]
    numbers = {check: number for number, check in enumerate(noted)}
    vars(builtins)[_NOTE] = lambda number: asked.add(noted[number])
    try:
        with _replaced(taken, tuple(numbers.items())):
            yield
    finally:
        vars(builtins).pop(_NOTE, None)


@contextmanager
def _replaced(checks: Iterable[Check], noted: Iterable[tuple[Check, int]]) -> Iterator[None]:
    taken = list(checks)
    in_sql = any(check.kind in (*IN_SQL, "asked") for check in taken)
    put_back: list[Taken] = []
    vars(builtins).update(_GIVEN)
    try:
        put_back += [_open_row(check) for check in taken if check.kind == "row"]
        put_back += [_open_entrance(check) for check in taken if check.kind == "entrance"]
        for (path, qualified), (without, to_note) in _by_function(taken, noted).items():
            function = live(path, qualified)
            put_back.append((function, "__code__", function.__code__))
            function.__code__ = _code_of(path, qualified, without, to_note)
        if in_sql:
            forget_statements()
        yield
    finally:
        for thing, name, before in reversed(put_back):
            if isinstance(thing, dict):
                thing[name] = before
            else:
                setattr(thing, name, before)
        for name in _GIVEN:
            vars(builtins).pop(name, None)
        if in_sql:
            forget_statements()


def forget_statements() -> None:
    """Forget statements and answers that were kept with or without a check."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tracker.") and module is not None:
            for thing in list(vars(module).values()):
                if type(thing) is _Kept and thing.__module__ == name:
                    thing.cache_clear()


def live(path: str, qualified: str) -> Any:
    """The running function that a check stands in."""
    found: Any = importlib.import_module(path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    for name in qualified.split("."):
        found = vars(found)[name]
    for wrapped in ("fget", "func", "__func__"):
        if not isinstance(found, FunctionType):
            found = getattr(found, wrapped, None) or found
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found


def _open_row(check: Check) -> Taken:
    """Grant what the row is about to everybody, by role or by membership."""
    table, _, rest = check.text.partition("[Action.")
    action, part = policy.Action[rest.partition("]")[0]], rest.rpartition(" ")[2]
    rows: dict[Any, Any] = getattr(policy, table)
    before = rows[action]
    if not isinstance(before, Grant):
        rows[action] = frozenset(ROLES)
    elif part == "roles":
        rows[action] = Grant(frozenset(ROLES), before.memberships)
    else:
        rows[action] = Grant(before.roles, EVERY_MEMBER)
    return rows, action, before


def _open_entrance(check: Check) -> Taken:
    function = live(check.path, check.function)
    before = getattr(function, _MARK)
    setattr(function, _MARK, SIGNED_IN if isinstance(before, frozenset) else "anyone")
    return function, _MARK, before


_Noted = tuple[tuple[Check, int], ...]


def _by_function(
    taken: Iterable[Check], noted: Iterable[tuple[Check, int]]
) -> dict[tuple[str, str], tuple[tuple[Check, ...], _Noted]]:
    without: dict[tuple[str, str], list[Check]] = {}
    to_note: dict[tuple[str, str], list[tuple[Check, int]]] = {}
    for check in taken:
        if check.kind not in ("entrance", "row"):
            without.setdefault((check.path, check.function), []).append(check)
    for check, number in noted:
        to_note.setdefault((check.path, check.function), []).append((check, number))
    return {where: (tuple(without.get(where, ())), tuple(to_note.get(where, ()))) for where in without.keys() | to_note}


@cache
def _code_of(path: str, qualified: str, without: tuple[Check, ...], noted: _Noted) -> CodeType:
    """The code of the function with these checks taken away, and those noted."""
    module = module_at(path)
    named = dict(module.scopes)[qualified]
    remover = _Remover(path, without, noted)
    function: Function = remover.visit(copy.deepcopy(named))
    assert not remover.wanted, f"not found: {remover.wanted}"
    function.decorator_list = []
    statement: ast.stmt = function
    for name in reversed(qualified.split(".")[:-1]):
        statement = ast.ClassDef(name, bases=[], keywords=[], body=[statement], decorator_list=[])
    tree = ast.fix_missing_locations(ast.Module([statement], []))
    flags = 0x1000000  # from __future__ import annotations, as everywhere here
    whole = compile(tree, str(ROOT / path), "exec", flags=flags, dont_inherit=True)
    return next(code for code in _codes(whole) if code.co_qualname == qualified)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


class _Remover(ast.NodeTransformer):
    def __init__(self, path: str, without: Iterable[Check], noted: _Noted) -> None:
        self.module = module_at(path)
        self.wanted = {(check.line, check.column, check.kind): check for check in without}
        self.noted = noted
        self.places = {(check.line, check.column) for check, _number in noted}

    def visit(self, node: ast.AST) -> Any:
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", -1))
        if not isinstance(node, ast.expr | ast.If):
            return self.generic_visit(node)
        for line, column, kind in list(self.wanted):
            if (line, column) == place and _is_it(node, self.wanted[line, column, kind]):
                check = self.wanted.pop((line, column, kind))
                return self._without(node, check)
        if place not in self.places:
            return self.generic_visit(node)
        numbers = [
            number for check, number in self.noted if (check.line, check.column) == place and _is_it(node, check)
        ]
        seen = self.generic_visit(node)
        if not numbers:
            return seen
        if isinstance(seen, ast.If):
            seen.test = _noting(numbers, seen.test)
            return seen
        return _noting(numbers, seen)  # type: ignore[arg-type]

    def _without(self, node: ast.expr | ast.If, check: Check) -> ast.AST:
        if isinstance(node, ast.If):
            return ast.Pass()
        if check.kind in ("condition", "operand"):
            return ast.Constant(check.value)
        if check.kind == "role":
            return ast.Constant(not isinstance(node, ast.Call))
        assert isinstance(node, ast.Call)
        node = self.generic_visit(node)  # type: ignore[assignment]
        match check.kind:
            case "require":
                return node.args[0]
            case "action":
                return _asked_for_reading(node)
            case "asked":
                return self._allowed(node)
            case "fresh":
                return ast.Constant(ast.unparse(node.func).endswith("is_fresh") or None)
            case "currency":
                return ast.Name("_always_by_a_test", ast.Load())
            case "membership":
                return ast.Name("_anybody_by_a_test", ast.Load())
            case "filter":
                return self._for_the_operator(node)
        raise AssertionError(check.kind)

    def _allowed(self, node: ast.Call) -> ast.expr:
        named = self.module.meaning(node.func)
        function = definition_of(named) if named is not None and named[0] else None
        says_bool = function is not None and ast.unparse(function.returns or ast.Constant("")) == "bool"
        return ast.Constant(True) if says_bool else ast.Name("_allowed_by_a_test", ast.Load())

    def _for_the_operator(self, node: ast.Call) -> ast.Call:
        named = self.module.meaning(node.func)
        function = definition_of(named) if named is not None else None
        assert function is not None
        place = place_of(function, "Actor")
        assert place is not None and place < len(node.args)
        node.args[place] = ast.Name("_sees_all_by_a_test", ast.Load())
        return node


def _is_it(node: ast.expr | ast.If, check: Check) -> bool:
    """Several nodes begin at one place: a call, and what is called."""
    if check.kind == "refusal":
        return isinstance(node, ast.If)
    if isinstance(node, ast.If) or " ".join(ast.unparse(node).split())[:110] != check.text:
        return False
    return check.kind in ("condition", "operand", "role") or isinstance(node, ast.Call)


def _noting(numbers: list[int], node: ast.expr) -> ast.expr:
    """`(note, node)[1]` for each of `numbers`."""
    for number in numbers:
        note = ast.Call(ast.Name(_NOTE, ast.Load()), [ast.Constant(number)], [])
        node = ast.copy_location(ast.Subscript(ast.Tuple([note, node], ast.Load()), ast.Constant(1), ast.Load()), node)
    return node


def _asked_for_reading(node: ast.Call) -> ast.Call:
    for place, argument in enumerate(node.args):
        if isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "Action":
            node.args[place] = ast.Attribute(argument.value, "READ", ast.Load())
    return node
