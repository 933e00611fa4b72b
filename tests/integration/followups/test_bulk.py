"""Changing many follow-ups at once, on real PostgreSQL: previewed, with reasons, undone as one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.undoing import last_deed
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Invalid
from tracker.core.working_days import working_days_among
from tracker.followups import services
from tracker.followups.bulk import BulkChange, bulk_change
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.reminders.models import Reminder

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"], countries=["LT"])


@pytest.fixture
def items(act_as: ActAs, people: People, case: Case) -> list[FollowUp]:
    with act_as(OPERATOR) as session:
        days = [date(2026, 12, 1), date(2026, 12, 23), None]
        return [
            make_follow_up(session, case, people["head"], title=f"No. {n}", due_on=day) for n, day in enumerate(days)
        ]


def run(session, person: Person, items, change: BulkChange, **said):
    ids = [item.id for item in items]

    def working_days_of(countries):
        return working_days_among(countries, None)

    return bulk_change(
        session, acting(person), ids, change, today=clock.today(), working_days_of=working_days_of, **said
    )


def test_days_move_by_the_working_days_of_each_case_and_one_undo_takes_all_back(
    act_as: ActAs, people: People, items: list[FollowUp]
) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        outcomes = run(session, officer, items, BulkChange("shift", shift=2, unit="wd"))
        assert [bool(one.changes) for one in outcomes] == [True, True, False]
        assert "no day" in outcomes[2].refusal
    with act_as(officer) as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        assert [row.due_on for row in rows] == [date(2026, 12, 3), date(2026, 12, 29), None]  # Christmas is free
        services.undo(session, acting(officer), last_deed(session, officer, rows[1].id))
        assert [row.due_on for row in rows] == [date(2026, 12, 1), date(2026, 12, 23), None]


def test_quiet_sends_no_mail_that_it_is_theirs_now_and_reminders_go_on(
    act_as: ActAs, people: People, items: list[FollowUp]
) -> None:
    officer, coordinator = people["legal_officer"], people["coordinator"]
    with act_as(officer) as session:
        run(session, officer, items[:1], BulkChange("assign", person_id=coordinator.id), quiet=True)
        run(session, officer, items[1:2], BulkChange("assign", person_id=coordinator.id))
    with act_as(OPERATOR) as session:
        kinds: dict[UUID, set[str]] = {item.id: set() for item in items}
        for row in session.scalars(select(Reminder).where(Reminder.recipient_id == coordinator.id)):
            kinds[row.subject_id].add(row.kind)
    assert "assigned" not in kinds[items[0].id] and "on_the_day" in kinds[items[0].id]
    assert "assigned" in kinds[items[1].id]


def test_what_one_may_not_change_is_left_with_the_reason_and_what_one_does_not_see_is_not_named(
    act_as: ActAs, people: People, case: Case, items: list[FollowUp]
) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        join(session, case, counsel, "reader")
        hidden = make_follow_up(session, make_case(session, level="sealed"), title="Secret")
    with act_as(counsel) as session:
        outcomes = run(session, counsel, [*items, hidden], BulkChange("complete"))
    assert len(outcomes) == 3 and all(one.refusal and not one.changes for one in outcomes)


def test_an_unknown_action_is_refused(act_as: ActAs, people: People, items: list[FollowUp]) -> None:
    with act_as(people["legal_officer"]) as session, pytest.raises(Invalid):
        run(session, people["legal_officer"], items, BulkChange("delete"))


def test_a_preview_changes_nothing_and_confirming_does(
    act_as: ActAs, people: People, client_of: ClientOf, items: list[FollowUp]
) -> None:
    client = client_of(people["coordinator"])
    said = {"id": [str(item.id) for item in items], "what": "shift", "shift": "+7", "mail": "no"}
    chosen = client.post("/follow-ups/bulk", data={"id": said["id"]})
    assert chosen.status_code == 200 and "What to change" in chosen.text
    page = client.post("/follow-ups/bulk", data=said).text
    assert "Due day: 1 Dec 2026 → 8 Dec 2026" in page and "no day" in page and "Change 2 follow-ups" in page
    with act_as(OPERATOR) as session:
        assert session.scalars(select(FollowUpChange)).all() == []
    answer = client.post("/follow-ups/bulk", data=said | {"step": "confirm"})
    assert answer.status_code == 303
    with act_as(OPERATOR) as session:
        days = session.scalars(select(FollowUp.due_on).order_by(FollowUp.id)).all()
    assert days == [date(2026, 12, 8), date(2026, 12, 30), None]
    told = client.get("/follow-ups").text
    assert "2 follow-ups were changed." in told and "1 was left as it was." in told
    client.post("/follow-ups/bulk", data=said | {"id": said["id"][:1], "step": "confirm"})
    assert "1 follow-up was changed." in client.get("/follow-ups").text
    wrong = client.post("/follow-ups/bulk", data=said | {"shift": "soon"})
    assert wrong.status_code == 422 and 'value="soon"' in wrong.text
    assert "data-error-summary" in wrong.text and '<a href="#bulk-shift">' in wrong.text
    assert 'aria-describedby="bulk-shift-error"' in wrong.text and 'id="bulk-shift-error"' in wrong.text
