"""Whom a charge is against: none, one or several subjects of its case.

Nobody named means that it is not said against whom; that stays so until somebody says it. Who is named can't be taken
off the case before the charge is corrected. Where cases are merged, charges and subjects both go along. Histories of
charges keep ids, so that who is erased, or called otherwise, is so there too.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from tracker.cases.happened import SubjectLeaves
from tracker.cases.models import CaseSubject
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.limitation.models import Charge, ChargeSubject


def put_accused(session: Session, charge: Charge, wanted: Collection[UUID]) -> tuple[list[UUID], list[UUID]] | None:
    """Say whom `charge` is against. Those before and those now, in order; None where it says so already.

    Raises Invalid for somebody who is not on its case.
    """
    before, now = _ids(session, charge), sorted(set(wanted))
    if before == now:
        return None
    on_case = select(CaseSubject.subject_id).where(
        CaseSubject.case_id == charge.case_id, CaseSubject.subject_id.in_(now)
    )
    if len(session.scalars(on_case).all()) < len(now):
        raise Invalid(Fault("accused", _("A charge is against somebody on its case.")))
    gone = [one for one in before if one not in now]
    if gone:
        of_charge = delete(ChargeSubject).where(ChargeSubject.charge_id == charge.id)
        session.execute(of_charge.where(ChargeSubject.subject_id.in_(gone)))
    session.add_all(ChargeSubject(charge_id=charge.id, subject_id=one) for one in now if one not in before)
    session.flush()
    return before, now


def refuse_while_named(session: Session, event: SubjectLeaves) -> None:
    """Who is accused stays on the case. Raises Conflict."""
    named = exists().where(
        ChargeSubject.subject_id == event.subject_id,
        ChargeSubject.charge_id == Charge.id,
        Charge.case_id == event.case_id,
        Charge.voided_at.is_(None),
    )
    if session.scalar(select(named)):
        raise Conflict(_("A charge is against them. Say there against whom it is, then take them off."))


def _ids(session: Session, charge: Charge) -> list[UUID]:
    named = select(ChargeSubject.subject_id).where(ChargeSubject.charge_id == charge.id)
    return sorted(session.scalars(named))
