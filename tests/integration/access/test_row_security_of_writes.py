"""What PostgreSQL itself refuses to write for a person, whatever a service forgot to ask (ADR 0002)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.factories.person import make_person
from tests.integration.access.conftest import ActAs, World
from tracker.core.actor import NOBODY, OPERATOR, Actor

JOIN = """INSERT INTO case_memberships (id, case_id, person_id, kind, reason, starts_at)
          VALUES (gen_random_uuid(), :case, :person, 'lead', 'Wants to', now())"""
GIVE_ROLE = "INSERT INTO person_roles (person_id, role, given_at) VALUES (:person, 'administrator', now())"
BEGIN_SESSION = """INSERT INTO sign_in_sessions
                     (id, token_hash, person_id, data, user_agent, created_at, last_seen_at, expires_at, seal)
                   VALUES (gen_random_uuid(), 'x', :person, '{}', '', now(), now(), now() + interval '1 day', 'x')"""
WISH = """INSERT INTO reminder_preferences (person_id, days_before, send_time, wants_mail)
          VALUES (:person, '{}', '9:00', :mail)"""
SPEAK = """INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, detail)
           VALUES (gen_random_uuid(), now(), 'person', :person, 'case.opened', 'case', '{}')"""
NOT_ADMINISTRATORS = ("officer", "coordinator", "head", "counsel", "counsel on the sealed case", "leaver", "nobody")


def refused(act_as: ActAs, actor: Actor, statement: str, **values: Any) -> bool:
    """Whether PostgreSQL says no, or finds no row to change."""
    try:
        with act_as(actor) as session:
            result: Any = session.execute(text(statement), values)
            return bool(result.rowcount == 0)
    except ProgrammingError:
        return True


def person_of(world: World, name: str) -> UUID | None:
    return world.viewers[name].person_id


@pytest.mark.parametrize("level", ["restricted", "sealed"])
def test_nobody_joins_a_case_for_members_by_themselves(act_as: ActAs, world: World, level: str) -> None:
    for name, actor in world.viewers.items():
        person = actor.person_id or person_of(world, "officer")
        assert refused(act_as, actor, JOIN, case=world.cases[level], person=person), name


def test_members_of_an_open_case_are_named_by_officers_and_coordinators(act_as: ActAs, world: World) -> None:
    newcomer, case = person_of(world, "recipient"), world.cases["internal"]
    for name in ("head", "head who reads the sealed case", "counsel", "administrator", "nobody", "leaver"):
        assert refused(act_as, world.viewers[name], JOIN, case=case, person=newcomer), name
    assert not refused(act_as, world.viewers["coordinator"], JOIN, case=case, person=newcomer)


def test_a_reader_does_not_become_lead_nor_put_a_membership_elsewhere(act_as: ActAs, world: World) -> None:
    reader = world.viewers["head who reads the sealed case"]
    own = {"person": reader.person_id}
    assert refused(act_as, reader, "UPDATE case_memberships SET kind = 'lead' WHERE person_id = :person", **own)
    assert refused(act_as, reader, "UPDATE case_memberships SET ended_at = now()")
    moved = "UPDATE case_memberships SET case_id = :case WHERE person_id = :person"
    assert refused(act_as, world.viewers["officer"], moved, case=world.cases["sealed"], **own)
    assert refused(act_as, reader, "DELETE FROM case_memberships")


def test_an_ended_membership_is_not_taken_up_again(act_as: ActAs, world: World) -> None:
    for name in ("officer who left the sealed case", "officer whose time on it ran out"):
        actor = world.viewers[name]
        again = "UPDATE case_memberships SET ended_at = NULL, ended_by_id = NULL WHERE person_id = :person"
        assert refused(act_as, actor, again, person=actor.person_id), name
        assert refused(act_as, actor, JOIN, case=world.cases["sealed"], person=actor.person_id), name


def test_roles_and_accounts_are_changed_by_administrators_alone(act_as: ActAs, world: World) -> None:
    victim = person_of(world, "recipient")
    deeds = (
        GIVE_ROLE,
        "DELETE FROM person_roles WHERE person_id = :person",
        "UPDATE person_roles SET role = 'administrator' WHERE person_id = :person",
        "UPDATE person_passwords SET hash_sealed = 'known' WHERE person_id = :person",
        "UPDATE people SET active = false WHERE id = :person",
        "DELETE FROM people WHERE id = :person",
    )
    for name in NOT_ADMINISTRATORS:
        for deed in deeds:
            assert refused(act_as, world.viewers[name], deed, person=victim), (name, deed)
        own = world.viewers[name].person_id
        assert own is None or refused(act_as, world.viewers[name], GIVE_ROLE, person=own), name
    administrator = world.viewers["administrator"]
    assert refused(act_as, administrator, GIVE_ROLE, person=victim), "that role takes two"
    assert not refused(act_as, administrator, GIVE_ROLE.replace("'administrator'", "'coordinator'"), person=victim)


def test_sessions_are_begun_and_ended_by_their_person_or_an_administrator(act_as: ActAs, world: World) -> None:
    victim = person_of(world, "recipient")
    with act_as(NOBODY) as session:
        session.execute(text(BEGIN_SESSION), {"person": victim})
    ending = "UPDATE sign_in_sessions SET revoked_at = now() WHERE person_id = :person"
    for name in NOT_ADMINISTRATORS:
        assert refused(act_as, world.viewers[name], ending, person=victim), name
        assert refused(act_as, world.viewers[name], "DELETE FROM sign_in_sessions"), name
        if name != "nobody":
            assert refused(act_as, world.viewers[name], BEGIN_SESSION.replace("'x'", "'y'"), person=victim), name
    assert not refused(act_as, world.viewers["administrator"], ending, person=victim)


def test_a_mail_keeps_its_recipient_and_subject(act_as: ActAs, world: World) -> None:
    other = person_of(world, "counsel")
    for name in ("officer", "administrator", "recipient"):
        actor = world.viewers[name]
        assert refused(act_as, actor, "UPDATE reminders SET recipient_id = :person", person=other), name
        assert refused(act_as, actor, "UPDATE reminders SET subject_id = :person", person=other), name
        assert refused(act_as, actor, "DELETE FROM reminders"), name


def test_wishes_about_mail_are_ones_own(act_as: ActAs, world: World) -> None:
    victim = world.viewers["recipient"]
    for name in (*NOT_ADMINISTRATORS, "administrator"):
        assert refused(act_as, world.viewers[name], WISH, person=victim.person_id, mail=False), name
    assert not refused(act_as, victim, WISH, person=victim.person_id, mail=True)
    assert refused(act_as, world.viewers["officer"], "UPDATE reminder_preferences SET wants_mail = false")


def test_the_trail_is_not_written_in_somebody_elses_name(act_as: ActAs, world: World) -> None:
    victim = person_of(world, "recipient")
    for name in (*NOT_ADMINISTRATORS, "administrator"):
        assert refused(act_as, world.viewers[name], SPEAK, person=victim), name
    assert not refused(act_as, world.viewers["recipient"], SPEAK, person=victim)


def test_leads_are_handed_over_by_administrators_alone(act_as: ActAs, world: World) -> None:
    people = {"leaving": person_of(world, "officer who leads the open case"), "successor": person_of(world, "head")}
    for name in NOT_ADMINISTRATORS:
        with pytest.raises(ProgrammingError, match="only an administrator"), act_as(world.viewers[name]) as session:
            session.execute(text("SELECT app_hand_over_leads(:leaving, :successor)"), people)


def test_an_installation_that_has_people_gets_no_second_first_administrator(act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        somebody = make_person(session, "legal_officer")
    assert refused(act_as, NOBODY, GIVE_ROLE, person=somebody.id)


READER, MEMBER = "head who reads the sealed case", "counsel on the sealed case"
LEAD = "officer who leads the open case"
ON_RECORD = (
    "removed_at = now()",
    "removed_by_id = created_by_id, remove_reason = 'Gone'",
    "merged_into_id = id",
    "reference = 'ICC-MINE'",
    "created_at = now()",
)
FACTS = (
    "title = 'Other'",
    "summary = 'Other'",
    "countries = '{FR}'",
    "details = jsonb_build_object('x', 1)",
    "pathway = 'arrest_warrant'",
)
TOLD = ("status = NULL, phase = 'closed'", "flags = '{suspended}'", "outcome = 'won'")


def change_case(change: str) -> str:
    return f"UPDATE cases SET {change} WHERE id = :case"  # noqa: S608


def test_readers_change_nothing_of_a_case_but_when_something_happened(act_as: ActAs, world: World) -> None:
    reader, case = world.viewers[READER], world.cases["sealed"]
    for change in (*ON_RECORD, *FACTS, *TOLD, "level = 'restricted'", "lead_id = NULL, review_due_on = NULL"):
        assert refused(act_as, reader, change_case(change), case=case), change
    assert not refused(act_as, reader, change_case("activity_at = now(), next_due_on = now()"), case=case)
    assert not refused(act_as, world.viewers[MEMBER], change_case("title = 'Other'"), case=case)


def test_facts_of_an_open_case_are_changed_by_those_who_record(act_as: ActAs, world: World) -> None:
    case = world.cases["internal"]
    for change in FACTS:
        for name in ("coordinator", "head", "counsel", "administrator", "nobody", "leaver"):
            assert refused(act_as, world.viewers[name], change_case(change), case=case), (name, change)
        assert not refused(act_as, world.viewers["officer"], change_case(change), case=case), change
    for name in ("counsel", "administrator", "nobody", "leaver"):
        assert refused(act_as, world.viewers[name], change_case(TOLD[0]), case=case), name


def test_where_a_case_comes_from_and_went_is_changed_by_functions_alone(act_as: ActAs, world: World) -> None:
    for change in ON_RECORD:
        assert refused(act_as, world.viewers[LEAD], change_case(change), case=world.cases["internal"]), change


def test_a_level_is_lowered_by_a_lead_and_raised_by_who_manages_members(act_as: ActAs, world: World) -> None:
    case = world.cases["internal"]
    for name in ("officer", "coordinator", "head", "counsel", "administrator"):
        assert refused(act_as, world.viewers[name], change_case("level = 'public'"), case=case), name
    assert not refused(act_as, world.viewers[LEAD], change_case("level = 'public'"), case=case)
    assert refused(act_as, world.viewers["head"], change_case("level = 'internal'"), case=case)
    assert not refused(act_as, world.viewers["coordinator"], change_case("level = 'internal'"), case=case)
    assert refused(act_as, world.viewers[MEMBER], change_case("level = 'restricted'"), case=world.cases["sealed"])


def test_a_case_names_no_lead_who_is_none(act_as: ActAs, world: World) -> None:
    case, officer = world.cases["internal"], world.viewers["officer"]
    named = change_case("lead_id = :person")
    assert refused(act_as, officer, named, case=case, person=officer.person_id)
    assert not refused(act_as, officer, named, case=case, person=person_of(world, LEAD))


def follow_up_of(act_as: ActAs, case: UUID, assignee: UUID | None = None) -> UUID:
    with act_as(OPERATOR) as session:
        found: UUID = session.execute(
            text("UPDATE follow_ups SET assignee_id = :assignee WHERE case_id = :case AND level IS NULL RETURNING id"),
            {"case": case, "assignee": assignee},
        ).scalar_one()
    return found


WORK = "UPDATE follow_ups SET {change} WHERE id = :work"
MORE_WORK = """INSERT INTO follow_ups (id, sender, ref, case_id, title, kind, status, due_version, notes, priority,
                 due_by_hand, created_at, next_plan_at, version, recurrence_of_id)
               VALUES (gen_random_uuid(), 'local', gen_random_uuid()::text, :case, 'Mine', 'follow_up', 'open', 1, '',
                 'normal', false, now(), now(), 1, :former)"""


def test_readers_get_on_with_what_is_assigned_to_them_alone(act_as: ActAs, world: World) -> None:
    reader, case = world.viewers[READER], world.cases["sealed"]
    work = follow_up_of(act_as, case)
    done, other = WORK.format(change="status = 'done', completed_on = now()"), WORK.format(change="title = 'Other'")
    assert refused(act_as, reader, done, work=work)
    assert refused(act_as, reader, WORK.format(change="assignee_id = :me"), work=work, me=reader.person_id)
    follow_up_of(act_as, case, reader.person_id)
    for change in ("title = 'Other'", "level = 'restricted'", "assignee_id = NULL", "case_id = :open"):
        values = {"open": world.cases["internal"]} if ":open" in change else {}
        assert refused(act_as, reader, WORK.format(change=change), work=work, **values), change
    assert not refused(act_as, reader, done, work=work)
    assert not refused(act_as, world.viewers[MEMBER], other, work=work)


def test_work_is_made_by_those_who_organise_and_deleted_by_nobody(act_as: ActAs, world: World) -> None:
    for name in (READER, "officer", "head", "counsel", "administrator", "nobody"):
        assert refused(act_as, world.viewers[name], MORE_WORK, case=world.cases["sealed"], former=None), name
    for name in ("head", "counsel", "administrator", "nobody", "leaver"):
        assert refused(act_as, world.viewers[name], MORE_WORK, case=world.cases["internal"], former=None), name
    for name in ("officer", "coordinator"):
        assert not refused(act_as, world.viewers[name], MORE_WORK, case=world.cases["internal"], former=None), name
    assert not refused(act_as, world.viewers[MEMBER], MORE_WORK, case=world.cases["sealed"], former=None)
    for name in (MEMBER, LEAD, "officer"):
        assert refused(act_as, world.viewers[name], "DELETE FROM follow_ups"), name


def test_whoever_completes_one_of_a_series_makes_the_next(act_as: ActAs, world: World) -> None:
    reader, case = world.viewers[READER], world.cases["sealed"]
    work = follow_up_of(act_as, case)
    assert refused(act_as, reader, MORE_WORK, case=case, former=work)
    follow_up_of(act_as, case, reader.person_id)
    assert not refused(act_as, reader, MORE_WORK, case=case, former=work)


def test_private_facts_are_written_by_those_who_record_contacts(act_as: ActAs, world: World) -> None:
    sealed = [row for row, label in world.labels.items() if label == "sealed"]
    change = "UPDATE contact_private SET phone_sealed = NULL WHERE contact_id = ANY (:ids)"
    take = "DELETE FROM contact_private WHERE contact_id = ANY (:ids)"
    with act_as(world.viewers[READER]) as session:
        assert len(session.execute(text("SELECT contact_id FROM contact_private")).all()) == 1
    for name in (READER, "head", "counsel", "administrator", "nobody"):
        for deed in (change, take):
            assert refused(act_as, world.viewers[name], deed, ids=sealed), (name, deed)
    for name in (MEMBER, "officer", "coordinator"):
        assert not refused(act_as, world.viewers[name], change, ids=sealed), name
    assert not refused(act_as, world.viewers[MEMBER], take, ids=sealed)


RECORDED = {
    "contacts": "name = 'Other'",
    "offices": "title = 'Other'",
    "engagements": "place = 'Elsewhere'",
    "engagement_participants": "name = 'Other'",
    "commitments": "text = 'Other'",
}


@pytest.mark.parametrize("table", RECORDED)
def test_contacts_meetings_and_promises_are_changed_by_those_who_record_them(
    act_as: ActAs, world: World, table: str
) -> None:
    change = f"UPDATE {table} SET {RECORDED[table]} WHERE id = ANY (:ids)"  # noqa: S608
    take = f"DELETE FROM {table} WHERE id = ANY (:ids)"  # noqa: S608
    for label, may, may_not in (
        ("internal", ("officer", "coordinator"), ("head", "counsel", "administrator", "nobody", "leaver")),
        ("sealed", (MEMBER,), (READER, "head", "counsel", "administrator", "nobody", "leaver")),
    ):
        ids = [row for row, of in world.labels.items() if of == label]
        for name in may_not:
            assert refused(act_as, world.viewers[name], change, ids=ids), (label, name)
            assert refused(act_as, world.viewers[name], take, ids=ids), (label, name)
        for name in may:
            assert not refused(act_as, world.viewers[name], change, ids=ids), (label, name)


ADDED = {
    "contacts": """(id, sender, ref, name, languages, created_by_id, created_at, version)
                   VALUES (:id, 'local', :id, 'X', '{}', :me, now(), 1)""",
    "organisations": "(id, sender, ref, name, created_at, version) VALUES (:id, 'local', :id, 'X', now(), 1)",
    "posts": "(id, title, created_by_id, created_at, version) VALUES (:id, 'X', :me, now(), 1)",
    "engagements": """(id, sender, ref, kind, level, summary, created_by_id, created_at, version)
                      VALUES (:id, 'local', :id, 'meeting', 'internal', '', :me, now(), 1)""",
}


@pytest.mark.parametrize("table", ADDED)
def test_they_are_made_by_those_who_record_and_the_houses_own_are_changed_by_role(
    act_as: ActAs, world: World, table: str
) -> None:
    add = f"INSERT INTO {table} {ADDED[table]}"

    def may_add(name: str) -> bool:
        me = world.viewers[name].person_id
        values = {"id": uuid4()} | ({"me": me} if ":me" in add else {})
        return not refused(act_as, world.viewers[name], add, **values)

    assert [name for name in (READER, "head", "counsel", "administrator", "nobody", "leaver") if may_add(name)] == []
    assert [name for name in ("officer", "coordinator", MEMBER) if not may_add(name)] == []
    if table in ("organisations", "posts"):
        change = f"UPDATE {table} SET version = 2"  # noqa: S608
        for name in (READER, MEMBER, "head", "counsel", "administrator", "nobody"):
            assert refused(act_as, world.viewers[name], change), name
        assert not refused(act_as, world.viewers["coordinator"], change)


def test_parts_of_meetings_and_steps_of_work_are_added_by_those_whose_they_are(act_as: ActAs, world: World) -> None:
    case, reader = world.cases["sealed"], world.viewers[READER]
    with act_as(OPERATOR) as session:
        engagement = session.execute(
            text("SELECT engagement_id FROM engagement_cases WHERE case_id = :case"), {"case": case}
        ).scalar_one()
        contact = session.execute(
            text("SELECT contact_id FROM case_contacts WHERE case_id = :case"), {"case": case}
        ).scalar_one()
    work = follow_up_of(act_as, case)
    deeds: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "INSERT INTO engagement_participants (id, engagement_id, position, name) VALUES (:id, :e, 9, 'X')",
            {"e": engagement},
        ),
        ("INSERT INTO offices (id, contact_id, position, title) VALUES (:id, :c, 9, 'X')", {"c": contact}),
        (PROMISE, {"e": engagement, "case": None}),
        (PROMISE, {"e": None, "case": case}),
        (
            "INSERT INTO checklist_items (id, follow_up_id, position, text) VALUES (:id, :f, 9, 'X')",
            {"f": work},
        ),
    )
    for deed, values in deeds:
        for name in (READER, "head", "counsel", "administrator", "nobody"):
            assert refused(act_as, world.viewers[name], deed, id=uuid4(), **values), (name, deed)
        assert not refused(act_as, world.viewers[MEMBER], deed, id=uuid4(), **values), deed
    follow_up_of(act_as, case, reader.person_id)
    step, values = deeds[-1]
    assert not refused(act_as, reader, step, id=uuid4(), **values), "an assignee gets on with their work"


TAKE_PART = "INSERT INTO engagement_participants (id, engagement_id, position, name) VALUES (:id, :e, 9, 'X')"
PROMISE = """INSERT INTO commitments
               (id, sender, ref, engagement_id, case_id, position, kind, text, status, created_at, version)
             VALUES (:id, 'local', :id, :e, :case, 9, 'commitment', 'X', 'open', now(), 1)"""
