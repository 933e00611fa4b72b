"""What search finds and counts for each person equals what row-level security lets that person read."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.organisation import make_organisation
from tests.factories.person import acting, make_person
from tests.factories.recommendation import make_recommendation
from tests.factories.subject import make_subject
from tests.support.acting import ActAs
from tracker.access.matching import KINDS_IN_LISTS, matching
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent, Comment, CommentMention, Subject
from tracker.contacts.models import Contact, Organisation
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Base
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.closing import hand_over
from tracker.followups.models import FollowUp
from tracker.followups.queries import get_follow_up
from tracker.pages.decisions import decisions_for
from tracker.recommendations.models import Recommendation
from tracker.search.queries import KINDS, SearchFilters, find, find_near

LEVELS = ("public", "internal", "restricted", "sealed")
OWN_LEVELS = (None, None, "internal", "restricted", "sealed")
WORD = "quicksilver"
MODELS: dict[str, type[Base]] = {
    "case": Case,
    "subject": Subject,
    "contact": Contact,
    "organisation": Organisation,
    "follow_up": FollowUp,
    "event": CaseEvent,
    "engagement": Engagement,
    "commitment": Commitment,
    "recommendation": Recommendation,
    "comment": Comment,
    "document": DocumentRecord,
}


def _a_world(session: Session, dice: random.Random, people: list[Person]) -> None:
    """Things of every kind with WORD in them, at every level, with memberships and removals by the dice."""
    cases = []
    for number in range(14):
        case = make_case(session, title=f"{WORD} {number}", level=dice.choice(LEVELS), lead=dice.choice(people))
        case.removed_at = clock.now() if dice.random() < 0.15 else None
        for person in dice.sample(people, 2):
            if person.id != case.lead_id:
                join(session, case, person, dice.choice(("reader", "member")))
        cases.append(case)
    session.flush()
    for number in range(40):
        case = dice.choice(cases)
        own = dice.choice(OWN_LEVELS)
        match number % 8:
            case 0:
                make_event(session, case, 10 + number, summary=f"Said {WORD}", level=own)
            case 1:
                follow_up = make_follow_up(session, case, title=f"Buy {WORD}", level=own)
                session.add(Comment(case_id=case.id, follow_up_id=follow_up.id, body=f"Or {WORD}?"))
            case 2:
                session.add(Comment(case_id=case.id, body=f"No {WORD}", level=own))
            case 3:
                about = dice.sample(cases, dice.randrange(3))
                meeting = make_engagement(
                    session,
                    *about,
                    summary=f"Talk of {WORD}",
                    level=own or "public",
                    created_by_id=_anybody(dice, people),
                )
                make_commitment(session, meeting, dice.choice([None, case]), text=f"We give {WORD}")
            case 4:
                make_commitment(session, None, dice.choice([None, case]), text=f"More {WORD}")
            case 5:
                employer = make_organisation(session, f"{WORD} & sons {number}")
                make_contact(
                    session,
                    f"Ada {WORD}",
                    on_case=dice.choice([None, case]),
                    organisation_id=employer.id,
                    created_by_id=_anybody(dice, people),
                )
            case 6:
                subject = make_subject(session, f"{WORD} {number}", dice.choice([None, case]))
                subject.created_by_id = _anybody(dice, people)
            case _:
                paper = DocumentRecord(title=f"On {WORD}", level=own or "public")
                session.add(paper)
                session.flush()
                session.add(DocumentCase(document_id=paper.id, case_id=case.id))
    for case in cases:
        make_recommendation(session, case, None, text=f"Give up {WORD}")
    session.flush()


def _anybody(dice: random.Random, people: list[Person]) -> UUID | None:
    return dice.choice([None, *(person.id for person in people)])


def _readable(session: Session, kind: str) -> set[UUID]:
    """Ids of all rows of the kind that the acting person can read: every one has WORD in it (a voided one aside)."""
    model: Any = MODELS[kind]
    query = select(model.id)
    if model is CaseEvent:
        query = query.where(CaseEvent.summary.contains(WORD), CaseEvent.voided_at.is_(None))
    return set(session.scalars(query))


@pytest.mark.parametrize("seed", range(4))
def test_each_person_finds_what_they_can_read_of_every_kind(act_as: ActAs, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  the same world each time
    roles = ("legal_officer", "coordinator", "head", "outside_counsel", "outside_counsel")
    with act_as(OPERATOR) as session:
        people = [make_person(session, role) for role in roles]
        _a_world(session, dice, people)
        admin = make_person(session, "administrator")
    for person in people:
        with act_as(person) as session:
            found = find(session, WORD, most=1000)
            for kind in KINDS:
                assert set(found.get(kind, ())) == _readable(session, kind), (kind, person.role_keys)
                assert len(found.get(kind, ())) == len(set(found.get(kind, ()))), kind
    with act_as(admin) as session:
        assert find(session, WORD) == {}
    with act_as(OPERATOR) as session:
        assert len(find(session, WORD, most=1000)["case"]) == 14


@pytest.mark.parametrize("rare", [0, 1_000_000])
@pytest.mark.parametrize("kind", KINDS_IN_LISTS)
def test_lists_are_narrowed_to_the_same_rows_both_ways(
    act_as: ActAs, monkeypatch: pytest.MonkeyPatch, kind: str, rare: int
) -> None:
    """Rare words are looked up at once, common ones row by row: `rare` forces one or the other."""
    monkeypatch.setattr("tracker.access.matching.RARE", rare)
    model: Any = MODELS[kind]
    with act_as(OPERATOR) as session:
        people = [make_person(session, role) for role in ("legal_officer", "coordinator", "outside_counsel")]
        _a_world(session, random.Random(7), people)  # noqa: S311  the same world each time
        make_case(session, title="Something else")
    for person in people:
        with act_as(person) as session:
            listed = set(session.scalars(select(model.id).where(matching(session, kind, "Quicks", model.id))))
            assert listed == set(find(session, WORD, SearchFilters((kind,)), most=1000).get(kind, ()))
            assert set(session.scalars(select(model.id).where(matching(session, kind, "x", model.id)))) == set(
                session.scalars(select(model.id))
            )


@pytest.mark.parametrize("kind", KINDS_IN_LISTS)
def test_many_rows_asked_at_once_are_found_like_each_by_itself(act_as: ActAs, kind: str) -> None:
    roles = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")
    with act_as(OPERATOR) as session:
        people = [make_person(session, role) for role in roles]
        _a_world(session, random.Random(11), people)  # noqa: S311  the same world each time
        make_case(session, title="Something else")
        model: Any = MODELS[kind]
        every = list(session.scalars(select(model.id)))
    asked = {"kind": kind, "ids": every, "query": f"'{WORD[:6]}':*"}
    at_once = text("SELECT app_search_among(:kind, CAST(:ids AS uuid[]), CAST(:query AS tsquery))")
    each = text(
        "SELECT id FROM unnest(CAST(:ids AS uuid[])) AS ids (id)"
        " WHERE app_search_matches(:kind, id, CAST(:query AS tsquery))"
    )
    for person in people:
        with act_as(person) as session:
            found = list(session.scalars(at_once, asked))
            assert len(found) == len(set(found)) and set(found) == set(session.scalars(each, asked)), person.role_keys
            assert person is people[-1] or found


def test_the_application_reads_no_search_table_itself(act_as: ActAs, people: dict[str, Person]) -> None:
    with act_as(OPERATOR) as session:
        make_case(session)
        tables = list(
            session.scalars(
                text("SELECT relname FROM pg_class WHERE relname LIKE 'search\\_%' AND relkind IN ('r', 'v')")
            )
        )
        rights = session.scalars(
            text(
                "SELECT relname FROM pg_class, unnest(ARRAY['tracker_app', 'tracker_planner']) AS role"
                " WHERE relname LIKE 'search\\_%' AND relkind IN ('r', 'v')"
                " AND has_table_privilege(role, oid, 'SELECT, INSERT, UPDATE, DELETE')"
            )
        ).all()
        callable_ones = session.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE prosecdef AND proname ~ '^(app_)?search_?'"
                " AND has_function_privilege('tracker_app', oid, 'EXECUTE') AND prorettype <> 'trigger'::regtype"
            )
        ).all()
    assert len(tables) == 22
    assert rights == []
    assert sorted(callable_ones) == [
        "app_search",
        "app_search_among",
        "app_search_ids",
        "app_search_likely",
        "app_search_matches",
        "app_search_near",
    ]


def test_counsel_do_not_find_a_meeting_by_a_contact_they_may_not_see(act_as: ActAs, people: dict[str, Person]) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session)
        join(session, case, counsel)
        hidden = make_contact(session, "Ada Quicksilver")
        meeting = make_engagement(session, case, summary="Talk")
        session.execute(
            text(
                "INSERT INTO engagement_participants (id, engagement_id, position, contact_id)"
                " VALUES (gen_random_uuid(), :meeting, 0, :contact)"
            ),
            {"meeting": meeting.id, "contact": hidden.id},
        )
    with act_as(people["head"]) as session:
        assert find(session, "quicksilver") == {"contact": [hidden.id], "engagement": [meeting.id]}
    with act_as(counsel) as session:
        assert find(session, "quicksilver") == {}
        assert find(session, "talk") == {"engagement": [meeting.id]}


def test_a_near_name_of_a_hidden_subject_is_not_offered(act_as: ActAs, people: dict[str, Person]) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        subject = make_subject(session, "Ada Quicksilver", sealed)
    with act_as(people["legal_officer"]) as session:
        assert find_near(session, "quiksilver") == []
    with act_as(people["other"]) as session:
        assert find_near(session, "quiksilver") == [("subject", subject.id)]


@pytest.mark.parametrize("level", ["internal", "sealed"])
def test_a_remark_on_work_that_another_case_took_over_is_found_by_who_sees_that_case(
    act_as: ActAs, people: dict[str, Person], level: str
) -> None:
    """For members of the former case it stays there; on what follow-up it was, not all of them may know."""
    officer, member = people["legal_officer"], people["other"]
    with act_as(OPERATOR) as session:
        here, there = make_case(session, lead=officer), make_case(session, level=level, lead=officer)
        join(session, here, member)
        item = make_follow_up(session, here, officer, title="Call")
        said = {"case_id": here.id, "follow_up_id": item.id, "author_id": officer.id, "level": "restricted"}
        remark = Comment(body="Ask for quicksilver", **said)
        session.add(remark)
        session.flush()
        session.add(CommentMention(comment_id=remark.id, person_id=member.id))
    with act_as(member) as session:
        assert find(session, "quicksilver") == {"comment": [remark.id]}
    with act_as(officer) as session:
        hand_over(session, acting(officer), here, get_follow_up(session, acting(officer), item.id), there.id)
    with act_as(officer) as session:
        assert find(session, "quicksilver") == {"comment": [remark.id]}
    with act_as(member) as session:
        found = [remark.id] if level == "internal" else []
        assert session.scalars(select(Comment.id)).all() == found
        assert find(session, "quicksilver").get("comment", []) == found
        mentions = [one.id for one in decisions_for(session, acting(member), clock.today()) if one.kind == "mention"]
        assert mentions == found
