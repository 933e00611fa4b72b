"""The application's rules alone: whoever sees every row by the database's policies still gets, through the rule for
somebody, what that somebody gets; and not a row more. (That the policies hold alone is test_row_security.py.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tests.factories.case import join
from tests.factories.person import acting, make_person
from tests.integration.access.conftest import LONG_AGO, ActAs, World
from tracker.access.levels import Level
from tracker.access.visibility import member_case_ids, sees
from tracker.cases.comments import visible_comments
from tracker.cases.models import Case, CaseEvent, Comment, Dossier, Subject
from tracker.cases.queries import visible_cases, visible_dossiers, visible_events, visible_subjects
from tracker.contacts.models import Contact, ContactPrivate, Organisation, Post
from tracker.contacts.posts import visible_posts
from tracker.contacts.queries import visible_contacts, visible_organisations, visible_private
from tracker.core.actor import OPERATOR, Actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.documents.queries import visible_documents
from tracker.engagements.commitments import visible_commitments
from tracker.engagements.models import Commitment, Engagement, EngagementCase
from tracker.engagements.queries import visible_engagements
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.interchange.seeing import seen_rows

Rule = Callable[[Actor], Select[Any]]


def _seen(model: Any) -> Rule:
    return lambda actor: seen_rows(actor, model)


RULES: dict[str, tuple[Any, Rule]] = {
    "cases": (Case.id, visible_cases),
    "entries": (CaseEvent.id, visible_events),
    "comments": (Comment.id, visible_comments),
    "dossiers": (Dossier.id, visible_dossiers),
    "subjects": (Subject.id, visible_subjects),
    "contacts": (Contact.id, visible_contacts),
    "what is private of contacts": (ContactPrivate.contact_id, visible_private),
    "organisations": (Organisation.id, visible_organisations),
    "posts": (Post.id, visible_posts),
    "meetings": (Engagement.id, visible_engagements),
    "promises": (Commitment.id, visible_commitments),
    "papers": (DocumentRecord.id, visible_documents),
    "follow-ups": (FollowUp.id, visible_follow_ups),
    "cases of a file": (Case.id, _seen(Case)),
    "promises of a file": (Commitment.id, _seen(Commitment)),
    "cases of meetings of a file": (EngagementCase.case_id, _seen(EngagementCase)),
    "cases of papers of a file": (DocumentCase.case_id, _seen(DocumentCase)),
}
OPEN, OPEN_AND_SEALED = {"internal"}, {"internal", "sealed"}
CASES_SEEN = {
    "officer": OPEN,
    "coordinator": OPEN,
    "head": OPEN,
    "counsel": set(),
    "administrator": set(),
    "head who reads the sealed case": OPEN_AND_SEALED,
    "head who reads the sealed case, without a passkey": OPEN,
    "officer who leads the open case": OPEN,
    "counsel on the sealed case": {"sealed"},
    "counsel on the sealed case, without a passkey": set(),
    "counsel on the restricted case": {"restricted"},
    "counsel on the restricted case, without a passkey": {"restricted"},
    "counsel who left the restricted case": set(),
    "officer on the restricted case, without a passkey": {"internal", "restricted"},
    "administrator put on the sealed case": set(),
    "officer who left the sealed case": OPEN,
    "officer whose time on it ran out": OPEN,
    "officer who joins it next year": OPEN,
    "nobody": set(),
}


@pytest.fixture
def viewers(act_as: ActAs, world: World) -> dict[str, Actor]:
    made = dict(world.viewers)
    with act_as(OPERATOR) as session:
        made |= {name: acting(person) for name, person in _more_people(session, world).items()}
        _more_rows(session, world)
    without = {f"{name}, without a passkey": replace(actor, is_assured=False) for name, actor in made.items()}
    return {name: actor for name, actor in (made | without).items() if name in CASES_SEEN}


def _more_people(session: Session, world: World) -> dict[str, Any]:
    restricted = session.get_one(Case, world.cases["restricted"])
    people = {
        "counsel on the restricted case": make_person(session, "outside_counsel"),
        "counsel who left the restricted case": make_person(session, "outside_counsel"),
        "officer on the restricted case": make_person(session, "legal_officer"),
    }
    for name, person in people.items():
        membership = join(session, restricted, person, "member")
        if "left" in name:
            membership.ended_at = LONG_AGO
    return people


def _more_rows(session: Session, world: World) -> None:
    """Remarks and work at every level on every case, and what is on no case."""
    author = make_person(session, "legal_officer")
    for case_id in world.cases.values():
        for level in (None, *Level):
            session.add(Comment(case_id=case_id, author_id=author.id, body="A remark", level=level))
            session.add(FollowUp(case_id=case_id, title="Call", level=level, due_on=date(2026, 5, 4)))
    session.add_all(
        [Dossier(title="Empty"), Subject(name="On no case"), DocumentRecord(title="Loose", level="internal")]
    )
    session.add_all([Commitment(text="Of nobody"), Engagement(level="internal"), Contact(name="On no case")])
    for case_id in world.cases.values():
        organisation = Organisation(name="Made for one case", compartment_id=case_id)
        session.add(organisation)
        session.flush()
        post = Post(title="Minister", organisation_id=organisation.id, compartment_id=case_id)
        session.add_all([post, Contact(name="Made for one case", compartment_id=case_id)])


def found(session: Session, key: Any, statement: Select[Any]) -> set[Any]:
    return set(session.scalars(statement.with_only_columns(key, maintain_column_froms=True)))


def test_each_rule_alone_shows_what_it_shows_with_the_policies(
    act_as: ActAs, world: World, viewers: dict[str, Actor]
) -> None:
    alone: dict[tuple[str, str], set[Any]] = {}
    with act_as(OPERATOR) as session:
        for name, viewer in viewers.items():
            alone |= {(name, rule): found(session, key, made(viewer)) for rule, (key, made) in RULES.items()}
    wrong = []
    for name, viewer in viewers.items():
        with act_as(viewer) as session:
            for rule, (key, made) in RULES.items():
                both = found(session, key, made(viewer))
                more, less = alone[name, rule] - both, both - alone[name, rule]
                if more or less:
                    wrong.append(f"{name}: {len(more)} {rule} more, {len(less)} less")
    assert not wrong, "\n".join(wrong)


def test_cases_are_seen_as_the_page_says(act_as: ActAs, world: World, viewers: dict[str, Actor]) -> None:
    assert set(viewers) == set(CASES_SEEN)
    levels = {case_id: level for level, case_id in world.cases.items()}
    with act_as(OPERATOR) as session:
        for name, viewer in viewers.items():
            seen = session.scalars(select(Case.id).where(sees(viewer, Case.level, Case.id), Case.id.in_(levels)))
            assert {levels[one] for one in seen} == CASES_SEEN[name], name
            own = {levels[one] for one in session.scalars(member_case_ids(viewer))}
            assert own == _memberships_that_count(name), name


def _memberships_that_count(name: str) -> set[str]:
    if "leads the open case" in name:
        return {"internal"}
    return CASES_SEEN[name] - OPEN
