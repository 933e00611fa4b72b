"""docs/assurance.md names tests that are there, marks the long ones, and fits on three screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "assurance.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+/test_\w+\.py)`( †)?", PAGE)
PLACES = ("tests", "tests/integration")
MOST_LINES = 110


def file_of(name: str) -> Path:
    """The one file that is meant."""
    found = [ROOT / place / name for place in PLACES if (ROOT / place / name).is_file()]
    assert len(found) == 1, f"{name}: {len(found)} files"
    return found[0]


@pytest.mark.parametrize("name", sorted({name for name, _mark in NAMED if not name.startswith("tests/")}))
def test_a_test_that_is_named_is_there_and_tests(name: str) -> None:
    assert re.search(r"^def test_", file_of(name).read_text(encoding="utf-8"), re.MULTILINE)


def test_enough_is_named() -> None:
    assert len({name for name, _mark in NAMED}) > 60


@pytest.mark.parametrize("name", sorted({name for name, mark in NAMED if mark}))
def test_what_is_marked_as_long_is_long(name: str) -> None:
    text = file_of(name).read_text(encoding="utf-8")
    assert "mark.long" in text or "at_once(" in text


def test_what_only_the_long_run_looks_at_is_marked() -> None:
    for name, mark in NAMED:
        if not name.startswith("tests/") and re.search(
            r"^pytestmark.*mark\.long", file_of(name).read_text(), re.MULTILINE
        ):
            assert mark, name


def test_targets_of_make_that_are_named_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", PAGE))
    assert {"mutants", "fuzz", "test-long"} <= named <= targets


def test_it_is_no_longer_than_three_screens_and_is_found() -> None:
    assert len(PAGE.splitlines()) <= MOST_LINES
    for place in ("docs/threat-model.md", "CONTRIBUTING.md", "README.md"):
        assert "assurance.md" in (ROOT / place).read_text(encoding="utf-8"), place
