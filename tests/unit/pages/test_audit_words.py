"""No entry of the audit is shown under the name that only the program knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.processes import ROOT
from tracker.pages.audit_words import ACTION_WORDS

NAME = re.compile(r"[a-z_]+\.[a-z_]+")
INSERTED = re.compile(r"INSERT INTO audit_entries.*?;", re.DOTALL)


def names_of_calls() -> set[str]:
    """The third argument of every `record(session, actor, …)` that is written out."""
    found = set()
    for file in Path(ROOT / "tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and len(node.args) > 2:
                found |= {one.value for one in ast.walk(node.args[2]) if isinstance(one, ast.Constant)}
    return {str(one) for one in found if isinstance(one, str) and NAME.fullmatch(one)}


def names_in_functions() -> set[str]:
    found = set()
    for file in (ROOT / "migrations" / "sql").glob("*.up.sql"):
        for statement in INSERTED.findall(file.read_text(encoding="utf-8")):
            found |= set(re.findall(rf"'({NAME.pattern})'", statement))
    return found


def test_there_is_a_word_for_whatever_is_noted() -> None:
    called, inserted = names_of_calls(), names_in_functions()
    assert len(called) > 60
    assert len(inserted) > 5
    assert called | inserted <= ACTION_WORDS.keys()


def test_no_two_of_one_kind_read_alike() -> None:
    kinds = {name.partition(".")[0] for name in ACTION_WORDS}
    for kind in kinds:
        words = [str(word) for name, word in ACTION_WORDS.items() if name.startswith(f"{kind}.")]
        assert len(words) == len(set(words)), kind
