"""Taking one check away in the running program, and putting it back."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from sqlalchemy import select, true

from tests.mutants.code import ROOT, modules, place_of
from tests.mutants.code import definition as definition_of
from tests.mutants.listing import Check
from tracker.access.entrance import SIGNED_IN
from tracker.access.models import CaseMembership
from tracker.access.policy import Decision
from tracker.core.actor import OPERATOR

_Kept = type(lru_cache(lambda: None))
_MARK = "tracker_entrance"
_GIVEN: dict[str, Any] = {
    "_allowed_by_a_test": Decision(True),
    "_sees_all_by_a_test": OPERATOR,
    "_anybody_by_a_test": select(CaseMembership.case_id),
    "_always_by_a_test": true(),
}
"""Names that code with a check taken away uses; functions look names up here last."""


@contextmanager
def taken_away(*checks: Check, value: bool | None = None) -> Iterator[None]:
    """The program without these checks. `value`: what a condition of a policy is said to be."""
    put_back: list[tuple[Any, str, Any]] = []
    vars(builtins).update(_GIVEN)
    try:
        for function, group in _by_function(checks).items():
            put_back += _take(function, group, value)
        forget_statements()
        yield
    finally:
        for thing, name, before in reversed(put_back):
            setattr(thing, name, before)
        for name in _GIVEN:
            vars(builtins).pop(name, None)
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


def _by_function(checks: Iterable[Check]) -> dict[tuple[str, str], list[Check]]:
    found: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        found.setdefault((check.path, check.function), []).append(check)
    return found


def _take(where: tuple[str, str], checks: list[Check], value: bool | None) -> list[tuple[Any, str, Any]]:
    path, qualified = where
    function = live(path, qualified)
    done: list[tuple[Any, str, Any]] = []
    if any(check.kind == "entrance" for check in checks):
        before = getattr(function, _MARK)
        done.append((function, _MARK, before))
        setattr(function, _MARK, SIGNED_IN if isinstance(before, frozenset) else "anyone")
    others = [check for check in checks if check.kind != "entrance"]
    if others:
        done.append((function, "__code__", function.__code__))
        function.__code__ = _code_without(path, qualified, others, value)
    return done


def _code_without(path: str, qualified: str, checks: list[Check], value: bool | None) -> CodeType:
    """The code of the function with these checks taken away."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), path)
    remover = _Remover(path, checks, value)
    tree = ast.fix_missing_locations(remover.visit(tree))
    assert not remover.wanted, f"not found: {remover.wanted}"
    flags = 0x1000000  # from __future__ import annotations, as everywhere here
    whole = compile(tree, str(ROOT / path), "exec", flags=flags, dont_inherit=True)
    return next(code for code in _codes(whole) if code.co_qualname == qualified)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


class _Remover(ast.NodeTransformer):
    def __init__(self, path: str, checks: list[Check], value: bool | None) -> None:
        self.module = modules()[path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")]
        self.value = value
        self.wanted = {(check.line, check.column, check.kind): check for check in checks}

    def visit(self, node: ast.AST) -> Any:
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", -1))
        kinds = [kind for line, column, kind in self.wanted if (line, column) == place]
        if not kinds or not isinstance(node, ast.expr | ast.If):
            return self.generic_visit(node)
        for kind in kinds:
            if self._is_it(node, kind):
                del self.wanted[*place, kind]
                return self._without(node, kind)
        return self.generic_visit(node)

    def _is_it(self, node: ast.expr | ast.If, kind: str) -> bool:
        """Several nodes begin at one place: a call, and what is called."""
        if kind == "refusal":
            return isinstance(node, ast.If)
        text = " ".join(ast.unparse(node).split())[:110]
        check = self.wanted[node.lineno, node.col_offset, kind]
        return text == check.text and (kind in ("condition", "operand") or isinstance(node, ast.Call))

    def _without(self, node: ast.expr | ast.If, kind: str) -> ast.AST:
        if isinstance(node, ast.If):
            return ast.Pass()
        if kind in ("condition", "operand"):
            return ast.Constant(True if self.value is None else self.value)
        assert isinstance(node, ast.Call)
        node = self.generic_visit(node)  # type: ignore[assignment]
        match kind:
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
        raise AssertionError(kind)

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


def _asked_for_reading(node: ast.Call) -> ast.Call:
    for place, argument in enumerate(node.args):
        if isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "Action":
            node.args[place] = ast.Attribute(argument.value, "READ", ast.Load())
    return node
