"""What PostgreSQL itself gives, to a query that forgot the visibility rule (product/access.md; ADR 0002)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.reminder import make_reminder
from tests.integration.access.conftest import ActAs, World
from tracker.access.visibility import sees
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import OPERATOR
from tracker.reminders.queries import LedgerFilter, ledger

Bare = Callable[[str, str, str], list[str]]

NOTHING: list[str] = []
OPEN = ["internal"]
SEALED = ["sealed"]
OPEN_AND_SEALED = ["internal", "sealed"]
ALL = ["internal", "restricted", "sealed"]

STRANGERS = ("counsel", "administrator", "nobody", "leaver", "administrator put on the sealed case")
STAFF = (
    "officer",
    "coordinator",
    "head",
    "recipient",
    "officer who left the sealed case",
    "officer whose time on it ran out",
    "officer who joins it next year",
)

BY_CASE = (
    *("cases", "case_subjects", "case_contacts", "dossiers", "subjects"),
    *("charges", "limitation_acts", "charge_changes", "charge_subjects", "period_records", "periods"),
    *("recommendations", "recommendation_changes", "recommendation_assessments", "stated_figures"),
)
KEYS = {"charge_subjects": "charge_id", "recommendation_follow_ups": "follow_up_id"}
WITH_SECRET_PARTS = {  # table -> how many parts of the open case are more secret than it
    "case_events": 2,
    "follow_ups": 1,
    "engagements": 1,
    "engagement_participants": 1,
    "commitments": 1,
    "documents": 1,
    "recommendation_follow_ups": 1,
}


def test_each_sees_what_the_page_says(bare: Bare) -> None:
    wrong = [found for table in (*BY_CASE, *WITH_SECRET_PARTS) for found in _unlike_the_page(bare, table)]
    assert wrong == []


def _unlike_the_page(bare: Bare, table: str) -> list[tuple[str, str, list[str]]]:
    secret = ["secret part"] * WITH_SECRET_PARTS.get(table, 0)
    expected = dict.fromkeys(STRANGERS, NOTHING) | dict.fromkeys(STAFF, OPEN)
    expected |= {
        "head who reads the sealed case": OPEN_AND_SEALED,
        "officer who leads the open case": sorted([*OPEN, *secret]),
        "counsel on the sealed case": SEALED,
    }
    return [
        (table, name, seen) for name in expected if (seen := bare(name, table, KEYS.get(table, "id"))) != expected[name]
    ]


def test_public_means_may_be_published_and_opens_to_nobody_more_than_internal(
    act_as: ActAs, world: World, bare: Bare
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="public", history=())
        made = {
            "cases": case.id,
            "case_events": make_event(session, case).id,
            "follow_ups": make_follow_up(session, case).id,
        }
    world.labels |= dict.fromkeys(made.values(), "public")
    for table in made:
        for name in (*STRANGERS, *STAFF, "counsel on the sealed case"):
            assert ("public" in bare(name, table, "id")) is (name in STAFF), (name, table)
    for name, actor in world.viewers.items():
        if name != "leaver":
            with act_as(OPERATOR) as session:
                found = session.scalars(select(Case.id).where(sees(actor, Case.level, Case.id))).all()
            assert (case.id in found) is ("internal" in bare(name, "cases", "id")), name


def test_names_of_contacts_are_for_staff_and_for_counsel_on_the_case(bare: Bare) -> None:
    expected = dict.fromkeys(STAFF, ALL) | dict.fromkeys(STRANGERS, NOTHING)
    expected["counsel on the sealed case"] = SEALED
    for table in ("contacts", "offices", "organisations"):
        assert {name: bare(name, table, "id") for name in expected} == expected, table


def test_private_facts_of_contacts_are_for_few(bare: Bare) -> None:
    expected = dict.fromkeys(STRANGERS, NOTHING) | {
        "officer": ALL,
        "coordinator": ALL,
        "head": NOTHING,
        "head who reads the sealed case": SEALED,
        "counsel on the sealed case": SEALED,
    }
    assert {name: bare(name, "contact_private", "contact_id") for name in expected} == expected


def test_what_joins_to_a_case_is_seen_with_the_case(bare: Bare) -> None:
    for table, key in (("engagement_cases", "engagement_id"), ("document_cases", "document_id")):
        for name in STRANGERS:
            assert bare(name, table, key) == NOTHING
        assert "sealed" not in bare("officer", table, key)
        assert bare("counsel on the sealed case", table, key) == SEALED


def test_a_link_is_seen_by_who_sees_both_ends(bare: Bare) -> None:
    expected = dict.fromkeys((*STRANGERS, *STAFF, "counsel on the sealed case"), NOTHING)
    expected["head who reads the sealed case"] = ["link to sealed"]
    assert {name: bare(name, "case_links", "id") for name in expected} == expected


def test_the_ledger_shows_administrators_stuck_mail_but_no_sealed_case(bare: Bare) -> None:
    expected = {
        "administrator": ["internal", "restricted", "secret part"],
        "counsel": NOTHING,
        "nobody": NOTHING,
        "officer": OPEN,
        "recipient": sorted([*ALL, "secret part"]),
        "counsel on the sealed case": SEALED,
    }
    assert {name: bare(name, "reminders", "id") for name in expected} == expected


def test_the_rule_in_python_finds_the_same_cases(act_as: ActAs, world: World, bare: Bare) -> None:
    """Asked as the operator, who sees everything, so that only the rule of visibility.py cuts."""
    for name, actor in world.viewers.items():
        if name == "leaver":
            continue  # whoever is deactivated never becomes an actor
        with act_as(OPERATOR) as session:
            found = session.scalars(select(Case.id).where(sees(actor, Case.level, Case.id))).all()
        assert sorted(world.labels[one] for one in found) == bare(name, "cases", "id"), name


def test_what_is_not_seen_is_not_changed(act_as: ActAs, world: World) -> None:
    columns = {"cases": "title", "case_events": "void_reason", "follow_ups": "title", "engagements": "ref"}
    with act_as(world.viewers["counsel"]) as session:
        for table, column in (columns | {"contacts": "ref"}).items():
            result: Any = session.execute(text(f"UPDATE {table} SET {column} = 'changed'"))  # noqa: S608
            assert result.rowcount == 0, table


def test_counsel_can_open_no_case(act_as: ActAs, world: World) -> None:
    actor = world.viewers["counsel"]
    with pytest.raises(ProgrammingError), act_as(actor) as session:
        session.add(Case(reference="X-1", pathway="x", definition_version=1, title="x", created_by_id=actor.person_id))
        session.flush()


def test_nobody_writes_a_case_in_somebody_elses_name(act_as: ActAs, world: World) -> None:
    other = world.viewers["coordinator"].person_id
    with pytest.raises(ProgrammingError), act_as(world.viewers["officer"]) as session:
        session.add(Case(reference="X-1", pathway="x", definition_version=1, title="x", created_by_id=other))
        session.flush()


@pytest.mark.parametrize("name", ["officer who leads the open case", "head"])
def test_history_can_be_voided_but_not_rewritten_or_removed(act_as: ActAs, world: World, name: str) -> None:
    with pytest.raises(ProgrammingError), act_as(world.viewers[name]) as session:
        session.execute(update(CaseEvent).values(summary="another story"))
    with pytest.raises(ProgrammingError), act_as(world.viewers[name]) as session:
        session.execute(text("DELETE FROM case_events"))


def test_a_person_can_not_become_another_role(act_as: ActAs, world: World) -> None:
    """The login of DATABASE_APP_URL has one role only; the owner's login is narrowed by each transaction."""
    with act_as(world.viewers["officer"]) as session:
        assert session.scalar(text("SELECT current_user")) == "tracker_app"
        assert (
            session.scalar(text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")) is False
        )


def test_the_ledger_shows_administrators_no_sealed_work_on_an_open_case(
    act_as: ActAs, world: World, bare: Bare
) -> None:
    recipient = world.viewers["recipient"].person_id
    with act_as(OPERATOR) as session:
        case = session.get_one(Case, world.cases["internal"])
        work = make_follow_up(session, case, level="sealed")
        mail = make_reminder(session, work, session.get_one(Person, recipient))
    world.labels[mail.id] = "sealed work"
    assert "sealed work" not in bare("administrator", "reminders", "id")
    assert "sealed work" in bare("officer who leads the open case", "reminders", "id")
    with act_as(world.viewers["administrator"]) as session:
        shown = ledger(session, world.viewers["administrator"], LedgerFilter()).rows
    assert shown and mail.id not in {row.id for row in shown}


READ = """INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
          VALUES (gen_random_uuid(), now(), 'person', :who, :action, :kind, :thing, :case, '{}')"""


def test_counsel_see_who_works_on_their_case_now_and_what_they_did_themselves(act_as: ActAs, world: World) -> None:
    case, counsel = world.cases["sealed"], world.viewers["counsel on the sealed case"]
    head = world.viewers["head who reads the sealed case"]
    with act_as(OPERATOR) as session:
        work = make_follow_up(session, session.get_one(Case, case))
        for who in (counsel, head):
            said = {"who": who.person_id, "case": case}
            session.execute(text(READ), {**said, "action": "case.read", "kind": "case", "thing": case})
            session.execute(text(READ), {**said, "action": "follow_up.read", "kind": "follow_up", "thing": work.id})
            session.execute(text(READ), {**said, "action": "follow_up.moved", "kind": "follow_up", "thing": work.id})
    former = text("SELECT count(*) FROM case_memberships WHERE case_id = :case AND ended_at IS NOT NULL")
    trail = text("SELECT actor_id, action FROM audit_entries WHERE case_id = :case ORDER BY actor_id = :me, action")
    seen = {}
    for who in (counsel, head):
        with act_as(who) as session:
            rows = session.execute(trail, {"case": case, "me": who.person_id}).all()
            seen[who] = session.scalar(former, {"case": case}), [(by == who.person_id, action) for by, action in rows]
    own = [(True, "case.read"), (True, "follow_up.moved"), (True, "follow_up.read")]
    assert seen[counsel] == (0, [(False, "follow_up.moved"), *own])
    assert seen[head][0] == 1 and len(seen[head][1]) == 6
