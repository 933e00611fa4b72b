"""A session that an entry names: until the day itself is known its work counts from there, and moves with it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import ClockMove, FollowUp, Timeline
from tracker.followups.timeline_sittings import follow_sittings
from tracker.sittings.models import Sitting

People = dict[str, Person]


@pytest.fixture
def opens_on() -> date:
    return clock.today() + timedelta(days=90)


@pytest.fixture
def sitting(act_as: ActAs, opens_on: date) -> Sitting:
    """Beside one of the year before of the same name, and one of another institution."""
    said = {"name": "65th session", "certainty": "confirmed", "source": "It"}
    with act_as(OPERATOR) as session:
        row = Sitting(key="hrc-65", institution="hrc", starts_on=opens_on, **said)
        before = Sitting(key="hrc-old", institution="hrc", starts_on=clock.today() - timedelta(days=300), **said)
        other = Sitting(key="upr-65", institution="upr", starts_on=opens_on - timedelta(days=40), **said)
        session.add_all([row, before, other])
        session.flush()
        return row


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("reporting", "2026-01-12"),), pathway="un_mechanism", lead=officer)


def field(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


def moved(client: FlaskClient, case: Case, step: str, **said: str) -> Any:
    """The change of status to the renewal window, which names the session in the words of a person."""
    sent = {"to": "renewal_due", "step": step, "occurred_on": clock.today().isoformat(), "summary": "It is due"}
    sent |= {"fact_session": " 65TH  session ", "fact_sponsors": "EU", "fact_vote_on": ""}
    return client.post(f"/cases/{case.reference}/move", data=sent | said)


def taken(client: FlaskClient, case: Case, due: str | None = None, **said: str) -> Any:
    """Looked at, then saved as offered, or with another day."""
    page = moved(client, case, "preview", **said).text
    names = ("offer_title_lobby", "offer_due_lobby", "offer_was_lobby", "offer_was_due_lobby")
    offered = {name: field(page, name) for name in names}
    return moved(
        client, case, "confirm", offer="lobby", **{**offered, "offer_due_lobby": due or offered[names[1]]}, **said
    )


def work(act_as: ActAs) -> FollowUp:
    with act_as(OPERATOR) as session:
        return session.scalars(select(FollowUp)).one()


def test_the_form_offers_the_sittings_to_come_and_what_it_names_gives_days(
    as_officer: FlaskClient, case: Case, sitting: Sitting, opens_on: date
) -> None:
    page = as_officer.get(f"/cases/{case.reference}/move?to=renewal_due").text
    assert 'list="sittings-hrc"' in page
    (listed,) = re.findall(r'<datalist id="sittings-hrc">(.*?)</datalist>', page)
    assert listed.count("<option") == 1, "neither what is over nor what sits elsewhere"
    page = moved(as_officer, case, "preview")
    due = opens_on - timedelta(days=45)
    assert field(page.text, "offer_due_lobby") == due.isoformat()
    assert "counts from the 65th session" in words(page) and "moves with it" in words(page)
    page = moved(as_officer, case, "preview", fact_session="some session")
    assert field(page.text, "offer_due_lobby") == "" and "counts from" not in words(page)
    vote = opens_on + timedelta(days=30)
    page = moved(as_officer, case, "preview", fact_vote_on=vote.isoformat())
    assert field(page.text, "offer_due_lobby") == (vote - timedelta(days=45)).isoformat()
    assert "counts from" not in words(page), "the day itself prevails"


def test_its_work_moves_with_the_sitting_by_the_job_and_the_ledger_says_so(
    act_as: ActAs, database: Any, as_officer: FlaskClient, case: Case, sitting: Sitting, opens_on: date
) -> None:
    assert taken(as_officer, case).status_code == 303
    made, due = work(act_as), opens_on - timedelta(days=45)
    assert (made.due_on, made.due_offset, made.due_by_hand, made.template_key) == (due, "-45", False, "lobby")
    assert made.kind == "renewal" and made.period_key is not None
    with act_as(OPERATOR) as session:
        timeline = session.scalars(select(Timeline)).one()
        assert (timeline.sitting_id, timeline.sitting_on, timeline.level) == (sitting.id, opens_on, None)
        assert timeline.title == "Renewal window: 65th session"
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "timeline.applied")).one().case_id
        session.get_one(Sitting, sitting.id).starts_on = opens_on + timedelta(days=14)
    assert (follow_sittings(database), follow_sittings(database)) == (1, 0)
    assert work(act_as).due_on == due + timedelta(days=14)
    with act_as(OPERATOR) as session:
        move = session.scalars(select(ClockMove)).one()
        assert (move.old_on, move.new_on, move.cause) == (due, due + timedelta(days=14), "sitting_moved")
    assert "65th session" in words(as_officer.get(f"/cases/{case.reference}/sittings"))
    assert "sitting moved" in words(as_officer.get(f"/cases/{case.reference}/clocks"))


def test_a_day_set_by_hand_stays_and_is_flagged(
    act_as: ActAs, database: Any, as_officer: FlaskClient, case: Case, sitting: Sitting, opens_on: date
) -> None:
    own = opens_on - timedelta(days=30)
    assert taken(as_officer, case, due=own.isoformat()).status_code == 303
    assert work(act_as).due_by_hand
    with act_as(OPERATOR) as session:
        session.get_one(Sitting, sitting.id).starts_on = opens_on + timedelta(days=14)
    assert follow_sittings(database) == 1
    assert (work(act_as).due_on, work(act_as).due_to_check) == (own, opens_on - timedelta(days=31))


def test_asked_for_again_it_is_made_once_and_leaves_no_empty_timeline(
    act_as: ActAs, as_officer: FlaskClient, case: Case, sitting: Sitting
) -> None:
    assert taken(as_officer, case).status_code == 303
    page = as_officer.get(f"/cases/{case.reference}/standard")
    assert "counts from the 65th session" in words(page)
    again = {name: field(page.text, name) for name in ("offer_title_lobby", "offer_due_lobby")} | {"offer": "lobby"}
    assert as_officer.post(f"/cases/{case.reference}/standard", data=again).status_code == 303
    assert work(act_as).template_key == "lobby"
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(Timeline)).all()) == 1


def test_what_is_more_secret_than_its_case_is_planned_as_secretly(
    act_as: ActAs, client_of: ClientOf, people: People, as_officer: FlaskClient, case: Case, sitting: Sitting
) -> None:
    assert taken(as_officer, case, level="restricted").status_code == 303
    assert work(act_as).level == "restricted"
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Timeline)).one().level == "restricted"
    others = client_of(people["coordinator"])
    assert "Lobby" not in words(others.get(f"/cases/{case.reference}"))
    assert "65th session" not in words(others.get(f"/cases/{case.reference}")).replace("Sittings", "")
