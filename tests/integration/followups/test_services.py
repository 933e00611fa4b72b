"""What people may do with follow-ups, on real PostgreSQL under the app's role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.core.ids import new_id
from tracker.followups import services
from tracker.followups.checks import tell
from tracker.followups.models import FollowUp
from tracker.followups.offers import StandardFollowUp
from tracker.followups.queries import get_follow_up
from tracker.followups.refusals import CannotSeeCase

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


@pytest.fixture
def sealed(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, level="sealed", lead=people["legal_officer"])


def add(session, person: Person, case: Case, **said) -> FollowUp:
    return services.add_follow_up(session, acting(person), case, **({"title": "Write the note"} | said))


def test_a_title_and_an_assignee_suffice(act_as: ActAs, people: People, case: Case) -> None:
    with act_as(people["coordinator"]) as session:
        made = add(session, people["coordinator"], case, title="  Write\x00 the  note ", assignee_id=people["head"].id)
    with act_as(people["head"]) as session:
        seen = get_follow_up(session, acting(people["head"]), made.id)
        assert (seen.title, seen.status, seen.due_version) == ("Write the note", "open", 1)
        trail = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == made.id)).all()
    assert trail == ["follow_up.created"]


@pytest.mark.parametrize("role", ["head", "administrator", "outside_counsel"])
def test_other_roles_make_none_on_an_open_case(act_as: ActAs, people: People, case: Case, role: str) -> None:
    with act_as(people[role]) as session, pytest.raises((NotPermitted, NotVisible)):
        add(session, people[role], case)


def test_every_fault_of_an_entry_is_named(act_as: ActAs, people: People, case: Case) -> None:
    with act_as(people["coordinator"]) as session, pytest.raises(Invalid) as refusal:
        add(session, people["coordinator"], case, title=" ", due_on=date(1026, 1, 1), kind="wish")
    assert {fault.path for fault in refusal.value.faults} == {"title", "due_on", "kind"}


def test_who_cannot_see_the_case_is_not_given_work_on_it(act_as: ActAs, people: People, sealed: Case) -> None:
    lead, stranger = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        with pytest.raises(CannotSeeCase) as refusal:
            add(session, lead, sealed, assignee_id=stranger.id)
        assert refusal.value.may_invite
    with act_as(OPERATOR) as session:
        join(session, sealed, stranger)
    with act_as(lead) as session:
        assert add(session, lead, sealed, assignee_id=stranger.id).assignee_id == stranger.id


def test_a_member_who_is_no_lead_is_not_offered_to_make_members(act_as: ActAs, people: People, sealed: Case) -> None:
    with act_as(OPERATOR) as session:
        join(session, sealed, people["coordinator"])
    with act_as(people["coordinator"]) as session, pytest.raises(CannotSeeCase) as refusal:
        add(session, people["coordinator"], sealed, assignee_id=people["head"].id)
    assert not refusal.value.may_invite


def test_counsel_give_work_to_nobody_whom_they_do_not_know(act_as: ActAs, people: People, sealed: Case) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        join(session, sealed, counsel)
    for somebody in (people["head"].id, new_id()):  # whether there is such a person makes no difference
        with act_as(counsel) as session, pytest.raises(Invalid, match="account here"):
            add(session, counsel, sealed, assignee_id=somebody)


@pytest.mark.parametrize(("role", "refusal"), [("administrator", Invalid), ("outside_counsel", CannotSeeCase)])
def test_people_without_a_part_in_an_open_case_are_not_given_work(
    act_as: ActAs, people: People, case: Case, role: str, refusal: type[Invalid]
) -> None:
    with act_as(people["coordinator"]) as session, pytest.raises(refusal):
        add(session, people["coordinator"], case, assignee_id=people[role].id)


def test_work_above_the_level_of_its_case_is_seen_by_members_only(act_as: ActAs, people: People, case: Case) -> None:
    lead, other = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        secret = add(session, lead, case, level="restricted", due_on=date(2026, 5, 1))
        plain = add(session, lead, case, level="public", due_on=date(2026, 6, 1))
    assert (secret.level, plain.level) == ("restricted", None)
    with act_as(other) as session:
        with pytest.raises(NotVisible):
            get_follow_up(session, acting(other), secret.id)
        assert session.scalars(select(FollowUp.id)).all() == [plain.id]
        assert session.scalar(select(Case.next_due_on)) == date(2026, 6, 1)


def test_a_stranger_to_the_case_cannot_make_work_that_he_would_not_see(
    act_as: ActAs, people: People, case: Case
) -> None:
    with act_as(people["other"]) as session, pytest.raises(Invalid) as refusal:
        add(session, people["other"], case, level="sealed")
    assert refusal.value.faults[0].path == "level"


def test_the_second_editor_is_told_and_nothing_is_lost(act_as: ActAs, people: People, case: Case) -> None:
    lead, other = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        made = add(session, lead, case)
    with act_as(lead) as session:
        mine = get_follow_up(session, acting(lead), made.id)
        services.edit_follow_up(session, acting(lead), mine, expected_version=1, title="Mine")
    with act_as(other) as session:
        theirs = get_follow_up(session, acting(other), made.id)
        with pytest.raises(Conflict) as refusal:
            services.edit_follow_up(session, acting(other), theirs, expected_version=1, title="Theirs")
        assert refusal.value.current_version == 2
    with act_as(lead) as session:
        assert get_follow_up(session, acting(lead), made.id).title == "Mine"


def test_a_new_day_or_assignee_is_a_new_promise_and_a_new_title_is_not(
    act_as: ActAs, people: People, case: Case
) -> None:
    lead = people["legal_officer"]
    actor = acting(lead)
    with act_as(lead) as session:
        made = add(session, lead, case)
        services.edit_follow_up(session, actor, made, title="Another")
        assert made.due_version == 1
        services.change_due(session, actor, made, date(2026, 9, 1))
        assert made.due_version == 2
        services.assign(session, actor, made, people["other"].id)
        assert made.due_version == 3
        services.assign(session, actor, made, people["other"].id)
        assert made.due_version == 3


def test_the_assignee_may_finish_what_they_may_not_edit(act_as: ActAs, people: People, case: Case) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        own, foreign = make_follow_up(session, case, head), make_follow_up(session, case)
    with act_as(head) as session:
        actor = acting(head)
        assert services.complete(session, actor, own, completed_on=date(2026, 2, 3)).completed_on == date(2026, 2, 3)
        assert services.reopen(session, actor, own).status == "open"
        with pytest.raises(NotPermitted):
            services.change_due(session, actor, own, date(2026, 9, 1))
        with pytest.raises(NotPermitted):
            services.complete(session, actor, foreign)


def test_closed_work_is_not_started_before_it_is_reopened(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    with act_as(lead) as session:
        made = add(session, lead, case)
        services.cancel(session, acting(lead), made)
        with pytest.raises(Invalid):
            services.start(session, acting(lead), made)
        services.reopen(session, acting(lead), made)
        assert services.start(session, acting(lead), made).status == "in_progress"


STANDARD = StandardFollowUp("review", "Review: considering", date(2026, 4, 1), every_days=90)


def test_standard_work_is_made_once_per_period(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        period = make_event(session, case, 5, "2026-01-01", "considering")
        later = make_event(session, case, 6, "2026-02-01", "considering")
    with act_as(lead) as session:
        actor = acting(lead)
        assert len(services.add_standard(session, actor, case, period, [STANDARD, STANDARD])) == 1
        assert services.add_standard(session, actor, case, period, [STANDARD]) == []
        (again,) = services.add_standard(session, actor, case, later, [STANDARD])
        assert (again.period_key, again.title) == (str(later.id), "Review: considering")


def test_a_refused_standard_row_says_which_one(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        period = make_event(session, case, 5, "2026-01-01", "considering")
    rows = [STANDARD, StandardFollowUp("second", "Second", assignee_id=people["administrator"].id)]
    with act_as(lead) as session, pytest.raises(Invalid) as refusal:
        services.add_standard(session, acting(lead), case, period, rows)
    assert refusal.value.faults[0].path == "rows.1.assignee_id"


def test_recurring_work_comes_again_while_the_status_lasts(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    actor = acting(lead)
    with act_as(OPERATOR) as session:
        period = make_event(session, case, 5, "2026-01-01", "considering")
    with act_as(lead) as session:
        (first,) = services.add_standard(session, actor, case, period, [STANDARD])
        services.complete(session, actor, first)
        services.complete(session, actor, first)
        second = session.scalars(select(FollowUp).where(FollowUp.id != first.id)).one()
        assert second.period_key == f"{period.id}#2"
        assert (
            second.due_on is not None
            and second.due_on > clock.today()
            and (second.due_on - date(2026, 4, 1)).days % 90 == 0
        )
        services.reopen(session, actor, first)
        assert second.status == "cancelled"
        services.complete(session, actor, first)
        assert second.status == "open"
        assert len(session.scalars(select(FollowUp.id)).all()) == 2


def test_recurring_work_ends_with_the_status(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    with act_as(OPERATOR) as session:
        period = make_event(session, case, 5, "2026-01-01", "declined")
    with act_as(lead) as session:
        (first,) = services.add_standard(session, acting(lead), case, period, [STANDARD])
        services.complete(session, acting(lead), first)
        assert session.scalars(select(FollowUp.id)).all() == [first.id]


def test_the_next_day_of_a_case_follows_its_work(act_as: ActAs, people: People, case: Case) -> None:
    lead = people["legal_officer"]
    actor = acting(lead)
    soon, later = date(2026, 3, 1), date(2026, 8, 1)

    def next_due() -> date | None:
        with act_as(lead) as session:
            return session.scalar(select(Case.next_due_on).where(Case.id == case.id))

    with act_as(lead) as session:
        first = add(session, lead, case, due_on=soon)
        add(session, lead, case, due_on=later)
        add(session, lead, case)
    assert next_due() == soon
    with act_as(lead) as session:
        services.complete(session, actor, first)
    assert next_due() == later
    with act_as(lead) as session:
        services.reopen(session, actor, first)
        services.change_due(session, actor, first, later + timedelta(days=1))
    assert next_due() == later


def test_work_that_an_import_brings_as_done_is_no_next_day(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        done = make_follow_up(session, case, due_on=date(2024, 1, 1), status="done")
        tell(session, OPERATOR, done, "created", "follow_up.created")
        assert session.scalar(select(Case.next_due_on).where(Case.id == case.id)) is None


def test_work_on_a_case_disturbs_nobody_who_edits_the_case(act_as: ActAs, people: People, case: Case) -> None:
    with act_as(people["coordinator"]) as session:
        before = session.scalar(select(Case.version).where(Case.id == case.id))
        made = add(session, people["coordinator"], case, due_on=date(2026, 3, 1))
        services.complete(session, acting(people["coordinator"]), made)
        assert session.scalar(select(Case.version).where(Case.id == case.id)) == before
