""" "Who can see this?" is one click away on every case, entry, follow-up, meeting and paper; and its answer is true."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.engagement import make_engagement
from tests.factories.file import make_file
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, act_as, people
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR

__all__ = ["act_as", "people"]
People = dict[str, Person]
WORDS = "Who can see this?"


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


def asked_on(page: str, case: Case) -> list[str]:
    """Where the question leads, each time that the page has it."""
    found = re.findall(
        rf'<a [^>]*href="(/cases/{case.reference}/members[^"]*)"[^>]*>(?:(?!</a>).)*?Who can see', page, re.S
    )
    return [one.replace("&amp;", "&") for one in found]


def test_every_thing_has_the_question_beside_it_and_asks_it_at_its_level(
    app: Flask, act_as: ActAs, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_event(session, session.merge(case), 2, level="sealed")
        meeting = make_engagement(session, case, level="restricted")
        work = make_follow_up(session, case, level="sealed")
        make_file(session, session.merge(case))
    client = sign_in(app.test_client(), people["legal_officer"])
    at = f"/cases/{case.reference}/members"
    page = asked_on(client.get(f"/cases/{case.reference}").text, case)
    assert page.count(at) >= 3, "the case, its first entry, its paper"
    assert f"{at}?level=sealed" in page, "the sealed entry"
    assert asked_on(client.get(f"/follow-ups/{work.id}").text, case) == [f"{at}?level=sealed"]
    assert asked_on(client.get(f"/engagements/{meeting.id}").text, case) == [f"{at}?level=restricted"]
    assert asked_on(client.get(f"/cases/{case.reference}/papers").text, case) == [at]


@pytest.mark.parametrize("level", ["public", "internal", "restricted", "sealed"])
def test_the_answer_names_whoever_sees_it_and_nobody_else(
    app: Flask, act_as: ActAs, people: People, case: Case, level: str
) -> None:
    with act_as(OPERATOR) as session:
        found = session.merge(case)
        found.level = level
        for name, kind in (("head", "reader"), ("outside_counsel", "member")):
            join(session, found, people[name], kind)
    lead = sign_in(app.test_client(), people["legal_officer"])
    shown = lead.get(f"/cases/{case.reference}/members").text
    named = shown.partition('id="members"')[2].partition('id="add-member"')[0] + shown.partition('id="by-role"')[2]
    for name, person in people.items():
        sees = sign_in(app.test_client(), person).get(f"/cases/{case.reference}").status_code == 200
        assert (person.name in named) is sees, (name, level)
