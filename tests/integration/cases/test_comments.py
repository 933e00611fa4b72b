"""Comments and mentions, through the services, as the app's role."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tracker.cases.comments import comments_of, unread_mentions
from tracker.cases.models import Case, Comment, CommentMention
from tracker.cases.services import comments as services
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible


@pytest.fixture
def case(act_as, officer) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


def say(act_as, case: Case, who, body: str, **said) -> Comment:
    with act_as(who) as session:
        return services.add_comment(session, acting(who), case.id, body, **said)


def read(act_as, case: Case, who) -> list[str]:
    with act_as(who) as session:
        return [line.body for line in comments_of(session, acting(who), case.id)]


def unread(act_as, who) -> list[str]:
    with act_as(who) as session:
        return [mention.body for mention in unread_mentions(session, acting(who))]


def test_a_comment_is_read_by_whoever_sees_the_case(act_as, case, officer, people) -> None:
    say(act_as, case, officer, "Call them")
    assert read(act_as, case, people["head"]) == ["Call them"]
    assert read(act_as, case, people["outside_counsel"]) == []


def test_counsel_who_is_a_reader_may_comment_and_a_stranger_finds_no_case(act_as, case, people) -> None:
    counsel = people["outside_counsel"]
    with pytest.raises(NotVisible):
        say(act_as, case, counsel, "Hello")
    with act_as(OPERATOR) as session:
        join(session, case, counsel, "reader")
    assert say(act_as, case, counsel, "Hello").author_id == counsel.id


def test_who_is_called_by_name_finds_it_unread_until_they_have_seen_it(act_as, case, officer, people) -> None:
    say(act_as, case, officer, "@The head, please look")
    assert unread(act_as, people["head"]) == ["@The head, please look"]
    with act_as(people["head"]) as session:
        assert services.mark_mentions_seen(session, acting(people["head"]), case.id) == 1
    assert unread(act_as, people["head"]) == []


def test_people_are_also_mentioned_by_choosing_them(act_as, case, officer, people) -> None:
    say(act_as, case, officer, "Please look", mentions=[people["coordinator"].id])
    assert unread(act_as, people["coordinator"]) == ["Please look"]


def test_who_cannot_see_the_case_cannot_be_mentioned(act_as, case, officer, people) -> None:
    with pytest.raises(Invalid) as refusal:
        say(act_as, case, officer, "@The outside counsel what do you say?")
    assert "can't see this" in refusal.value.faults[0].message
    assert read(act_as, case, officer) == []


def test_counsel_learns_of_nobody_outside_the_case(act_as, case, people) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "reader")
    say(act_as, case, people["outside_counsel"], "@The head will not hear this")
    assert unread(act_as, people["head"]) == []


def test_who_loses_sight_of_the_case_loses_the_mention(act_as, case, officer, people) -> None:
    say(act_as, case, officer, "@The head look")
    with act_as(OPERATOR) as session:
        session.get_one(Case, case.id).level = "sealed"
    assert unread(act_as, people["head"]) == []


def test_only_the_author_edits_and_removes_and_the_words_are_gone(act_as, case, officer, people) -> None:
    comment = say(act_as, case, officer, "Wrong")
    other = people["other"]
    with pytest.raises(NotPermitted), act_as(other) as session:
        services.edit_comment(session, acting(other), comment.id, "Mine now")
    with act_as(officer) as session:
        services.edit_comment(session, acting(officer), comment.id, "Right @The head")
    assert read(act_as, case, other) == ["Right @The head"]
    with act_as(officer) as session:
        services.remove_comment(session, acting(officer), comment.id)
    assert read(act_as, case, other) == [""]
    assert unread(act_as, people["head"]) == []
    with pytest.raises(Conflict), act_as(officer) as session:
        services.edit_comment(session, acting(officer), comment.id, "Back again")


def test_a_comment_on_hidden_work_is_hidden_with_its_trail(act_as, case, officer, people) -> None:
    with act_as(OPERATOR) as session:
        secret = make_follow_up(session, case, level="sealed")
    say(act_as, case, officer, "Quiet", follow_up_id=secret.id, level="sealed")
    head = people["head"]
    with act_as(head) as session:
        assert comments_of(session, acting(head), case.id, secret.id) == []
        assert session.scalars(select(Comment)).all() == []
        trail = session.execute(text("SELECT action FROM audit_entries WHERE action LIKE 'comment%'")).all()
        assert trail == []


def test_nobody_mentions_in_anothers_name(act_as, case, officer, people) -> None:
    comment = say(act_as, case, officer, "Hello")
    other = people["other"]
    with pytest.raises(Exception, match="row-level security"), act_as(other) as session:
        session.add(CommentMention(comment_id=comment.id, person_id=people["head"].id))


def test_an_empty_comment_is_refused(act_as, case, officer) -> None:
    with pytest.raises(Invalid):
        say(act_as, case, officer, "  \n ")
