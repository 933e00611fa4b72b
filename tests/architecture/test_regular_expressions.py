"""No text that somebody sends makes a regular expression slow: each is tried on long hostile texts, as it is used."""

from __future__ import annotations

import ast
import importlib
import re
import signal
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tracker", "configuration", "worker")
METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer", "subn")
LONG = 20_000
SECONDS = 0.15
"""Of this process, for one text: a quadratic expression needs more, an exponential one has no end."""

_UNITS = (
    *"aA0 -.@\\/([<{'\"_\t\n:;,=+#*`!éя",
    *(
        "ab",
        "a0",
        "0a",
        "a ",
        " a",
        "a-",
        "-a",
        "a.",
        ".a",
        "@a",
        "a@",
        "a:",
        "\\a",
        "0-",
        "0.",
        "1,",
        "/a",
        " \n",
        "[a]",
    ),
    *("**a", "](", "![", "<a ", "a='", "$" + "{", "%s", "&a;", "T0", "2026-", "p7Y", "--", "a\n", "Aa ", "\r\n", "a_"),
)


class TooSlow(Exception):
    """The alarm of one try."""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
    yield ROOT / "gunicorn.conf.py"


@cache
def everything() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sources())


def is_call_of_re(node: ast.AST, names: tuple[str, ...]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in names
    )


def compiled(path: Path) -> Iterator[tuple[str, re.Pattern[str], tuple[str, ...]]]:
    """(name, expression, methods) of every module-level `NAME = re.compile(…)`, however deep in a literal."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if not any(is_call_of_re(node, ("compile",)) for node in ast.walk(statement)):
            continue
        for name in [target.id for target in targets if isinstance(target, ast.Name)]:
            for number, pattern in enumerate(patterns_in(getattr(module, name))):
                yield f"{path.relative_to(ROOT)}:{name}[{number}]", pattern, used_by(name)


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from patterns_in(part)
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from patterns_in(part)


def used_by(name: str) -> tuple[str, ...]:
    found = set(re.findall(rf"\b{re.escape(name)}\.({'|'.join(METHODS)})\(", everything()))
    return tuple(sorted(found)) or ("search", "fullmatch")


def written_in_place(path: Path) -> Iterator[tuple[str, re.Pattern[str], tuple[str, ...]]]:
    """`re.sub("…", …)` and the like, where the expression is a literal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if is_call_of_re(node, METHODS):
            assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", re.compile(first.value), (node.func.attr,)


def expressions() -> list[tuple[str, re.Pattern[str], tuple[str, ...]]]:
    found: list[tuple[str, re.Pattern[str], tuple[str, ...]]] = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if "re." in text:
            found += written_in_place(path)
        if "re.compile(" in text and path.name != "gunicorn.conf.py":
            found += compiled(path)
    return found


FOUND = expressions()


def test_the_expressions_were_found() -> None:
    assert len(FOUND) > 40


@pytest.mark.parametrize("slow", [r"a+$", r"a*b", r"\s*,", r"(a+)+$"])
def test_slow_ones_would_be_noticed(slow: str) -> None:
    texts = ("a" * 40, "a" * LONG, " " * LONG)
    assert any(seconds_of(re.compile(slow), "search", f"{text}\x00") > SECONDS for text in texts)


@pytest.mark.parametrize(("name", "pattern", "methods"), FOUND, ids=[name for name, _, _ in FOUND])
def test_a_long_hostile_text_costs_little(name: str, pattern: re.Pattern[str], methods: tuple[str, ...]) -> None:
    for unit in _UNITS:
        for begin in ("", "a", "<", '"'):
            for length in (40, LONG):
                text = begin + (unit * length)[:length] + "\x00"
                for method in methods:
                    assert seconds_of(pattern, method, text) < SECONDS, (name, method, begin, unit, length)


def seconds_of(pattern: re.Pattern[str], method: str, text: str) -> float:
    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 10 * SECONDS)
    began = time.process_time()
    try:
        run = getattr(pattern, method)
        found = run("", text) if method in ("sub", "subn") else run(text)
        if method == "finditer":
            for _ in found:
                pass
    except TooSlow:
        return 10 * SECONDS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - began
