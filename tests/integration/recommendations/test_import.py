"""A table of recommendations: looked at first, taken in once, every fault at its row, nothing lost."""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from html import unescape
from io import BytesIO
from typing import Any
from zlib import compress

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from xlsxwriter import Workbook

from tests.factories.recommendation import make_assessment, make_recommendation
from tests.integration.recommendations.test_recommendations import make_review
from tests.support.acting import ActAs
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.files.tables import LONGEST_CELL
from tracker.recommendations.models import Assessment, Recommendation, RecommendationChange

People = dict[str, Person]
TABLE = """Number;Recommendation;Recommending States;Response;Theme;Assessment;SDG
138.2;Release everybody;Lithuania, Poland;Noted;Detention;not implemented;16
138.10;Abolish the death penalty;Republic of Korea;Supported;;;6
"""


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_review(session, people["legal_officer"])


def give(client: FlaskClient, case: Case, table: str | bytes, name: str = "table.csv", **said: str) -> Any:
    content = table.encode() if isinstance(table, str) else table
    data = {"file": (BytesIO(content), name), **said}
    return client.post(f"/cases/{case.reference}/recommendations/import", data=data)


def answer(client: FlaskClient, preview: Any, button: str, **said: str) -> Any:
    """What the preview sends when a button of it is pressed, with other columns where they are said."""
    action = re.search(r'action="([^"]*/import/confirm)"', preview.text)
    assert action
    hidden = dict(re.findall(r'<input type="hidden" name="(content|assessor|too_many)" value="([^"]*)">', preview.text))
    sent = hidden | _selected(preview.text)
    data = {name: unescape(value) for name, value in sent.items()} | {button: "1"} | said
    return client.post(action[1], data=data)


def _selected(page: str) -> dict[str, str]:
    found = {}
    for name, options in re.findall(r'<select [^>]*name="(column-[0-9]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        found[name] = chosen[1] if chosen else ""
    return found


def count(act_as: ActAs, model: Any) -> int:
    with act_as(OPERATOR) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_table_is_looked_at_taken_in_and_changes_nothing_a_second_time(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    preview = give(as_officer, case, TABLE, assessor="NAM")
    page = words(preview)
    assert preview.status_code == 200 and "new 2 1 assessment would be added." in page
    assert "These columns are not taken: SDG." in page
    assert count(act_as, Recommendation) == 0, "nothing is written yet"
    again = answer(as_officer, preview, "look", **{"column-6": "note"})
    assert "These columns are not taken" not in words(again) and count(act_as, Recommendation) == 0
    done = answer(as_officer, again, "take")
    assert done.status_code == 303
    page = words(as_officer.get(done.location))
    assert "2 rows were taken in." in page
    assert "138.2 Release everybody Detention Lithuania, Poland Noted Not implemented NAM 138.10 Abolish" in page
    with act_as(OPERATOR) as session:
        row = session.scalars(select(Recommendation).where(Recommendation.number == "138.2")).one()
        assert (row.cycle, row.note) == (4, "16")
        assert set(session.scalars(select(RecommendationChange.reason))) == {"Taken in from a table"}
        of_it = select(AuditEntry.detail).where(AuditEntry.action == "recommendation.table_taken")
        assert session.scalars(of_it).one()["counts"] == {"new": 2, "changed": 0, "same": 0, "assessments": 1}
    twice = give(as_officer, case, TABLE, assessor="nam")
    assert "as it was 2" in words(twice) and "Everything stands here already." in words(twice)
    assert 'name="take"' not in twice.text
    assert answer(as_officer, twice, "take").status_code == 303, "pressed all the same"
    assert (count(act_as, Recommendation), count(act_as, Assessment)) == (2, 1)


def test_what_stands_here_is_corrected_and_kept_and_what_the_table_does_not_say_stays(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        known = make_recommendation(session, case, "138.2", text="Release all", theme="Detention", note="n")
        make_assessment(session, known, "NAM", "not")
        by_text = make_recommendation(session, case, None, text="Abolish the  death penalty", states=["KR"])
    preview = give(as_officer, case, TABLE, assessor="NAM")
    page = words(preview)
    assert "changed 2" in page and "Recommendation: Release all becomes Release everybody" in page
    assert "Number: – becomes 138.10" in page, "found again by its text and States"
    assert "would be added" not in page, "that assessment stands here"
    assert answer(as_officer, preview, "take").status_code == 303
    with act_as(OPERATOR) as session:
        row = session.get_one(Recommendation, known.id)
        assert (row.text, row.states, row.theme, row.note) == ("Release everybody", ["LT", "PL"], "Detention", "n")
        changes = session.scalars(select(RecommendationChange).order_by(RecommendationChange.id)).all()
        assert [change.kind for change in changes] == ["corrected", "corrected"]
        assert changes[0].before == {"text": "Release all", "states": ["LT"], "state_position": "unknown"}
        assert session.get_one(Recommendation, by_text.id).number == "138.10"
    assert count(act_as, Assessment) == 1


WRONG = """Number;Recommendation;States;Position;Cycle;Assessment
1.1;One;Atlantis;liked;;
1.2;Two;;;;not
;;;noted;;
1.3;;;;;
1.4;Four;;;;
1.4;Another four;;;;
1.5;Five;Poland;noted;4;
"""


def test_every_fault_stands_at_its_row_and_nothing_is_written_until_all_are_mended(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    preview = give(as_officer, case, WRONG)
    page = words(preview)
    assert "wrong 5 new 2" in page
    assert "Nothing was written. Mend what is listed here, and give the table again." in page
    assert "2 1.1 One wrong No country is known by the name: Atlantis. liked is none of: Supported" in page
    assert "3 1.2 Two wrong Say who assesses it." in page
    assert "4 wrong There is neither a number nor a text." in page
    assert "5 1.3 wrong No recommendation here has this number, and the row gives no text." in page
    assert "7 1.4 Another four wrong Row 6 says otherwise of the same one: Recommendation." in page
    assert 'name="take"' not in preview.text
    pressed = answer(as_officer, preview, "take")
    assert pressed.status_code == 422 and count(act_as, Recommendation) == 0
    with act_as(OPERATOR) as session:
        for _number in range(2):
            make_recommendation(session, case, None, text="Five", states=["PL"])
    page = words(give(as_officer, case, "Number;Recommendation;States\n;Five;Poland\n"))
    assert "Several recommendations here are this one: say which by its number." in page


def test_several_assessors_may_stand_in_a_table_of_numbers_alone(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_recommendation(session, case, "1.1")
    table = "Number;Assessor;Assessment;Assessed on;Source\n1.1;NAM;not;2025;S1\n1.1;Viasna;partial;2025-03;S2\n"
    preview = give(as_officer, case, table)
    assert "2 assessments would be added." in words(preview)
    assert answer(as_officer, preview, "take").status_code == 303
    assert "Everything stands here already." in words(give(as_officer, case, table))
    assert count(act_as, Assessment) == 2


def test_a_spreadsheet_and_the_own_export_are_read_again(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    file = BytesIO()
    made = Workbook(file)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["Number", "Recommendation", "Recommending States"])
    sheet.write_row(1, 0, ["138.2", "=Release everybody", "Lithuania"])
    made.close()
    preview = give(as_officer, case, file.getvalue(), "table.xlsx")
    assert answer(as_officer, preview, "take").status_code == 303
    for ending in ("csv", "xlsx"):
        export = as_officer.post(f"/cases/{case.reference}/recommendations/export", data={"format": ending})
        page = words(give(as_officer, case, export.data, f"export.{ending}"))
        assert "as it was 1" in page and "Everything stands here already." in page, ending


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "This file is empty."),
        (b"%PDF-1.7 x", 422, ""),
        (b"<html><body>x", 422, "Web pages and drawings of a browser are not taken."),
        (b"Number,Recommendation\n", 200, "Nothing was written."),
        (b"A,B\nx,y\n", 200, "There is neither a number nor a text."),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(
    as_officer: FlaskClient, case: Case, content: bytes, status: int, said: str
) -> None:
    found = give(as_officer, case, content)
    assert found.status_code == status and said in words(found)


def test_columns_that_say_the_same_and_rows_made_up_are_not_taken(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    preview = give(as_officer, case, TABLE)
    double = answer(as_officer, preview, "take", **{"column-4": "text"})
    assert double.status_code == 422 and "Two columns are said to hold the same: Recommendation." in words(double)
    address = f"/cases/{case.reference}/recommendations/import/confirm"
    columns = {"column-0": "number", "column-1": "text"}
    by_hand = (["138.1", "a\x00b"], ["138.1\x00", "x"], ["138.1", "\ud800"], ["138.1", "x" * (LONGEST_CELL + 1)])
    packed = [compress(json.dumps([["Number", "Recommendation"], row]).encode()) for row in by_hand]
    for content in ("", "AAAA", "%%%", "x" * 10, *(b64encode(one).decode() for one in packed)):
        assert as_officer.post(address, data={"content": content, "take": "1"} | columns).status_code == 422
    assert as_officer.post(f"/cases/{case.reference}/recommendations/import", data={}).status_code == 422
    assert count(act_as, Recommendation) == 0


def test_the_preview_of_a_full_table_is_light_and_says_how_much_it_shows(as_officer: FlaskClient, case: Case) -> None:
    """As many as a review has, with texts as long as theirs and no two alike; every second one is wrong."""
    dice = random.Random(5)  # noqa: S311  the same table each time
    known = [
        "adopt",
        "ratify",
        "abolish",
        "detention",
        "torture",
        "journalists",
        "elections",
        "freedom",
        "assembly",
        "moratorium",
        "penalty",
        "law",
    ]
    lines = ["Number;Recommendation;Recommending States;Response;Theme;Assessment;Source;SDG"]
    for number in range(300):
        text = " ".join(dice.choice(known) + str(dice.randrange(9)) for _word in range(24))
        position = dice.choice(("Supported", "Noted", "liked", "praised"))
        lines.append(f"138.{number};{text};Lithuania, Poland;{position};Detention;not implemented;Report;16")
    preview = give(as_officer, case, "\n".join(lines), assessor="NAM")
    page = words(preview)
    assert preview.status_code == 200 and "24 of 300 rows are shown, what is wrong first." in page
    assert len(preview.text.encode()) <= 60_000
    again = answer(as_officer, preview, "look", **{"column-3": ""})
    assert "new 300" in words(again) and "8 of 300 rows are shown" in words(again), "all of it goes along"


def test_a_long_table_is_written_in_one_go_and_not_row_by_row(
    as_officer: FlaskClient, case: Case, database: Database
) -> None:
    """Five thousand rows are a table that somebody may give, and the case is held until all of them are written."""
    lines = [f"138.{number};Recommendation {number};Lithuania;Noted;;implemented;" for number in range(60)]
    preview = give(as_officer, case, "\n".join([TABLE.splitlines()[0], *lines]), assessor="NAM")
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split("(")[0].strip())

    event.listen(database.app_engine, "before_cursor_execute", note)
    try:
        done = answer(as_officer, preview, "take")
    finally:
        event.remove(database.app_engine, "before_cursor_execute", note)
    assert done.status_code == 303
    for table in ("recommendations", "recommendation_changes", "recommendation_assessments"):
        assert 1 <= sent.count(f"INSERT INTO {table}") <= 2, table


@pytest.mark.parametrize("language", ["en", "be"])
def test_the_preview_of_a_very_wide_table_is_light_and_says_what_it_leaves_out(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case, language: str
) -> None:
    """As wide as a table may be, with long headings and cells; what is known stands at its end."""
    with act_as(OPERATOR) as session:
        session.get_one(Person, officer.id).language = language
    known = ["Number", "Recommendation", "Recommending States", "Response"]
    unknown = [f"Indicator {number} of the sustainable development goals and their targets" for number in range(56)]
    lines = [";".join([*unknown, *known])]
    for number in range(60):
        cells = [f"{place}.{number} {'is measured each year ' * 3}" for place in range(56)]
        lines.append(";".join([*cells, f"138.{number}", f"Ratify the protocol {number}", "Lithuania", "liked " * 99]))
    preview = give(as_officer, case, "\n".join(lines))
    assert preview.status_code == 200 and len(preview.text.encode()) <= 60_000, len(preview.text.encode())
    again = answer(as_officer, preview, "look", **{"column-15": ""})
    for page in (preview, again):
        assert page.text.count('name="column-') == 16
        if language == "en":
            assert "The table has 44 columns more than can be chosen here; they are left out." in words(page)
            assert "and 4 more" in words(page) or page is again
    assert len(again.text.encode()) <= 60_000
    assert answer(as_officer, again, "take").status_code == 303
    assert count(act_as, Recommendation) == 60
