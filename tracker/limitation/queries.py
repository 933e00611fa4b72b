"""Reads of charges. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.cases.models import Case, Subject
from tracker.cases.queries import visible_cases, visible_subjects
from tracker.core.actor import Actor
from tracker.core.collation import by_name
from tracker.core.errors import NotVisible
from tracker.followups.models import FollowUp
from tracker.followups.queries import IS_ACTIVE, visible_follow_ups
from tracker.limitation.models import Charge, ChargeChange, ChargeFollowUp, ChargeSubject, LimitationAct

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of a charge's history; `by` None: the operator."""

    change: ChargeChange
    by: str | None


class Accused(NamedTuple):
    """Somebody whom a charge is against."""

    charge_id: UUID
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WorkOnCharge:
    """A follow-up that hangs on a charge. `made_for`: the day of the limitation for which it was made."""

    charge_id: UUID
    id: UUID
    title: str
    due_on: date | None
    is_active: bool
    made_for: date | None


def visible_charges(actor: Actor) -> Select[Charge]:
    """The charges of the cases that `actor` sees, in no order, those struck out among them."""
    seen = visible_cases(actor).with_only_columns(Case.id, maintain_column_froms=True)
    return select(Charge).where(Charge.case_id.in_(seen))


def charges_on(session: Session, actor: Actor, case: Case) -> Sequence[Charge]:
    """Those of `case`, by jurisdiction and then in the order of entry."""
    query = visible_charges(actor).where(Charge.case_id == case.id)
    return session.scalars(query.order_by(Charge.jurisdiction, Charge.created_at, Charge.id)).all()


def get_charge(session: Session, actor: Actor, case: Case, charge_id: UUID) -> Charge:
    """One charge of `case` that was not struck out. Raises NotVisible."""
    query = visible_charges(actor).where(Charge.id == charge_id, Charge.case_id == case.id, Charge.voided_at.is_(None))
    found = session.scalar(query)
    if found is None:
        raise NotVisible(_("There is no such charge."))
    return found


def acts_on(session: Session, charge_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[LimitationAct]]:
    """What was recorded to move the limitation of charges that were found already, by charge, in the order of entry."""
    query = select(LimitationAct).where(LimitationAct.charge_id.in_(charge_ids))
    return _grouped(session.scalars(query.order_by(LimitationAct.entered_at, LimitationAct.id)), lambda one: one)


def accused_of(session: Session, charge_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Accused]]:
    """Whom charges that were found already are against, by charge and name. Of whom nothing is here, it is not said."""
    query = (
        select(ChargeSubject.charge_id, Subject.id, Subject.name)
        .join(Subject, Subject.id == ChargeSubject.subject_id)
        .where(ChargeSubject.charge_id.in_(charge_ids))
        .order_by(by_name(Subject.name), Subject.id)
    )
    return _grouped((Accused(*row) for row in session.execute(query)), lambda line: line)


def names_of(session: Session, actor: Actor, subject_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What subjects are called whom a history of charges knows by id, as far as `actor` sees them."""
    if not subject_ids:
        return {}
    query = visible_subjects(actor).with_only_columns(Subject.id, Subject.name, maintain_column_froms=True)
    return {row.id: row.name for row in session.execute(query.where(Subject.id.in_(subject_ids)))}


def charges_against(session: Session, actor: Actor, subject_id: UUID) -> Sequence[tuple[Charge, Case]]:
    """The standing charges that name a subject, in cases that `actor` sees: what lapses soonest first."""
    query = (
        visible_cases(actor)
        .with_only_columns(Charge, Case, maintain_column_froms=True)
        .join(Charge, Charge.case_id == Case.id)
        .join(ChargeSubject, ChargeSubject.charge_id == Charge.id)
        .where(ChargeSubject.subject_id == subject_id, Charge.voided_at.is_(None))
        .order_by(Charge.lapses_on.nulls_last(), Case.title, Charge.id)
        .limit(MOST_SHOWN)
    )
    return [(charge, case) for charge, case in session.execute(query)]


def changes_of(session: Session, charge_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ChangeLine]]:
    """What was entered and corrected about charges that were found already, by charge, the newest first."""
    query = (
        select(ChargeChange, Person.name)
        .outerjoin(Person, Person.id == ChargeChange.by_id)
        .where(ChargeChange.charge_id.in_(charge_ids))
        .order_by(ChargeChange.at.desc(), ChargeChange.id.desc())
    )
    return _grouped((ChangeLine(*row) for row in session.execute(query)), lambda line: line.change)


def work_on_charges(session: Session, actor: Actor, case: Case) -> Mapping[UUID, Sequence[WorkOnCharge]]:
    """The follow-ups that hang on charges of `case`, as far as `actor` sees them, by charge and day."""
    query = (
        visible_follow_ups(actor)
        .with_only_columns(
            *(ChargeFollowUp.charge_id, FollowUp.id, FollowUp.title, FollowUp.due_on),
            *(IS_ACTIVE.label("is_active"), ChargeFollowUp.due_on.label("made_for")),
            maintain_column_froms=True,
        )
        .join(ChargeFollowUp, ChargeFollowUp.follow_up_id == FollowUp.id)
        .where(FollowUp.case_id == case.id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return _grouped((WorkOnCharge(*row) for row in session.execute(query)), lambda line: line)


def _grouped(rows: Any, charged: Any) -> Mapping[UUID, Sequence[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[charged(row).charge_id].append(row)
    return found
