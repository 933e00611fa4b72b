"""Work that nobody does: who hears of it, and by what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.circle_plan import Subject, plan_all
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.rules import BUILT_IN, ChainStep, DueFact, Habits

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
ASSIGNEE = Recipient(UUID(int=1), "Europe/Warsaw", working_days_of("PL"))
LEAD = replace(ASSIGNEE, person_id=UUID(int=2))
COORDINATOR = replace(ASSIGNEE, person_id=UUID(int=3))


def _told(assignee: Recipient | None, *blind: Recipient, habits: Habits = BUILT_IN) -> set[tuple[UUID, str, str]]:
    people = {one.person_id: one for one in (assignee, LEAD, COORDINATOR) if one is not None}
    unseeing = frozenset(one.person_id for one in blind)
    circle = Circle(people, unseeing, (LEAD.person_id,), (COORDINATOR.person_id,))
    fact = DueFact(date(2026, 12, 1), 1, "follow_up", True, habits=habits)
    plan = plan_all(Subject(UUID(int=9), UUID(int=8), fact, assignee, circle), NOW)
    return {(one.recipient_id, one.kind, one.via) for one in plan.wanted}


def test_whose_assignee_has_left_the_lead_hears_by_mail():
    assert _told(replace(ASSIGNEE, is_active=False)) == {(LEAD.person_id, "escalation", "mail")}


def test_whose_assignee_may_not_see_it_any_more_the_lead_hears_in_the_app_only():
    assert _told(ASSIGNEE, ASSIGNEE) == {(LEAD.person_id, "escalation", "app")}


def test_where_the_lead_may_not_see_it_either_the_next_of_the_chain_hears():
    assert _told(ASSIGNEE, ASSIGNEE, LEAD) == {(COORDINATOR.person_id, "escalation", "app")}


@pytest.mark.parametrize("blind", [(), (LEAD,)])
def test_work_that_somebody_does_is_told_to_them_alone_before_its_day(blind):
    assert {person for person, _, _ in _told(ASSIGNEE, *blind)} == {ASSIGNEE.person_id}


@pytest.mark.parametrize("assignee", [None, replace(ASSIGNEE, is_active=False)])
@pytest.mark.parametrize("chain", [(), (ChainStep(2, "head"),)])
def test_where_the_chain_leads_to_nobody_the_coordinators_see_in_the_app_what_nobody_does(assignee, chain):
    assert _told(assignee, habits=Habits(escalation=chain)) == {(COORDINATOR.person_id, "escalation", "app")}


def test_an_empty_chain_tells_nobody_else_of_work_that_somebody_does():
    assert {person for person, _, _ in _told(ASSIGNEE, habits=Habits(escalation=()))} == {ASSIGNEE.person_id}
