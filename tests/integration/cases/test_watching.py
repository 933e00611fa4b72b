"""Watching a case, and what its page says of contacts and countries."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.engagement import make_engagement
from tests.support.acting import ActAs
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import CaseWatcher
from tracker.core.actor import OPERATOR

People = dict[str, Person]


def watchers(act_as: ActAs, case_id: Any) -> list[Any]:
    with act_as(OPERATOR) as session:
        return list(session.scalars(select(CaseWatcher.person_id).where(CaseWatcher.case_id == case_id)))


def test_a_reader_watches_a_case_and_stops_again(client: FlaskClient, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
    here = f"/cases/{case.reference}"
    client = sign_in(client, people["head"])
    assert "Watch this case" in client.get(here).text
    for _twice in range(2):
        assert client.post(f"{here}/watch", data={"watching": "1"}).location == here
    assert watchers(act_as, case.id) == [people["head"].id]
    assert "Stop watching" in client.get(here).text
    assert "Watch this case" in sign_in(client, people["coordinator"]).get(here).text
    client = sign_in(client, people["head"])
    client.post(f"{here}/watch", data={"watching": "0"})
    assert watchers(act_as, case.id) == [] and "Watch this case" in client.get(here).text
    with act_as(OPERATOR) as session:
        said = select(AuditEntry.action).where(AuditEntry.case_id == case.id, AuditEntry.action.like("case.%watched"))
        assert sorted(session.scalars(said)) == ["case.unwatched", "case.watched"]


def test_nobody_watches_what_they_may_not_see(client: FlaskClient, act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
    client = sign_in(client, people["coordinator"])
    assert client.post(f"/cases/{sealed.reference}/watch", data={"watching": "1"}).status_code == 404
    assert watchers(act_as, sealed.id) == []


def test_the_page_tells_the_last_contact_and_links_meetings_and_countries(
    client: FlaskClient, act_as: ActAs, people: People
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, countries=["LT", "PL"])
        make_engagement(session, case, occurred_on="2026-03-14", sort_on=date(2026, 3, 14))
        make_engagement(session, case, occurred_on="2199-01-05", sort_on=date(2199, 1, 5))
    page = sign_in(client, people["head"]).get(f"/cases/{case.reference}").text
    assert "Last contact: 14 Mar 2026." in page and "Next contact: 5 Jan 2199." in page
    for address in (f"/engagements?case={case.reference}", "/engagements?country=LT", "/engagements?country=PL"):
        assert f'href="{address}"' in page
        assert "Talk in the corridor" in client.get(address).text
