"""Who else hears of work: leads and coordinators, substitutes, watchers; and who does not any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work
from tests.support.planning import rows_of, sweep_at
from tests.support.smtp import SmtpSink
from tracker.access.models import CaseMembership
from tracker.accounts import services as accounts
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.services.levels import raise_level
from tracker.cases.services.members import add_member, end_membership
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.followups import services as follow_ups
from tracker.followups import watchers
from tracker.followups.models import FollowUp
from tracker.reminders import services
from tracker.reminders.planning.rules import ChainStep
from tracker.reminders.services import RuleValues

DUE = date(2026, 12, 1)  # a Tuesday
EARLY = datetime(2026, 11, 2, 12, tzinfo=UTC)
THIRD = datetime(2026, 12, 4, 12, tzinfo=UTC)
SEVENTH = datetime(2026, 12, 10, 12, tzinfo=UTC)


@dataclass
class Office:
    officer: Person
    lead: Person
    coordinator: Person
    other_coordinator: Person
    case: Case
    work: FollowUp


@pytest.fixture
def office(database: Database) -> Office:
    return made(database)


def made(database: Database, level: str = "internal", due_on: date | None = DUE) -> Office:
    with database.unit_of_work(OPERATOR) as session:
        officer, lead = make_person(session, "legal_officer"), make_person(session, "legal_officer")
        one, two = make_person(session, "coordinator"), make_person(session, "coordinator")
        case = make_case(session, lead=lead, level=level)
        join(session, case, officer)
        work = make_due_work(session, case, officer, due_on, next_plan_at=EARLY)
        return Office(officer, lead, one, two, case, work)


def changed(database: Database, deed: Callable[[Any], object], at: datetime = EARLY) -> None:
    with clock.fixed(at), database.unit_of_work(OPERATOR) as session:
        deed(session)


def told(database: Database, kind: str = "escalation", status: str = "planned") -> set[tuple[str, UUID]]:
    return {(row.due_key, row.recipient_id) for row in rows_of(database, kind=kind, status=status)}


def test_the_lead_hears_after_three_working_days_and_the_coordinators_after_seven(
    database: Database, office: Office
) -> None:
    sweep_at(database, EARLY)
    assert told(database) == set()
    sweep_at(database, THIRD)
    assert told(database) == {("1:e3:lead", office.lead.id)}
    assert rows_of(database, kind="escalation")[0].send_at == datetime(2026, 12, 4, 8, tzinfo=UTC)
    sweep_at(database, SEVENTH)
    later = {("1:e7:coordinator", one.id) for one in (office.coordinator, office.other_coordinator)}
    assert told(database) == {("1:e3:lead", office.lead.id), *later}
    sweep_at(database, SEVENTH + timedelta(days=1))
    assert len(rows_of(database, kind="escalation")) == 3


def test_a_coordinator_in_the_circle_hears_and_the_others_do_not(database: Database, office: Office) -> None:
    changed(database, lambda session: join(session, office.case, office.coordinator))
    sweep_at(database, SEVENTH)
    assert {who for key, who in told(database) if "coordinator" in key} == {office.coordinator.id}


def test_of_a_restricted_case_only_its_members_hear(database: Database) -> None:
    office = made(database, level="restricted")
    sweep_at(database, SEVENTH)
    assert told(database) == {("1:e3:lead", office.lead.id)}


def test_whoever_leads_and_does_it_hears_of_it_as_assignee_only(database: Database) -> None:
    office = made(database)
    changed(database, lambda session: session.get(FollowUp, office.work.id).__setattr__("assignee_id", office.lead.id))
    sweep_at(database, SEVENTH)
    assert {key for key, _ in told(database)} == {"1:e7:coordinator"}
    assert {row.recipient_id for row in rows_of(database, kind="overdue")} == {office.lead.id}


def test_done_withdraws_what_was_promised_to_everybody(database: Database, office: Office) -> None:
    sweep_at(database, SEVENTH)
    with clock.fixed(SEVENTH), database.unit_of_work(acting(office.officer)) as session:
        follow_ups.complete(session, acting(office.officer), session.get_one(FollowUp, office.work.id))
    assert {(row.status, row.last_error) for row in rows_of(database)} == {("cancelled", "closed")}


def test_work_whose_assignee_has_left_is_told_to_the_lead_at_once(database: Database, office: Office) -> None:
    sweep_at(database, EARLY)
    changed(
        database,
        lambda session: accounts.deactivate_person(session, OPERATOR, office.officer.id, 1, office.coordinator.id),
    )
    sweep_at(database, EARLY)
    assert told(database) == {("1:e0:lead", office.lead.id)}
    assert {row.last_error for row in rows_of(database, recipient_id=office.officer.id)} == {"recipient_inactive"}
    assert rows_of(database, kind="escalation")[0].send_at == EARLY
    sweep_at(database, EARLY + timedelta(days=3))
    assert len(rows_of(database, kind="escalation")) == 1


def test_whoever_loses_sight_of_the_case_has_their_rows_withdrawn_in_planning(database: Database) -> None:
    office = made(database)
    changed(
        database,
        lambda session: session.execute(
            update(CaseMembership)
            .where(CaseMembership.person_id == office.officer.id)
            .values(ended_at=EARLY - timedelta(days=1))
        ),
    )
    sweep_at(database, EARLY)
    assert {row.status for row in rows_of(database, recipient_id=office.officer.id)} == {"planned"}
    changed(database, lambda session: raise_level(session, OPERATOR, office.case.id, "restricted", office.case.version))
    sweep_at(database, EARLY)
    gone = {(row.status, row.last_error) for row in rows_of(database, recipient_id=office.officer.id)}
    assert gone == {("cancelled", "not_visible")}
    assert told(database) == {("1:e0:lead", office.lead.id)}
    sweep_at(database, EARLY + timedelta(days=40))
    assert {row.status for row in rows_of(database, recipient_id=office.officer.id)} == {"cancelled"}


def test_a_membership_that_ends_or_comes_back_withdraws_and_restores(database: Database) -> None:
    office = made(database, level="restricted")
    sweep_at(database, EARLY)
    changed(database, lambda session: end_membership(session, OPERATOR, office.case.id, _member(session, office)))
    sweep_at(database, EARLY)
    assert {row.last_error for row in rows_of(database, recipient_id=office.officer.id)} == {"not_visible"}
    changed(
        database, lambda session: add_member(session, OPERATOR, office.case.id, office.officer.id, "member", "Back")
    )
    sweep_at(database, EARLY)
    assert {row.status for row in rows_of(database, recipient_id=office.officer.id)} == {"planned"}


def _member(session: Any, office: Office) -> UUID:
    memberships = session.query(CaseMembership).filter_by(person_id=office.officer.id, ended_at=None)
    found: UUID = memberships.one().id
    return found


def test_a_membership_with_an_end_is_looked_at_when_it_ends(database: Database) -> None:
    office = made(database, level="restricted")
    ends = datetime.now(UTC) + timedelta(days=2)
    changed(
        database,
        lambda session: session.execute(
            update(CaseMembership).where(CaseMembership.person_id == office.officer.id).values(ends_at=ends)
        ),
    )
    sweep_at(database, EARLY)
    assert {row.status for row in rows_of(database, recipient_id=office.officer.id)} == {"planned"}
    sweep_at(database, ends)
    assert {row.last_error for row in rows_of(database, recipient_id=office.officer.id)} == {"not_visible"}


def test_a_role_taken_away_withdraws_what_it_let_somebody_see(database: Database, office: Office) -> None:
    sweep_at(database, SEVENTH)
    coordinator = office.coordinator
    changed(database, lambda session: accounts.set_roles(session, OPERATOR, coordinator.id, {"administrator"}, 1))
    sweep_at(database, SEVENTH)
    assert {(row.status, row.last_error) for row in rows_of(database, recipient_id=coordinator.id)} == {
        ("cancelled", "not_visible")
    }


def test_whoever_is_away_is_stood_in_for_and_the_keys_stay(database: Database, office: Office) -> None:
    wish(database, office.officer, away_from=DUE, away_until=DUE, substitute_id=office.lead.id)
    sweep_at(database, EARLY)
    planned = {row.due_key: row.recipient_id for row in rows_of(database, status="planned")}
    assert planned["1:0"] == office.lead.id and planned["1:-1"] == planned["1:+1"] == office.officer.id
    wish(database, office.officer)
    sweep_at(database, EARLY)
    assert {row.recipient_id for row in rows_of(database, status="planned")} == {office.officer.id}
    assert rows_of(database, recipient_id=office.lead.id)[0].last_error == "reassigned"


def test_what_no_relay_took_while_one_was_away_comes_to_oneself_once_one_is_back(
    database: Database, office: Office, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    wish(database, office.officer, days_before=(), away_from=DUE, away_until=DUE, substitute_id=office.lead.id)
    tick(EARLY)
    noon, midnight = datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert tick(noon, smtp_url="smtp://127.0.0.1:1").deferred == 1
    (row,) = rows_of(database, kind="on_the_day")
    assert (row.recipient_id, row.status) == (office.lead.id, "planned")
    assert tick(midnight).sent == 1, "the day after the last one away begins in Warsaw"
    assert [mail.recipients[0] for mail in smtp_sink.mails] == [office.officer.email]
    assert {(row.recipient_id, row.status, row.last_error) for row in rows_of(database, kind="on_the_day")} == {
        (office.lead.id, "cancelled", "reassigned"),
        (office.officer.id, "sent", None),
    }


def test_a_substitute_who_may_not_see_it_hears_nothing(database: Database) -> None:
    office = made(database, level="restricted")
    wish(database, office.officer, away_from=DUE, away_until=DUE, substitute_id=office.coordinator.id)
    sweep_at(database, EARLY)
    assert {row.recipient_id for row in rows_of(database)} == {office.officer.id}


def wish(database: Database, who: Person, at: datetime = EARLY, **said: Any) -> None:
    with clock.fixed(at), database.unit_of_work(acting(who)) as session:
        services.set_wishes(session, acting(who), services.Wishes(**said))


def test_a_changed_wish_moves_the_rows_and_says_how_they_go(database: Database, office: Office) -> None:
    sweep_at(database, EARLY)
    wish(database, office.officer, delivery="daily", unwanted_kinds=frozenset({"overdue"}))
    sweep_at(database, EARLY)
    assert {row.kind: row.via for row in rows_of(database)} == {
        "before": "digest",
        "on_the_day": "digest",
        "overdue": "app",
    }


def test_the_rules_of_a_case_win_over_its_pathway_and_that_over_all(database: Database, office: Office) -> None:
    chain = (ChainStep(2, "coordinator"),)
    for scope, key, values in (
        ("all", None, RuleValues(days_before=(20,), overdue_every=9, escalation=chain)),
        ("pathway", office.case.pathway, RuleValues(days_before=(5,))),
        ("case", office.case.id, RuleValues(days_before=(2,))),
    ):
        changed(
            database,
            partial(services.set_rule, actor=OPERATOR, scope=scope, key=key, values=values),
        )
        sweep_at(database, EARLY)
        days = {row.due_key for row in rows_of(database, kind="before", status="planned")}
        assert days == {f"1:-{(values.days_before or ())[0]}"}
    sweep_at(database, datetime(2026, 12, 3, 12, tzinfo=UTC))
    assert {key for key, _ in told(database)} == {"1:e2:coordinator"}


def test_a_persons_own_days_win_over_the_rules(database: Database, office: Office) -> None:
    wish(database, office.officer, days_before=(4,))
    changed(
        database,
        lambda session: services.set_rule(session, OPERATOR, "case", office.case.id, RuleValues(days_before=(2,))),
    )
    sweep_at(database, EARLY)
    assert {row.due_key for row in rows_of(database, kind="before")} == {"1:-4"}


def test_a_week_of_ones_own_counts_for_oneself_and_holds_up_no_escalation(database: Database, office: Office) -> None:
    wish(database, office.officer, working_days=frozenset({2}))
    sweep_at(database, datetime(2026, 12, 2, 12, tzinfo=UTC))
    steps = {row.due_key: row.send_at.date() for row in rows_of(database, kind="overdue")}
    assert steps["1:w3"] == date(2026, 12, 22)  # the third Tuesday after
    sweep_at(database, datetime(2026, 12, 4, 12, tzinfo=UTC))
    assert {key for key, _ in told(database)} == {"1:e3:lead"}


def test_watchers_of_a_follow_up_hear_that_its_day_moved_and_that_it_was_done(
    database: Database, office: Office
) -> None:
    with clock.fixed(EARLY), database.unit_of_work(acting(office.coordinator)) as session:
        who = acting(office.coordinator)
        watchers.watch(session, who, session.get_one(FollowUp, office.work.id), office.coordinator.id)
    with clock.fixed(EARLY), database.unit_of_work(acting(office.officer)) as session:
        work = session.get_one(FollowUp, office.work.id)
        follow_ups.change_due(session, acting(office.officer), work, DUE + timedelta(days=3))
        follow_ups.complete(session, acting(office.officer), work)
    news = told(database, "follow_up_changed")
    assert {key.split(":")[1] for key, _ in news} == {"moved", "done"}
    assert {who for _, who in news} == {office.coordinator.id}
    with clock.fixed(EARLY), database.unit_of_work(acting(office.officer)) as session:
        follow_ups.reopen(session, acting(office.officer), session.get_one(FollowUp, office.work.id))
    assert {key.split(":")[1] for key, _ in told(database, "follow_up_changed")} == {"moved"}


@pytest.mark.parametrize("knows", [False, True])
def test_whoever_stands_in_for_a_watcher_hears_of_a_changed_follow_up_unless_they_changed_it(
    database: Database, office: Office, knows: bool
) -> None:
    wish(database, office.coordinator, away_from=EARLY.date(), away_until=DUE, substitute_id=office.lead.id)
    with clock.fixed(EARLY), database.unit_of_work(acting(office.coordinator)) as session:
        who = acting(office.coordinator)
        watchers.watch(session, who, session.get_one(FollowUp, office.work.id), office.coordinator.id)
    doer = acting(office.lead if knows else office.officer)
    with clock.fixed(EARLY), database.unit_of_work(doer) as session:
        follow_ups.complete(session, doer, session.get_one(FollowUp, office.work.id))
    hears = office.coordinator if knows else office.lead
    assert {who for _, who in told(database, "follow_up_changed")} == {hears.id}
    sweep_at(database, EARLY + timedelta(hours=1))
    assert {who for _, who in told(database, "follow_up_changed")} == {hears.id}


def test_whoever_waits_is_nudged_every_five_working_days(database: Database) -> None:
    office = made(database, due_on=None)
    since = date(2026, 11, 2)
    changed(
        database,
        lambda session: session.execute(
            update(FollowUp).where(FollowUp.id == office.work.id).values(status="waiting", waiting_since=since)
        ),
    )
    for day in range(30):
        sweep_at(database, EARLY + timedelta(days=day))
    nudges = rows_of(database, kind="waiting")
    assert [row.due_key for row in nudges][:3] == ["1:n5:2026-11-02", "1:n10:2026-11-02", "1:n15:2026-11-02"]
    assert [row.send_at.date() for row in nudges][:3] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]


def test_a_commitment_that_is_due_has_a_kind_of_its_own(database: Database, office: Office) -> None:
    from tests.factories.commitment import make_commitment
    from tests.factories.engagement import make_engagement

    def check(session: Any) -> None:
        commitment = make_commitment(session, make_engagement(session, office.case), office.case)
        session.get(FollowUp, office.work.id).commitment_id = commitment.id

    changed(database, check)
    sweep_at(database, EARLY)
    assert {row.due_key for row in rows_of(database, kind="commitment")} == {"1:0"}
    assert rows_of(database, kind="on_the_day") == []
