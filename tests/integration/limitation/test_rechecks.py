"""What asks for another look: the list of it holds what the marks say, and whoever it waits for is told on home."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.measure import counted
from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.charge import OPENED, make_act, make_charge
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.factories.subject import make_subject
from tests.integration.limitation.test_list import NONE, PAGE_BYTES, UNDATED, offences
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR, Actor
from tracker.limitation import services
from tracker.limitation.lines import asked_again
from tracker.limitation.listing import AGAIN, PAGE_SIZE, ChargeFilters, charge_page_of, turns_in
from tracker.limitation.models import ChargeFollowUp, LimitationAct
from tracker.limitation.queries import acts_on
from tracker.limitation.services import ActFacts

People = dict[str, Person]
LOOK_AGAIN = "/charges?state=again"
STATUSES = ("investigation_open", "suspended", "suspended", "charged", None)
NOW = clock.now().replace(microsecond=0)


def moment(chance: random.Random) -> datetime:
    """Few enough that two are often the same."""
    return NOW - timedelta(hours=chance.randrange(12))


def make_history(session: Session, chance: random.Random, case: Case) -> None:
    """Entries in an order that is not that of their entry, some voided, replaced or secret; and charges with acts."""
    voided: list[UUID] = []
    for place in range(chance.randrange(1, 5)):
        said: dict[str, Any] = {"entered_at": moment(chance), "level": chance.choice([None, None, "restricted"])}
        if chance.random() < 0.4:
            said |= {"voided_at": max(moment(chance), said["entered_at"]), "void_reason": "Wrong"}
        elif voided and chance.random() < 0.8:
            said["replaces_id"] = chance.choice(voided)
        status = chance.choice(STATUSES)
        if status and chance.random() < 0.3:
            said["move"] = "resume"
        entry = make_event(session, case, place + 10, status=status, **said)
        if entry.voided_at is not None:
            voided.append(entry.id)
    for _number in range(4):
        kind: dict[str, Any] = chance.choice([{}, {}, UNDATED, NONE])
        charge = make_charge(session, case, checked_at=moment(chance), **kind)
        if chance.random() < 0.3:
            act = make_act(session, charge)
            act.entered_at = moment(chance)
            act.voided_at = max(moment(chance), act.entered_at) if chance.random() < 0.5 else None


def marked(session: Session, actor: Actor) -> set[UUID]:
    """The charges that are marked, of whatever state."""
    found: set[UUID] = set()
    for state in ("ahead", "passed", "unknown", "none"):
        rows = every_row(session, actor, state)
        acts, turns = acts_on(session, [row.id for row in rows]), turns_in(session, actor, rows)
        found |= {
            row.id
            for row in rows
            if asked_again(row.limitation, row.checked_at, acts.get(row.id, ()), turns.get(row.case_id, ()))
        }
    return found


def every_row(session: Session, actor: Actor, state: str) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = charge_page_of(session, actor, ChargeFilters(state), clock.today(), cursor)
        found += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_the_list_holds_what_the_marks_say_whatever_the_history(act_as: ActAs, people: People, officer: Person) -> None:
    chance = random.Random(20261123)  # noqa: S311
    with act_as(OPERATOR) as session:
        for number in range(80):
            pathway = "universal_jurisdiction" if number % 5 else "icc_referral"
            make_history(session, chance, make_case(session, pathway=pathway, lead=officer))
    found = {}
    for who in ("legal_officer", "coordinator"):
        with act_as(people[who]) as session:
            rows = every_row(session, acting(people[who]), AGAIN)
            found[who] = {row.id for row in rows}
            assert len(rows) == len(found[who]) and found[who] == marked(session, acting(people[who]))
    assert 40 < len(found["coordinator"]) < 280, "some ask and some do not"
    assert found["legal_officer"] != found["coordinator"], "who doesn't see a pause is not asked because of it"


def test_what_asks_for_another_look_stands_together_with_why_what_lapses_soonest_first(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    today, looked = clock.today(), clock.now() - timedelta(days=9)
    with act_as(OPERATOR) as session:
        for offence, said in (
            ("Unread", UNDATED),
            ("Later", {"lapses_on": today + timedelta(900)}),
            ("Long past", {"lapses_on": today - timedelta(900)}),
            ("Core", NONE),
        ):
            make_charge(session, case, offence=offence, checked_at=looked, **said)
        make_act(session, make_charge(session, case, offence="Acted", jurisdiction="LT"), "A search")
        make_charge(session, make_case(session), offence="Quiet")
        make_event(session, case, 3, "2026-02-01", "suspended", summary="Art. 22 KPK")
    assert offences(as_officer, LOOK_AGAIN) == ["Long past", "Later", "Acted", "Unread"]
    page = words(as_officer.get(LOOK_AGAIN))
    assert page.count("1 Feb 2026: Art. 22 KPK") == 4 and page.count("Suspended: A search") == 1
    assert "has passed" in page and "not known" in page
    assert offences(as_officer, f"{LOOK_AGAIN}&jurisdiction=LT") == ["Acted"]
    assert "Your filters hide 4 charges." in words(as_officer.get(f"{LOOK_AGAIN}&jurisdiction=DE"))
    with act_as(OPERATOR) as session:
        for act in session.scalars(select(LimitationAct)):
            session.delete(act)
        for charge in every_row(session, OPERATOR, AGAIN):
            services.confirm_limitation(session, OPERATOR, charge.case_id, charge.id, None, None)
    assert "No charge asks for another look" in words(as_officer.get(LOOK_AGAIN))


def test_an_entry_that_is_more_secret_than_its_case_marks_the_page_that_names_it(
    act_as: ActAs, client_of: ClientOf, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_charge(session, case, checked_at=clock.now() - timedelta(days=9))
        make_event(session, case, 3, "2026-02-01", "suspended", summary="Quicksilver", level="restricted")
    seen = client_of(people["legal_officer"]).get(LOOK_AGAIN)
    assert "Quicksilver" in words(seen) and re.search(r'class="[^"]*level-restricted|Restricted', seen.text)
    assert "Restricted" not in words(client_of(people["legal_officer"]).get("/charges"))
    assert "Quicksilver" not in client_of(people["coordinator"]).get(LOOK_AGAIN).text


def test_ones_own_are_those_of_cases_that_one_leads_and_those_on_which_one_has_work(
    act_as: ActAs, client_of: ClientOf, people: People, officer: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        charge = make_charge(session, case, offence="Acted")
        make_charge(session, case, offence="Quiet")
        elsewhere = make_charge(session, make_case(session, lead=people["other"]), offence="Elsewhere")
        for one in (charge, elsewhere):
            make_act(session, one)
        sealed = make_case(session, level="sealed", lead=people["other"])
        sealed.lead_id = officer.id  # what the list shows lags behind the memberships
        make_act(session, make_charge(session, sealed, offence="Quicksilver"))
    assert told(client_of(officer)) == ["Acted"]
    assert told(client_of(people["coordinator"])) == []
    assert offences(client_of(people["coordinator"]), LOOK_AGAIN) == ["Acted", "Elsewhere"]
    with act_as(OPERATOR) as session:
        for who, on, status in (("coordinator", elsewhere, "open"), ("head", charge, "done")):
            work = make_follow_up(session, session.get_one(Case, on.case_id), people[who], status=status)
            session.add(ChargeFollowUp(follow_up_id=work.id, charge_id=on.id))
    assert told(client_of(people["coordinator"])) == ["Elsewhere"], "whoever has the work"
    assert told(client_of(people["head"])) == [], "work that is done asks nobody"
    with act_as(officer) as session:
        services.confirm_limitation(session, acting(officer), case.id, charge.id, None, None)
    assert told(client_of(officer)) == []
    with act_as(officer) as session:
        services.record_act(session, acting(officer), case.id, charge.id, ActFacts("suspended", "An order"))
    with act_as(OPERATOR) as session:
        join(session, session.get_one(Case, sealed.id), officer, "lead")
    assert told(client_of(officer)) == ["Acted", "Quicksilver"]


def told(client: FlaskClient) -> list[str]:
    """What the list has for whoever asks for their own alone."""
    return offences(client, f"{LOOK_AGAIN}&mine=1")


def test_a_full_page_keeps_to_its_statements_and_its_weight(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, database: Any
) -> None:
    """In Cyrillic, each letter of which takes two bytes; its last rows have no last day."""
    with act_as(OPERATOR) as session:
        session.get_one(Person, officer.id).language = "be"
        for number in range(PAGE_SIZE + 1):
            title = f"Investigation {number} of the prison of Hrodna and its command"
            case = make_case(session, OPENED, pathway="universal_jurisdiction", title=title, lead=officer)
            who = [make_subject(session, f"Colonel Somebody {number}-{one}", case).id for one in range(2)]
            offence = f"Unlawful deprivation of liberty with particular torment, number {number}"
            said: dict[str, Any] = {"checked_at": clock.now() - timedelta(days=9), "offence": offence}
            said |= UNDATED if number > PAGE_SIZE - 5 else {}
            charge = make_charge(session, case, against=who, **said)
            for act in ("An order of the district court of Warsaw", "Charges were read", "A search"):
                make_act(session, charge, act)
            make_event(session, case, 3, "2026-02-01", "suspended", summary="The proceedings were suspended " * 4)
    as_officer.get(LOOK_AGAIN)
    with counted(database.app_engine) as statements:
        answer = as_officer.get(LOOK_AGAIN)
    assert answer.text.count("Colonel Somebody") == 2 * PAGE_SIZE
    assert len(statements) <= 8, [" ".join(one.split())[:90] for one in statements]
    assert len(answer.data) <= PAGE_BYTES, f"{len(answer.data)} bytes"
