"""A small world in which every protected table has a row for each level; and bare queries on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.charge import make_act, make_charge
from tests.factories.period import make_period, make_record
from tests.factories.person import acting, make_person
from tests.factories.recommendation import make_assessment, make_figures, make_recommendation
from tests.factories.reminder import make_reminder
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseContact, CaseLink, CaseSubject, Dossier, Subject
from tracker.contacts.models import Contact, ContactPrivate, Office, Organisation
from tracker.core.actor import NOBODY, OPERATOR, Actor
from tracker.documents.models import DocumentCase, DocumentRecord
from tracker.engagements.models import Commitment, Engagement, EngagementCase, Participant
from tracker.followups.models import FollowUp
from tracker.limitation.models import ChargeChange
from tracker.recommendations.models import Recommendation, RecommendationChange, RecommendationFollowUp

ActAs = Callable[[Actor | Person], AbstractContextManager[Session]]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def act_as(app: Flask, database: Any) -> ActAs:
    """A unit of work that acts as somebody, committed at the end of the block."""

    @contextmanager
    def work(who: Actor | Person) -> Iterator[Session]:
        with app.app_context(), database.unit_of_work(who if isinstance(who, Actor) else acting(who)) as session:
            yield session

    return work


@dataclass
class World:
    """`labels`: of which row is what, e.g. "sealed". `viewers`: people by what they are to these cases."""

    labels: dict[UUID, str] = field(default_factory=dict)
    viewers: dict[str, Actor] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)


@pytest.fixture
def world(act_as: ActAs) -> World:
    world = World()
    with act_as(OPERATOR) as session:
        recipient = make_person(session, "legal_officer")
        for level in ("internal", "restricted", "sealed"):
            _fill(session, world, level, recipient)
        _more_secret_rows(session, world, recipient)
        _link(session, world)
        _viewers(session, world, recipient)
    return world


@pytest.fixture
def bare(act_as: ActAs, world: World) -> Callable[[str, str, str], list[str]]:
    """`bare(viewer, table, id column)`: labels of what a query without any filter of ours returns."""

    def look(viewer: str, table: str, key: str) -> list[str]:
        with act_as(world.viewers[viewer]) as session:
            found = session.execute(text(f"SELECT {key} FROM {table}")).scalars().all()  # noqa: S608
        return sorted(world.labels[row] for row in found)

    return look


def _fill(session: Session, world: World, level: str, recipient: Person) -> None:
    """One row of every kind around one case of `level`."""

    def add(row: Any, key: str = "id") -> Any:
        session.add(row)
        session.flush()
        world.labels[getattr(row, key)] = level
        return row

    dossier = add(Dossier(title="Dossier"))
    case = make_case(session, level=level, history=(), dossier_id=dossier.id)
    world.cases[level], world.labels[case.id] = case.id, level
    world.labels[make_event(session, case).id] = level
    subject = add(Subject(name="Somebody accused"))
    add(CaseSubject(case_id=case.id, subject_id=subject.id))
    organisation = add(Organisation(name=f"Ministry {level}"))
    contact = add(Contact(name=f"Minister {level}", organisation_id=organisation.id))
    private = ContactPrivate(contact_id=contact.id)
    private.email = "minister@example.org"
    add(private, "contact_id")
    add(Office(contact_id=contact.id, title="Minister"))
    add(CaseContact(case_id=case.id, contact_id=contact.id, role="justice_ministry"))
    engagement = add(Engagement(level=level))
    add(EngagementCase(engagement_id=engagement.id, case_id=case.id), "engagement_id")
    add(Participant(engagement_id=engagement.id, name="A delegate"))
    add(Commitment(engagement_id=engagement.id, text="We will"))
    document = add(DocumentRecord(title="Letter", level=level))
    add(DocumentCase(document_id=document.id, case_id=case.id), "document_id")
    follow_up = add(FollowUp(case_id=case.id, title="Call", due_on=date(2026, 5, 4)))
    world.labels[make_reminder(session, follow_up, recipient).id] = level
    charge = make_charge(session, case, against=[subject.id])
    world.labels[charge.id] = world.labels[make_act(session, charge).id] = level
    record = make_record(session, case)
    world.labels[record.id] = world.labels[make_period(session, record, "2025-01-01", "2026-01-01").id] = level
    add(ChargeChange(charge_id=charge.id, kind="entered"))
    recommendation = make_recommendation(session, case)
    for row in (recommendation, make_assessment(session, recommendation), make_figures(session, case)):
        world.labels[row.id] = level
    add(RecommendationChange(recommendation_id=recommendation.id, kind="entered"))
    add(RecommendationFollowUp(follow_up_id=follow_up.id, recommendation_id=recommendation.id), "follow_up_id")


def _more_secret_rows(session: Session, world: World, recipient: Person) -> None:
    """On the open case: an event, a follow-up, an engagement and a paper that are more secret than it."""
    case = session.get_one(Case, world.cases["internal"])
    rows: list[Any] = [
        make_event(session, case, 2, level="restricted"),
        make_event(session, case, 3, level="sealed"),
        FollowUp(case_id=case.id, title="Call quietly", level="restricted"),
        Engagement(level="sealed"),
        DocumentRecord(title="Evidence", level="restricted"),
    ]
    session.add_all(rows)
    session.flush()
    links: list[Any] = [
        EngagementCase(engagement_id=rows[3].id, case_id=case.id),
        DocumentCase(document_id=rows[4].id, case_id=case.id),
    ]
    inside = [
        Participant(engagement_id=rows[3].id, name="A source"),
        Commitment(engagement_id=rows[3].id, text="I can"),
    ]
    known = session.scalars(select(Recommendation.id).where(Recommendation.case_id == case.id)).one()
    links.append(RecommendationFollowUp(follow_up_id=rows[2].id, recommendation_id=known))
    session.add_all(links + inside)
    session.flush()
    for row in (*rows, *inside, make_reminder(session, rows[2], recipient)):
        world.labels[row.id] = "secret part"


def _link(session: Session, world: World) -> None:
    link = CaseLink(from_case_id=world.cases["internal"], to_case_id=world.cases["sealed"], kind="related")
    session.add(link)
    session.flush()
    world.labels[link.id] = "link to sealed"


def _viewers(session: Session, world: World, recipient: Person) -> None:
    made: dict[str, Person] = {
        "officer": make_person(session, "legal_officer"),
        "coordinator": make_person(session, "coordinator"),
        "head": make_person(session, "head"),
        "counsel": make_person(session, "outside_counsel"),
        "administrator": make_person(session, "administrator"),
    }
    on: list[tuple[str, str, str, str, dict[str, Any]]] = [
        ("head who reads the sealed case", "head", "sealed", "reader", {}),
        ("officer who leads the open case", "legal_officer", "internal", "lead", {}),
        ("counsel on the sealed case", "outside_counsel", "sealed", "member", {}),
        ("administrator put on the sealed case", "administrator", "sealed", "lead", {}),
        ("officer who left the sealed case", "legal_officer", "sealed", "lead", {"ended_at": LONG_AGO}),
        ("officer whose time on it ran out", "legal_officer", "sealed", "lead", {"ends_at": LONG_AGO}),
        (
            "officer who joins it next year",
            "legal_officer",
            "sealed",
            "lead",
            {"starts_at": func.now() + timedelta(365)},
        ),
        ("leaver", "legal_officer", "sealed", "lead", {}),
    ]
    for name, role, level, kind, said in on:
        made[name] = make_person(session, role, active=name != "leaver")
        membership: CaseMembership = join(session, session.get_one(Case, world.cases[level]), made[name], kind)
        for field_name, value in said.items():
            setattr(membership, field_name, value)
        session.flush()
    world.viewers = {name: acting(person) for name, person in made.items()} | {
        "nobody": NOBODY,
        "recipient": acting(recipient),
    }
