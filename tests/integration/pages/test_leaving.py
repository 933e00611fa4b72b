"""The work of somebody who leaves: listed for those who see it, handed over in one form, by each one's right."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp
from tracker.reminders.models import ReminderPreference

People = dict[str, Person]


@pytest.fixture
def leaver(people: People, act_as: ActAs) -> Person:
    """Has work on an open case, on a restricted and on a sealed one, and leads the open one."""
    leaver = people["other"]
    with act_as(OPERATOR) as session:
        for level in ("internal", "restricted", "sealed"):
            case = make_case(session, level=level, lead=leaver, title=f"The {level} case")
            make_follow_up(session, case, leaver, title=f"Work on the {level} one")
            if level == "restricted":
                join(session, case, people["coordinator"], "lead")
        make_follow_up(session, case, leaver, title="Done long ago", status="done")
        session.get_one(Person, leaver.id).active = False
    return leaver


def work_of(act_as: ActAs, person: Person) -> set[str]:
    with act_as(OPERATOR) as session:
        return set(session.scalars(select(FollowUp.title).where(FollowUp.assignee_id == person.id)))


def send(client: FlaskClient, leaver: Person, act_as: ActAs, successor: Person | None) -> int:
    with act_as(OPERATOR) as session:
        ids = [str(one) for one in session.scalars(select(FollowUp.id).where(FollowUp.assignee_id == leaver.id))]
    data = {"id": ids, "successor": str(successor.id) if successor else ""}
    return client.post(f"/people/{leaver.id}/work", data=data).status_code


def test_each_sees_what_they_see(leaver: Person, people: People, client_of: ClientOf) -> None:
    page = client_of(people["head"]).get(f"/people/{leaver.id}/work").text
    assert "Work on the internal one" in page and "The internal case" in page
    assert not any(f"the {level} " in page.lower() for level in ("restricted", "sealed"))
    assert "Done long ago" not in page
    page = client_of(people["coordinator"]).get(f"/people/{leaver.id}/work").text
    assert "Work on the restricted one" in page and "the sealed " not in page.lower()


def test_what_is_ticked_goes_to_one_person_and_nothing_unseen_with_it(
    leaver: Person, people: People, client_of: ClientOf, act_as: ActAs
) -> None:
    client = client_of(people["coordinator"])
    assert send(client, leaver, act_as, people["legal_officer"]) == 303
    assert work_of(act_as, people["legal_officer"]) == {"Work on the internal one"}  # is no member of the restricted
    assert "Work on the restricted one" in work_of(act_as, leaver)
    assert "Work on the sealed one" in work_of(act_as, leaver)
    page = client.get(f"/people/{leaver.id}/work").text
    assert "1 follow-up is with" in page and "Work on the restricted one:" in page


def test_without_a_successor_nothing_moves(leaver: Person, people: People, client_of: ClientOf, act_as: ActAs) -> None:
    before = work_of(act_as, leaver)
    for successor in (None, leaver, people["administrator"]):
        assert send(client_of(people["coordinator"]), leaver, act_as, successor) == 422
    assert work_of(act_as, leaver) == before


def test_the_substitute_is_offered_first(leaver: Person, people: People, client_of: ClientOf, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        session.add(ReminderPreference(person_id=leaver.id, substitute_id=people["head"].id))
    page = client_of(people["coordinator"]).get(f"/people/{leaver.id}/work").text
    assert f'<option value="{people["head"].id}" selected>' in page


def test_leads_and_promises_are_handed_over_too(people: People, client_of: ClientOf, act_as: ActAs) -> None:
    leaving, successor = people["other"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=leaving, title="The Canarian case")
        hidden = make_case(session, level="sealed", lead=leaving, title="Quicksilver")
        promise = make_commitment(session, case=case, due_on=date(2027, 3, 1), created_by_id=leaving.id)
        loose = make_commitment(session, case=case, created_by_id=leaving.id, text="Some day")
        make_commitment(session, case=hidden, due_on=date(2027, 3, 1), created_by_id=leaving.id, text="Hush")
    client = client_of(people["coordinator"])
    page = client.get(f"/people/{leaving.id}/work").text
    assert "The Canarian case" in page and promise.text in page and "Some day" in page
    assert "Quicksilver" not in page and "Hush" not in page
    ticked = [str(one) for one in (case.id, promise.id, loose.id, hidden.id)]
    answer = client.post(f"/people/{leaving.id}/work", data={"id": ticked, "successor": str(successor.id)})
    assert answer.status_code == 303
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).lead_id == successor.id
        assert session.get_one(Case, hidden.id).lead_id == leaving.id
        leading = session.scalars(
            select(CaseMembership.person_id).where(CaseMembership.case_id == case.id, CaseMembership.ended_at.is_(None))
        )
        assert list(leading) == [successor.id]
        [check] = session.scalars(select(FollowUp).where(FollowUp.commitment_id.is_not(None)))
        assert (check.commitment_id, check.assignee_id) == (promise.id, successor.id)
    assert "1 case has another lead now" in client.get(f"/people/{leaving.id}/work").text
