"""Keeping wishes and rules: who may, what is refused, and who was quicker."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.reminders import services
from tracker.reminders.models import ReminderRule
from tracker.reminders.planning.rules import BUILT_IN, ChainStep
from tracker.reminders.services import RuleValues, Wishes

AWAY: dict[str, Any] = {"away_from": date(2100, 12, 1), "away_until": date(2100, 12, 9)}


def test_what_somebody_wishes_is_read_back_whole(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer, other = make_person(session, "legal_officer"), make_person(session, "coordinator")
    said = Wishes(days_before=(3, 9), delivery="weekly", digest_day=5, substitute_id=other.id, **AWAY)
    with database.unit_of_work(acting(officer)) as session:
        assert services.wishes_of(session, officer.id) == Wishes()
        services.set_wishes(session, acting(officer), said)
    with database.unit_of_work(acting(officer)) as session:
        kept = services.wishes_of(session, officer.id)
    assert (kept.days_before, kept.delivery, kept.digest_day, kept.substitute_id) == ((9, 3), "weekly", 5, other.id)


def test_only_an_active_colleague_who_works_on_cases_stands_in(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        gone, keeper = make_person(session, "coordinator", active=False), make_person(session, "administrator")
    for substitute in (officer.id, gone.id, keeper.id, uuid4()):
        with database.unit_of_work(acting(officer)) as session, pytest.raises(Invalid) as refused:
            services.set_wishes(session, acting(officer), Wishes(substitute_id=substitute, **AWAY))
        assert [fault.path for fault in refused.value.faults] == ["substitute_id"]


def test_rules_of_a_case_are_set_by_whoever_says_who_works_on_it(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        lead, member = make_person(session, "outside_counsel"), make_person(session, "outside_counsel")
        stranger, keeper = make_person(session, "legal_officer"), make_person(session, "administrator")
        case = make_case(session, lead=lead, level="restricted")
        join(session, case, member)
    values = RuleValues(days_before=(5,), escalation=(ChainStep(2, "head"),))
    with database.unit_of_work(acting(lead)) as session:
        services.set_rule(session, acting(lead), "case", case.id, values)
    for who, refusal in ((member, NotPermitted), (stranger, NotVisible), (keeper, NotVisible)):
        with database.unit_of_work(acting(who)) as session, pytest.raises(refusal):
            services.set_rule(session, acting(who), "case", case.id, values, 1)
    with database.unit_of_work(acting(lead)) as session:
        effective = services.effective_rule(session, case)
        assert (effective.days_before, effective.escalation) == ((5,), (ChainStep(2, "head"),))
        assert effective.overdue_every == BUILT_IN.overdue_every


def test_what_holds_everywhere_is_set_by_administrators(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        officer, coordinator = make_person(session, "legal_officer"), make_person(session, "coordinator")
        keeper = make_person(session, "administrator")
    for other in (officer, coordinator):
        with database.unit_of_work(acting(other)) as session, pytest.raises(NotPermitted):
            services.set_rule(session, acting(other), "all", None, RuleValues(overdue_every=2))
    with database.unit_of_work(acting(keeper)) as session:
        services.set_rule(session, acting(keeper), "all", None, RuleValues(overdue_every=2))
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalar(text("SELECT hurries FROM reminder_sweep"))
        assert session.scalar(text("SELECT count(*) FROM audit_entries WHERE action = 'reminder_rule.changed'")) == 1


@pytest.mark.parametrize("scope", [{"scope": "all"}, {"scope": "pathway", "pathway": "sanctions"}])
def test_the_database_lets_no_coordinator_write_what_holds_for_all(database: Database, scope: dict[str, str]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        coordinator = make_person(session, "coordinator")
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        database.unit_of_work(acting(coordinator)) as session,
    ):
        session.add(ReminderRule(**scope))


def test_whoever_was_slower_is_told(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        services.set_rule(session, OPERATOR, "all", None, RuleValues(overdue_every=2))
        with pytest.raises(Conflict):
            services.set_rule(session, OPERATOR, "all", None, RuleValues(overdue_every=4))
        assert services.set_rule(session, OPERATOR, "all", None, RuleValues(overdue_every=4), 1).version == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (RuleValues(days_before=(0,)), "days_before"),
        (RuleValues(renewal_days_before=(900,)), "renewal_days_before"),
        (RuleValues(overdue_every=0), "overdue_every"),
        (RuleValues(waiting_every=99), "waiting_every"),
        (RuleValues(escalation=(ChainStep(3, "lead"), ChainStep(3, "head"))), "escalation"),
        (RuleValues(escalation=(ChainStep(3, "everybody"),)), "escalation"),
    ],
)
def test_a_rule_that_can_not_be_names_its_field(database: Database, values: RuleValues, field: str) -> None:
    with database.unit_of_work(OPERATOR) as session, pytest.raises(Invalid) as refused:
        services.set_rule(session, OPERATOR, "all", None, values)
    assert [fault.path for fault in refused.value.faults] == [field]
