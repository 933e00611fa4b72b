"""What hangs on a follow-up and is hidden from its reader: history and undo behave as if it did not exist."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.undoing import last_deed
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotPermitted, NotVisible
from tracker.followups import needs, services, watchers
from tracker.followups.history import history_of
from tracker.followups.models import FollowUp, FollowUpDependency
from tracker.followups.queries import get_follow_up

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    """Led by the legal officer, open to the other one, who is no member."""
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


@pytest.fixture
def item(act_as: ActAs, case: Case) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, title="Send the letter")


@pytest.fixture
def secret(act_as: ActAs, case: Case) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, title="Meet the insider", level="restricted")


def test_the_history_does_not_say_that_a_hidden_follow_up_was_needed(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp, secret: FollowUp
) -> None:
    lead, stranger = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        needs.add_need(session, acting(lead), item, secret.id)
    with act_as(lead) as session:
        own = history_of(session, acting(lead), get_follow_up(session, acting(lead), item.id))
        assert "Meet the insider" in own[0].lines[0]
    with act_as(stranger) as session:
        assert history_of(session, acting(stranger), get_follow_up(session, acting(stranger), item.id)) == []
    page = client_of(stranger).get(f"/follow-ups/{item.id}").get_data(as_text=True)
    assert "Send the letter" in page and "you can&#39;t see" not in page and "needs_changed" not in page


def test_of_needs_seen_and_hidden_the_history_names_those_that_are_seen(
    act_as: ActAs, people: People, case: Case, item: FollowUp, secret: FollowUp
) -> None:
    lead, stranger = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        plain = make_follow_up(session, case, title="Print the letter")
        needs.add_need(session, acting(lead), item, secret.id)
        needs.add_need(session, acting(lead), item, plain.id)
    with act_as(stranger) as session:
        entries = history_of(session, acting(stranger), get_follow_up(session, acting(stranger), item.id))
        assert [list(entry.lines) for entry in entries] == [["Needs: nothing → Print the letter"]]


def test_an_undo_neither_fails_over_hidden_needs_nor_touches_them(
    act_as: ActAs, people: People, case: Case, item: FollowUp, secret: FollowUp
) -> None:
    lead, stranger = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        plain = make_follow_up(session, case, title="Print the letter")
        needs.add_need(session, acting(lead), item, secret.id)
        needs.add_need(session, acting(lead), item, plain.id)
        shown = last_deed(session, lead, item.id)
        needs.remove_need(session, acting(lead), item, secret.id)
        hidden = last_deed(session, lead, item.id)
    with act_as(stranger) as session, pytest.raises(NotVisible):
        services.undo(session, acting(stranger), hidden)
    with act_as(lead) as session:
        needs.add_need(session, acting(lead), item, secret.id)
    with act_as(stranger) as session:
        services.undo(session, acting(stranger), shown)
    with act_as(OPERATOR) as session:
        assert session.scalars(select(FollowUpDependency.needs_id)).all() == [secret.id]


def test_who_only_watches_brings_no_other_watcher_back(
    act_as: ActAs, people: People, case: Case, item: FollowUp
) -> None:
    head, officer = people["head"], people["other"]
    with act_as(OPERATOR) as session:
        join(session, case, head, "member")
    with act_as(head) as session:
        watchers.watch(session, acting(head), item, officer.id)
        watchers.unwatch(session, acting(head), item, officer.id)
        change_id = last_deed(session, head, item.id)
    with act_as(OPERATOR) as session:
        session.scalars(select(CaseMembership).where(CaseMembership.person_id == head.id)).one().ended_at = clock.now()
    with act_as(head) as session, pytest.raises(NotPermitted):
        services.undo(session, acting(head), change_id)


def test_a_hidden_successor_does_not_show_itself_when_the_former_is_done_again(
    act_as: ActAs, people: People, case: Case
) -> None:
    lead, stranger = people["legal_officer"], people["other"]
    with act_as(lead) as session:
        first = services.add_follow_up(session, acting(lead), case, title="Report", due_on=date(2026, 12, 1))
        services.repeat(session, acting(lead), first, "FREQ=MONTHLY", "on_completion")
        services.complete(session, acting(lead), first)
        successor = session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id == first.id)).one()
        services.edit_follow_up(session, acting(lead), successor, level="restricted")
    with act_as(stranger) as session:
        services.reopen(session, acting(stranger), get_follow_up(session, acting(stranger), first.id))
        services.complete(session, acting(stranger), get_follow_up(session, acting(stranger), first.id))
    with act_as(OPERATOR) as session:
        after = session.scalars(select(FollowUp).where(FollowUp.recurrence_of_id == first.id)).all()
        assert [one.id for one in after] == [successor.id]
