"""What the page of a case reads of an entry is all that its templates show of one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from tracker.cases.models import CaseEvent
from tracker.cases.page_history import ShownEntry

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SHOWN_BY = ("pages/_case_history.html", "cases/events/_parts.html")


def test_every_word_of_an_entry_that_the_page_shows_is_read() -> None:
    asked = {name for path in SHOWN_BY for name in re.findall(r"\bevent\.(\w+)", (TEMPLATES / path).read_text())}
    assert len(asked) > 20
    assert asked <= {field.name for field in fields(ShownEntry)} | {"when"}


def test_an_entry_goes_by_the_names_of_the_table() -> None:
    assert {field.name for field in fields(ShownEntry)} <= set(CaseEvent.__mapper__.columns.keys())
