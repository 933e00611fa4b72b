"""On paper: A4, with classification, reader and time on every sheet, and nothing that only works on a screen."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work
from tests.support.acting import ActAs
from tests.support.journeys import sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


def printed(page: Page, folder: Path) -> list[str]:
    """The words of each sheet."""
    reader = shutil.which("gs")
    if reader is None:
        pytest.skip("NO GHOSTSCRIPT on this machine: paper is not looked at")
    paper = folder / "page.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    subprocess.run(
        [
            reader,
            "-q",
            "-dNOPAUSE",
            "-dBATCH",
            "-sDEVICE=txtwrite",
            f"-sOutputFile={folder}/sheet-%03d.txt",
            str(paper),
        ],
        check=True,
    )
    return [" ".join(sheet.read_text().split()) for sheet in sorted(folder.glob("sheet-*.txt"))]


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Rita Reader", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted", lead=officer)
        for number in range(30):
            make_event(session, case, 100 + number, summary=f"Entry number {number} of a long history")
            make_due_work(session, case, officer, date(2026, 12, 1 + number % 28))
        return case


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_sheet_of_a_case_says_how_secret_it_is_who_read_it_and_when(
    page: Page, officer: Person, case: Case, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}")
    sheets = printed(page, tmp_path)
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        assert "Restricted: not for publication" in sheet, number
        assert "Printed for Rita Reader" in sheet, number
        assert re.search(r"\d{1,2} \w{3} 20\d\d, \d\d:\d\d", sheet), number
    assert "Change status" not in " ".join(sheets)
    assert "Sign out" not in " ".join(sheets)


@pytest.mark.parametrize("address", ["/cases", "/follow-ups", "/"])
def test_lists_are_printed_with_the_same_foot(
    page: Page, officer: Person, case: Case, tmp_path: Path, address: str
) -> None:
    sign_in(page, officer)
    page.goto(address)
    sheets = printed(page, tmp_path)
    assert all("not for publication" in sheet and "Printed for Rita Reader" in sheet for sheet in sheets), sheets
