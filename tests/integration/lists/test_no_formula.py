"""No cell of any file is a formula, whichever field of whichever list it was typed into."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, inspect
from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.organisation import make_organisation
from tests.factories.recommendation import make_assessment, make_recommendation
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.list_columns import CASES
from tracker.cases.models import Case
from tracker.contacts.list_columns import CONTACTS
from tracker.contacts.models import Contact, Office, Organisation
from tracker.contacts.organisation_columns import ORGANISATIONS
from tracker.core.actor import OPERATOR
from tracker.engagements.list_columns import COMMITMENTS, ENGAGEMENTS
from tracker.engagements.models import Commitment, Engagement, Participant
from tracker.followups.list_columns import FOLLOW_UPS
from tracker.followups.models import FollowUp
from tracker.lists.cells import FORMULA_SIGNS
from tracker.lists.columns import ListKind
from tracker.recommendations.list_columns import RECOMMENDATIONS
from tracker.recommendations.models import Assessment, Recommendation

LISTS: dict[str, ListKind] = {
    "/cases/export": CASES,
    "/follow-ups/export": FOLLOW_UPS,
    "/contacts/export": CONTACTS,
    "/organisations/export": ORGANISATIONS,
    "/engagements/export": ENGAGEMENTS,
    "/commitments/export": COMMITMENTS,
    "/cases/<reference>/recommendations/export": RECOMMENDATIONS,
}
REFERENCE = "ACC-ZQZQZQZQ"
"""Of the case whose own list is written out."""
TYPED = {
    Case: ("title",),
    FollowUp: ("title", "waiting_on"),
    Contact: ("name",),
    Office: ("title",),
    Organisation: ("name", "kind"),
    Engagement: ("summary", "place", "date_text", "kind"),
    Participant: ("name",),
    Commitment: ("text",),
    Person: ("name",),
    Recommendation: ("number", "text", "theme", "note"),
    Assessment: ("assessor",),
}
"""What somebody types, where a list shows it."""
MARK = "zqmark"
BEFORE = st.text(" \u00a0\u200b\ufeff\t\r\n;", max_size=3)
FORMULAS = st.builds(lambda before, sign, rest: f"{before}{sign}{MARK}{rest}", BEFORE, st.sampled_from("=+-@＝＋－＠"),
                     st.sampled_from(("", "(A1)", "|' /C calc'!A0", ';=1+1"', '",=2', "\n=3", "\t@x")))  # fmt: skip


@pytest.fixture
def typed(act_as: ActAs, people: dict[str, Person]) -> Any:
    """`typed(text)`: one of everything that lists show, with the text in each field that somebody types."""
    with act_as(OPERATOR) as session:
        rows = _fill(session, people["head"])

    def write(text: str) -> None:
        with act_as(OPERATOR) as session:
            for model, key in rows:
                row = session.get_one(model, key)
                for name in TYPED[model]:
                    setattr(row, name, _fitting(text, model, name))

    return write


def _fill(session: Session, head: Person) -> list[tuple[Any, Any]]:
    organisation = make_organisation(session)
    contact = make_contact(session, office="Minister", organisation_id=organisation.id)
    bare = make_contact(session, None, office="Envoy")
    case = make_case(session, lead=head)
    case.reference = REFERENCE
    recommended = make_recommendation(session, case)
    meeting = make_engagement(session, case, occurred_on=None, date_text="in spring")
    guest = Participant(engagement_id=meeting.id, name="A guest")
    session.add_all([guest, Participant(engagement_id=meeting.id, contact_id=contact.id)])
    session.flush()
    promise = make_commitment(
        session, meeting, case, by_country=None, by_contact_id=contact.id, due_on=date(2027, 1, 1)
    )
    work = make_follow_up(session, case, head, waiting_on="An answer")
    rows: list[Any] = [
        case,
        work,
        contact,
        *contact.offices,
        *bare.offices,
        organisation,
        meeting,
        guest,
        promise,
        recommended,
        make_assessment(session, recommended),
        head,
    ]
    return [(type(row), row.id) for row in rows]


def _fitting(text: str, model: Any, name: str) -> str:
    column: Any = inspect(model).columns[name]
    longest = column.type.length if isinstance(column.type, String) else None
    return text[: longest or 200]


@settings(
    max_examples=12, deadline=None, phases=[Phase.generate, Phase.explicit], suppress_health_check=list(HealthCheck)
)
@given(text=FORMULAS)
@example(text=f"={MARK}(A1)")
@example(text=f" +{MARK}")
@example(text=f"\u200b@{MARK}\n=3")
def test_what_is_typed_anywhere_is_text_in_every_file(
    typed: Any, people: dict[str, Person], client_of: ClientOf, text: str
) -> None:
    typed(text)
    client = client_of(people["head"])
    for path, kind in LISTS.items():
        asked = f"{path.replace('<reference>', REFERENCE)}?columns={','.join(column.key for column in kind.columns)}"
        lines = client.post(asked, data={"format": "csv"})
        assert lines.status_code == 200 and MARK in lines.text, path
        assert formulas_of_a_csv(lines.get_data().decode("utf-8-sig")) == [], path
        book = client.post(asked, data={"format": "xlsx"})
        assert book.status_code == 200 and formulas_of_a_book(book.get_data()) == 0, path


def formulas_of_a_csv(content: str) -> list[str]:
    """Cells that a program may run: also of one that ends a cell at a semicolon."""
    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    parts = [part for cell in cells for part in re.split("[;\t\r\n]", cell)]
    return [
        part for part in parts if part.lstrip(' \u00a0\u200b\ufeff"')[:1] in (*FORMULA_SIGNS,) and part.strip(' -–"')
    ]


def formulas_of_a_book(content: bytes) -> int:
    with ZipFile(BytesIO(content)) as book:
        return sum(
            len(re.findall(rb"<f[ >]", book.read(name)))
            for name in book.namelist()
            if name.startswith("xl/worksheets/")
        )


def test_a_formula_would_be_found() -> None:
    for said in ("a,=1\r\n", 'a,"b;=1"\r\n', '" \u200b@x"\r\n', '"a\n+1"\r\n'):
        assert formulas_of_a_csv(said), said


def test_every_list_that_has_a_file_is_looked_at(app: Any) -> None:
    files = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[2].startswith("export_")}
    assert files == set(LISTS)
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/export")} - files == {"/export"}
