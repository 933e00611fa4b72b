"""Lists without a row: why they are empty, and the one thing to do about it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.organisation import make_organisation
from tests.factories.reminder import make_due_work, make_reminder
from tests.factories.subject import make_subject
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import CaseSubject
from tracker.core.actor import OPERATOR

People = dict[str, Person]
EMPTY = {
    "/cases": ("No cases yet", "/cases/new"),
    "/follow-ups": ("Nothing is to be done", "/follow-ups/new"),
    "/contacts": ("No contacts yet", "/contacts/new"),
    "/organisations": ("No organisations yet", "/organisations/new"),
    "/engagements": ("Nothing is recorded yet", "/engagements/new"),
    "/commitments": ("No commitments yet", "/engagements/new"),
    "/ledger": ("No mail yet", "/preferences/reminders"),
    "/subjects": ("No subjects yet", "/cases"),
    "/dossiers": ("No dossiers yet", "/dossiers/new"),
    "/timelines": ("There is no standard timeline yet", "/timelines/new"),
}
"""Title and action of each list on an empty installation, for a coordinator."""
HIDING = {
    "/cases?q=zzzz": ("Your filters hide 1 case.", "/cases"),
    "/cases?country=LT": ("Your filters hide 1 case.", "/cases"),
    "/follow-ups?q=zzzz": ("Your filters hide 1 follow-up that is still to do.", "/follow-ups"),
    "/contacts?name=zzzz": ("Your filters hide 1 contact.", "/contacts"),
    "/contacts?country=LT": ("Your filters hide 1 contact.", "/contacts"),
    "/organisations?name=zzzz": ("Your filters hide 1 organisation.", "/organisations"),
    "/organisations?country=LT": ("Your filters hide 1 organisation.", "/organisations"),
    "/engagements?q=zzzz": ("Your filters hide 1 meeting.", "/engagements"),
    "/engagements?kind=letter": ("Your filters hide 1 meeting.", "/engagements"),
    "/commitments?status=kept": ("Your filters hide 1 commitment.", "/commitments?status=any"),
    "/commitments?q=zzzz": ("Your filters hide 1 commitment.", "/commitments?status=any"),
    "/commitments?who=zzzz": ("Your filters hide 1 commitment.", "/commitments?status=any"),
    "/ledger?status=dead": ("Your filters hide 1 mail.", "/ledger"),
    "/subjects?q=zzzz": ("Your filters hide 1 subject.", "/subjects"),
}
"""What each list says when its filters hide all of what is visible, and where the filters are taken away."""


def empty_state_of(page: str) -> tuple[str, list[str]]:
    """The words of the empty state, and the addresses of its actions."""
    (found,) = re.findall(r'<div class="empty">(.*?)</div>', page, re.DOTALL)
    words = re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found, flags=re.DOTALL)).strip()
    return words, re.findall(r'<a class="btn" href="([^"]+)"', found)


@pytest.mark.parametrize("address", EMPTY)
def test_a_list_of_an_empty_installation_says_so_and_offers_one_action(
    people: People, client_of: ClientOf, address: str
) -> None:
    words, actions = empty_state_of(client_of(people["coordinator"]).get(address).text)
    title, action = EMPTY[address]
    assert words.startswith(title) and actions == [action]
    assert "filters" not in words


@pytest.mark.parametrize("address", HIDING)
def test_filters_that_hide_everything_are_counted_and_taken_away(
    act_as: ActAs, people: People, client_of: ClientOf, address: str
) -> None:
    """One of each is visible and one of each is sealed to somebody else: only the visible ones are counted."""
    with act_as(OPERATOR) as session:
        for level, name in (("internal", "open"), ("sealed", "secret")):
            case = make_case(session, level=level, lead=people["other"])
            session.add(CaseSubject(case_id=case.id, subject_id=make_subject(session, name=f"Accused {name}").id))
            meeting = make_engagement(session, case, level=level)
            make_commitment(session, meeting, case)
            make_reminder(session, make_due_work(session, case, people["other"], date(2026, 5, 4)), people["other"])
        make_contact(session, "Ada Example")
        make_organisation(session)
    words, actions = empty_state_of(client_of(people["coordinator"]).get(address).text)
    told, home = HIDING[address]
    assert told in words and actions == [home]
