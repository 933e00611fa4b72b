"""Closing a case while work on it is open: refused by name, or said what becomes of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tracker.cases import services
from tracker.cases.models import Case, Comment
from tracker.cases.services import NewEntry
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid, NotPermitted
from tracker.followups.closing import OpenWork, Settlement, settle_open_work
from tracker.followups.models import FollowUp

CLOSING = NewEntry(
    when=VagueDate("2025-06-01"), summary="Nobody cares", status="not_pursued", reason="No", outcome="Given up"
)


@pytest.fixture
def case(act_as, officer) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("considering", "2025-03-01"),), lead=officer)


def work_on(act_as, case: Case, title: str, assignee=None, **said) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, assignee, title=title, **said)


def close(act_as, case: Case, who, *settlements: Settlement, reason: str = "") -> None:
    with act_as(who) as session:
        left = [one.follow_up_id for one in settlements]
        services.change_status(session, acting(who), case.id, CLOSING, left_open=left)
        settle_open_work(session, acting(who), session.get_one(Case, case.id), settlements, reason)


def standing(act_as, thing: FollowUp) -> FollowUp:
    with act_as(OPERATOR) as session:
        found: FollowUp = session.get_one(FollowUp, thing.id)
    return found


def test_closing_is_refused_and_names_the_open_work(act_as, case, officer) -> None:
    work_on(act_as, case, "Call Riga")
    work_on(act_as, case, "Done long ago", status="done")
    with pytest.raises(OpenWork) as refusal:
        close(act_as, case, officer)
    assert [one.follow_up.title for one in refusal.value.follow_ups] == ["Call Riga"]
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).phase == "open"


def test_work_is_completed_cancelled_or_kept_as_chosen(act_as, case, officer) -> None:
    done, given_up, kept = (work_on(act_as, case, title) for title in ("Call", "Write", "Keep an eye"))
    choices = (Settlement(done.id, "complete"), Settlement(given_up.id, "cancel"), Settlement(kept.id, "keep"))
    close(act_as, case, officer, *choices, reason="The press asks")
    assert [standing(act_as, one).status for one in (done, given_up, kept)] == ["done", "cancelled", "open"]
    with act_as(officer) as session:
        assert session.get_one(Case, case.id).phase == "closed"
        assert "Keep an eye" in session.scalars(select(Comment.body)).one()


def test_keeping_work_open_needs_a_reason_and_without_it_nothing_closes(act_as, case, officer) -> None:
    kept = work_on(act_as, case, "Keep an eye")
    with pytest.raises(Invalid) as refusal:
        close(act_as, case, officer, Settlement(kept.id, "keep"))
    assert [fault.path for fault in refusal.value.faults] == ["work_reason"]
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).phase == "open"


def test_a_recurring_follow_up_that_is_completed_at_closing_does_not_come_again(act_as, case, officer) -> None:
    yearly = work_on(act_as, case, "Ask again", rrule="FREQ=MONTHLY", recurs="on_completion")
    close(act_as, case, officer, Settlement(yearly.id, "complete"))
    with act_as(OPERATOR) as session:
        active = session.scalars(select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.status == "open"))
        assert active.all() == []


def test_work_is_handed_over_to_another_case_with_its_level(act_as, case, officer, people) -> None:
    with act_as(OPERATOR) as session:
        other = make_case(session, title="The next one", lead=officer, level="public")
    moved = work_on(act_as, case, "Carry on", officer)
    close(act_as, case, officer, Settlement(moved.id, "hand_over", other.id))
    after = standing(act_as, moved)
    assert (after.case_id, after.level, after.status) == (other.id, "internal", "open")


def test_remarks_go_along_with_work_that_is_handed_over(act_as, case, officer, people) -> None:
    """Those that everybody may read; what is for the members of the former case stays with them."""
    with act_as(OPERATOR) as session:
        other = make_case(session, title="The next one", lead=officer)
    moved = work_on(act_as, case, "Carry on", officer)
    with act_as(OPERATOR) as session:
        said = {"case_id": case.id, "follow_up_id": moved.id, "author_id": people["coordinator"].id}
        session.add_all([Comment(body="open", **said), Comment(body="quiet", level="restricted", **said)])
    close(act_as, case, officer, Settlement(moved.id, "hand_over", other.id))
    with act_as(OPERATOR) as session:
        found = session.execute(select(Comment.body, Comment.case_id).where(Comment.follow_up_id == moved.id))
        assert dict(found.all()) == {"open": other.id, "quiet": case.id}


def test_members_only_work_is_not_handed_to_other_eyes(act_as, case, officer, people) -> None:
    with act_as(OPERATOR) as session:
        other = make_case(session, title="The next one", lead=officer)
    secret = work_on(act_as, case, "Quiet", officer, level="restricted")
    with pytest.raises(Invalid) as refusal:
        close(act_as, case, officer, Settlement(secret.id, "hand_over", other.id))
    assert refusal.value.faults[0].path == f"work.{secret.id}"


def test_hidden_work_neither_blocks_nor_shows_itself_and_stays_open(act_as, case, people) -> None:
    secret = work_on(act_as, case, "Quiet", level="sealed")
    close(act_as, case, people["head"])
    assert standing(act_as, secret).status == "open"


def test_a_head_closes_but_does_not_do_others_work(act_as, case, officer, people) -> None:
    theirs = work_on(act_as, case, "Call Riga", officer)
    with pytest.raises(NotPermitted):
        close(act_as, case, people["head"], Settlement(theirs.id, "cancel"))
    close(act_as, case, people["head"], Settlement(theirs.id, "keep"), reason="The officer goes on")
    assert standing(act_as, theirs).status == "open"


def test_a_member_sees_secret_work_named_and_its_reason_stays_secret(act_as, case, officer, people) -> None:
    secret = work_on(act_as, case, "Quiet", level="sealed")
    with pytest.raises(OpenWork):
        close(act_as, case, officer)
    close(act_as, case, officer, Settlement(secret.id, "keep"), reason="It goes on")
    with act_as(people["head"]) as session:
        assert session.scalars(select(Comment)).all() == []
    with act_as(OPERATOR) as session:
        join(session, case, people["head"], "reader")
    with act_as(people["head"]) as session:
        assert len(session.scalars(select(Comment)).all()) == 1


def test_a_treaty_in_force_ends_no_work(act_as, officer) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("deposited", "2025-03-01"),), lead=officer, details={"subtype": "treaty"})
    kept = work_on(act_as, case, "Watch the treaty")
    entry = NewEntry(when=VagueDate("2025-06-01"), summary="In force", status="in_force")
    with act_as(officer) as session:
        try:
            services.change_status(session, acting(officer), case.id, entry)
        except Invalid as refused:
            assert not isinstance(refused, OpenWork)
    assert standing(act_as, kept).status == "open"
