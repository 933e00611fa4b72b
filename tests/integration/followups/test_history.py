"""History and undo of what is done to follow-ups, on real PostgreSQL."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs
from tests.support.undoing import last_deed
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotPermitted, NotVisible
from tracker.core.ids import new_id
from tracker.followups import checklist, needs, services, watchers
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.queries import get_follow_up
from tracker.followups.refusals import CannotSeeCase, CannotUndo, NeedsOpen

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


@pytest.fixture
def item(act_as: ActAs, people: People, case: Case) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, people["head"], title="Draft the letter", due_on=date(2026, 12, 1))


def changes(session, follow_up: FollowUp) -> list[FollowUpChange]:
    query = select(FollowUpChange).where(FollowUpChange.follow_up_id == follow_up.id)
    return list(session.scalars(query.order_by(FollowUpChange.at)))


def undo_latest(session, person: Person, follow_up: FollowUp) -> list[FollowUp]:
    return services.undo(session, acting(person), last_deed(session, person, follow_up.id))


def test_every_kind_of_change_is_written_down_with_what_stood_before(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    actor = acting(officer)
    with act_as(officer) as session:
        made = services.add_follow_up(session, actor, case, title="Write", due_on=date(2026, 12, 1))
        services.change_due(session, actor, made, date(2026, 12, 5))
        services.assign(session, actor, made, people["head"].id)
        services.wait(session, actor, made, waiting_on="The ministry")
        services.complete(session, actor, made)
    with act_as(officer) as session:
        rows = changes(session, made)
    assert [row.kind for row in rows] == ["created", "due_changed", "assigned", "edited", "completed"]
    assert (rows[1].before, rows[1].after) == ({"due_on": "2026-12-01"}, {"due_on": "2026-12-05"})
    assert rows[4].before["waiting_on"] == "The ministry" and rows[4].after["status"] == "done"
    assert {row.by_id for row in rows} == {officer.id}


def test_undo_puts_back_and_can_itself_be_undone(act_as: ActAs, people: People, item: FollowUp) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        services.edit_follow_up(session, acting(officer), item, title="New", due_on=date(2026, 12, 9))
        undo_latest(session, officer, item)
        back = get_follow_up(session, acting(officer), item.id)
        assert (back.title, back.due_on, back.due_version) == ("Draft the letter", date(2026, 12, 1), 3)
        undo_latest(session, officer, item)
        assert (back.title, back.due_on) == ("New", date(2026, 12, 9))


def test_what_was_changed_again_is_not_undone_and_both_values_are_named(
    act_as: ActAs, people: People, item: FollowUp
) -> None:
    officer, other = people["legal_officer"], people["coordinator"]
    with act_as(officer) as session:
        services.change_due(session, acting(officer), item, date(2026, 12, 5))
        first = last_deed(session, officer, item.id)
    with act_as(other) as session:
        services.change_due(session, acting(other), get_follow_up(session, acting(other), item.id), date(2026, 12, 7))
    with act_as(officer) as session, pytest.raises(CannotUndo) as refusal:
        services.undo(session, acting(officer), first)
    (line,) = refusal.value.lines
    assert (line.field, line.now, line.wanted) == ("due_on", "2026-12-07", "2026-12-01")


def test_another_field_changed_meanwhile_does_not_stop_an_undo(act_as: ActAs, people: People, item: FollowUp) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        services.change_due(session, acting(officer), item, date(2026, 12, 5))
        first = last_deed(session, officer, item.id)
    with act_as(people["coordinator"]) as session:
        actor = acting(people["coordinator"])
        services.edit_follow_up(session, actor, get_follow_up(session, actor, item.id), title="Better")
        services.undo(session, actor, first)
        back = get_follow_up(session, actor, item.id)
        assert (back.title, back.due_on) == ("Better", date(2026, 12, 1))
        with pytest.raises(CannotUndo):
            services.undo(session, actor, first)


def test_undo_needs_the_right_that_the_change_needed(act_as: ActAs, people: People, item: FollowUp) -> None:
    officer, head = people["legal_officer"], people["head"]
    with act_as(officer) as session:
        services.change_due(session, acting(officer), item, date(2026, 12, 5))
        moved = last_deed(session, officer, item.id)
    with act_as(head) as session:
        services.complete(session, acting(head), get_follow_up(session, acting(head), item.id))
        undo_latest(session, head, item)
        assert get_follow_up(session, acting(head), item.id).status == "open"
        with pytest.raises(NotPermitted):
            services.undo(session, acting(head), moved)


def test_a_change_on_a_case_that_one_does_not_see_does_not_exist(act_as: ActAs, people: People) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=officer)
    with act_as(officer) as session:
        made = services.add_follow_up(session, acting(officer), sealed, title="Secret")
        hidden = last_deed(session, officer, made.id)
    with act_as(people["head"]) as session:
        assert session.get(FollowUpChange, hidden) is None
        with pytest.raises(NotVisible):
            services.undo(session, acting(people["head"]), hidden)


def test_undoing_a_new_one_gives_it_up(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        made = services.add_follow_up(session, acting(officer), case, title="By mistake")
        undo_latest(session, officer, made)
        assert made.status == "cancelled"


def test_changes_of_one_batch_are_undone_together(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    actor, batch = acting(officer), new_id()
    with act_as(officer) as session:
        made = [services.add_follow_up(session, actor, case, title=f"No. {number}") for number in range(3)]
        for one in made:
            services.edit_follow_up(session, actor, one, due_on=date(2026, 12, 24), batch_id=batch)
        undo_latest(session, officer, made[0])
        assert [one.due_on for one in made] == [None, None, None]


def test_checklist_watchers_and_needs_are_undone_as_lists(act_as: ActAs, people: People, item: FollowUp) -> None:
    officer = people["legal_officer"]
    actor = acting(officer)
    with act_as(officer) as session:
        for text in ("one", "two", "three"):
            checklist.add_line(session, actor, item, text)
        lines = checklist.lines_of(session, item.id)
        checklist.tick_line(session, actor, item, lines[1].id, True)
        checklist.move_line(session, actor, item, lines[2].id, -1)
        assert [line.text for line in checklist.lines_of(session, item.id)] == ["one", "three", "two"]
        checklist.remove_line(session, actor, item, lines[1].id)
        undo_latest(session, officer, item)
        back = checklist.lines_of(session, item.id)
        assert [(line.text, line.done_at is not None) for line in back] == [
            ("one", False), ("three", False), ("two", True),
        ]  # fmt: skip
        watchers.watch(session, actor, item, people["coordinator"].id)
        undo_latest(session, officer, item)
        assert watchers.watchers_of(session, item.id) == []


def test_who_cannot_see_it_cannot_watch_it(act_as: ActAs, people: People) -> None:
    officer = people["legal_officer"]
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=officer)
        item = make_follow_up(session, sealed)
    with act_as(officer) as session, pytest.raises(CannotSeeCase):
        watchers.watch(session, acting(officer), item, people["head"].id)


def test_a_reader_may_watch_for_themselves_only(act_as: ActAs, people: People, case: Case, item: FollowUp) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        join(session, case, counsel, "reader")
    with act_as(counsel) as session:
        watchers.watch(session, acting(counsel), item, counsel.id)
        assert watchers.watchers_of(session, item.id) == [(counsel.id, counsel.name)]
        with pytest.raises(NotPermitted):
            watchers.watch(session, acting(counsel), item, people["head"].id)
        undo_latest(session, counsel, item)
        assert watchers.watchers_of(session, item.id) == []


def test_what_it_needs_runs_in_no_circle_and_is_asked_about(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    actor = acting(officer)
    with act_as(officer) as session:
        first, second, third = (services.add_follow_up(session, actor, case, title=title) for title in ("A", "B", "C"))
        needs.add_need(session, actor, first, second.id)
        needs.add_need(session, actor, second, third.id)
        with pytest.raises(Exception, match="C → A → B → C"):
            needs.add_need(session, actor, third, first.id)
        with pytest.raises(NeedsOpen) as question:
            services.complete(session, actor, first)
        assert question.value.open_ones == [(second.id, "B")]
        services.complete(session, actor, first, although_needed=True)
        needs.remove_need(session, actor, second, third.id)
        undo_latest(session, officer, second)
        assert [need.title for need in needs.links_of(session, actor, second.id)] == ["A", "C"]


def test_snoozing_hides_and_moves_no_day(act_as: ActAs, people: People, item: FollowUp) -> None:
    head, today = people["head"], clock.today()
    with act_as(head) as session:
        own = get_follow_up(session, acting(head), item.id)
        services.snooze(session, acting(head), own, date(2027, 1, 5), today)
        assert (own.snoozed_until, own.due_on, own.due_version) == (date(2027, 1, 5), date(2026, 12, 1), 1)
        with pytest.raises(Exception, match="after today"):
            services.snooze(session, acting(head), own, today, today)
        undo_latest(session, head, own)
        assert own.snoozed_until is None
