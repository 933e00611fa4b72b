"""What was found about a check holds wherever it moves to, and no longer than what it stands in says the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mutants import code, listing
from tests.mutants.found import Found, names_of
from tests.mutants.listing import Check, checks

POLICY = """
def require(decision): ...

ON_A_CASE: dict = {
    Action.READ: Grant(STAFF, EVERY_MEMBER),
    Action.EDIT: Grant(STAFF, LEADS),
}
"""
PAGES = """
def first(case):
    require(case)
    require(case)

def second(case):
    require(case)
    return case
"""
FIRST = "tracker/pages.py first: require require(case)"
SECOND = "tracker/pages.py second: require require(case)"
Write = Callable[..., list[Check]]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a program of two files, and says which checks it has."""

    def forget() -> None:
        code.modules.cache_clear()
        listing._methods.cache_clear()

    def write(pages: str = PAGES, policy: str = POLICY) -> list[Check]:
        (tmp_path / "tracker/access").mkdir(parents=True, exist_ok=True)
        (tmp_path / "tracker/access/policy.py").write_text(policy)
        (tmp_path / "tracker/pages.py").write_text("from tracker.access.policy import require\n" + pages)
        forget()
        return checks()

    monkeypatch.setattr(code, "ROOT", tmp_path)
    yield write
    monkeypatch.undo()
    forget()


@pytest.fixture
def kept(tmp_path: Path, program: Write) -> Path:
    """A file that says of every check of the program that it was caught."""
    listed = program()
    path = tmp_path / "found.json"
    found = Found(path)
    for check in listed:
        found.keep(check, f"a test of {check.column}")
    return path


def caught(path: Path) -> set[str]:
    """The names of the checks that are still known as caught."""
    found = Found(path)
    return {name for check, name in names_of(checks()).items() if found.is_caught(check)}


EVERYTHING = {
    *(FIRST, f"{FIRST} #2", SECOND),
    *("tracker/access/policy.py the table: row ON_A_CASE[Action.READ] roles",),
    *("tracker/access/policy.py the table: row ON_A_CASE[Action.READ] memberships",),
    *("tracker/access/policy.py the table: row ON_A_CASE[Action.EDIT] roles",),
    *("tracker/access/policy.py the table: row ON_A_CASE[Action.EDIT] memberships",),
}


def test_what_was_caught_stays_so_when_code_above_it_moves(program: Write, kept: Path) -> None:
    assert caught(kept) == EVERYTHING
    program(PAGES.replace("\ndef first", "\nA = 1\nB = 2  # said\n\n\ndef zero():\n    return 1\n\ndef first"))
    assert caught(kept) == EVERYTHING
    program(
        PAGES.replace(
            "    require(case)\n    return", "    # it is asked here\n    require(\n        case)\n    return"
        )
    )
    assert caught(kept) == EVERYTHING, "comments and layout do not count"


@pytest.mark.parametrize(
    ("pages", "left"),
    [
        (PAGES.replace("return case", "return None"), {FIRST, f"{FIRST} #2"}),
        (PAGES.replace("    require(case)\n    return", "    require(case.other)\n    return"), {FIRST, f"{FIRST} #2"}),
        (PAGES.replace("def second(case)", "def second(case, more)"), {FIRST, f"{FIRST} #2"}),
        (PAGES.replace("def second", "@marked\ndef second"), {FIRST, f"{FIRST} #2"}),
        (PAGES.replace("def second", "def third"), {FIRST, f"{FIRST} #2"}),
        (PAGES.replace("def first(case):\n", "def first(case):\n    require(case)\n"), {SECOND}),
        (PAGES.replace("    require(case)\n    require(case)", "    require(case)"), {SECOND}),
    ],
)
def test_a_check_whose_function_changes_is_not_judged_any_more(
    program: Write, kept: Path, pages: str, left: set[str]
) -> None:
    program(pages)
    assert {name for name in caught(kept) if name.startswith("tracker/pages.py")} == left


def test_a_row_of_the_matrix_is_judged_anew_when_it_grants_otherwise(program: Write, kept: Path) -> None:
    program(policy=POLICY.replace("Action.READ", "Action.COMMENT: Grant(STAFF, LEADS),\n    Action.READ"))
    assert caught(kept) == EVERYTHING, "it moved, and says the same"
    program(policy=POLICY.replace("Grant(STAFF, LEADS)", "Grant(STAFF, EVERY_MEMBER)"))
    assert caught(kept) == {name for name in EVERYTHING if "Action.EDIT" not in name}


def test_alike_checks_are_kept_apart(program: Write, tmp_path: Path) -> None:
    first, second, third = [check for check in program() if check.kind == "require"]
    path = tmp_path / "found.json"
    found = Found(path)
    found.keep(second, "a test")
    found.keep(third, "")
    again = Found(path)
    assert not again.is_caught(first) and again.is_caught(second) and not again.is_caught(third)
    assert again.missing([first, second, third]) == [first, third], "what nobody looked at comes first"
    assert [line for line in again.summary([first, second, third]) if line.startswith("NOT")] == [
        f"NOT LOOKED AT {first}",
        f"NOT CAUGHT {third}",
    ]


def test_what_a_file_says_of_no_check_is_not_taken_along(program: Write, kept: Path) -> None:
    listed = program(PAGES.replace("def second", "def third"))
    Found(kept).keep(listed[-1], "")
    said = json.loads(kept.read_text())
    assert SECOND not in said and FIRST in said


def test_every_check_of_the_program_has_a_name_of_its_own() -> None:
    names = names_of(checks())
    assert len(set(names.values())) == len(names) == len(checks())
    assert not any(":" in name.split()[0] for name in names.values()), "no numbers of lines"
