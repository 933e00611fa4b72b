"""How many statements the lists of work, people and meetings take, whatever the size of the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR
from tracker.core.working_days import WEEKDAYS_ONLY
from tracker.followups import checklist, needs, services, watchers
from tracker.followups.timelines import NewRow, apply_timeline

LIST_BUDGET = 8
BOARDS = ("/board", "/board?by=assignee", "/board?by=state&whose=team")
LISTS = (
    *("/", "/?whose=team", "/follow-ups", "/contacts", "/organisations", "/engagements", "/commitments?status=any"),
    *BOARDS,
)


@contextmanager
def counted(database: Any) -> Iterator[list[str]]:
    """The statements that the application sends."""
    statements: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.app_engine, "before_cursor_execute", listen)
    yield statements
    event.remove(database.app_engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("rows", [3, 30])
@pytest.mark.parametrize("role", ["coordinator", "outside_counsel"])
def test_lists_stay_within_their_budget(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf, database: Any, rows: int, role: str
) -> None:
    with act_as(OPERATOR) as session:
        for number in range(rows):
            case = make_case(session, title=f"Case {number}")
            join(session, case, people[role], "member")
            contact = make_contact(session, f"Person {number}", office="Office", on_case=case)
            make_follow_up(session, case, people[role], due_on=date(2026, 1, 1 + number % 28))
            meeting = make_engagement(session, case)
            make_commitment(session, meeting, case, by_country=None, by_contact_id=contact.id)
    client = client_of(people[role])
    for address in LISTS:
        with counted(database) as statements:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(statements) <= LIST_BUDGET, f"{address}: {len(statements)} statements\n" + "\n\n".join(statements)


PAGE_BUDGET = 15


@pytest.mark.parametrize("rows", [1, 12])
def test_the_page_of_a_follow_up_stays_within_its_budget(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf, database: Any, rows: int
) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer)
        contact = make_contact(session, "Person", office="Office", on_case=case)
        item = make_follow_up(session, case, officer, title="All of it")
        others = [make_follow_up(session, case, officer, title=f"No. {number}") for number in range(rows)]
    with act_as(officer) as session:
        actor = acting(officer)
        for number, other in enumerate(others):
            needs.add_need(session, actor, item, other.id)
            checklist.add_line(session, actor, item, f"Line {number}")
            services.wait(session, actor, item, waiting_on=f"No. {number}", contact_id=contact.id)
        watchers.watch(session, actor, item, people["head"].id)
        row = NewRow("Send it", date(2027, 1, 2), "+1")
        reference: dict[str, Any] = {
            "title": "Hearing",
            "reference_on": date(2027, 1, 1),
            "working_days": WEEKDAYS_ONLY,
        }
        _timeline, (made,) = apply_timeline(session, actor, case, rows=[row], **reference)
    client = client_of(officer)
    for address in (f"/follow-ups/{item.id}", f"/follow-ups/{made.id}"):
        with counted(database) as statements:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(statements) <= PAGE_BUDGET, f"{address}: {len(statements)} statements\n" + "\n\n".join(statements)
