"""Charges, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.cases.models import Case
from tracker.limitation.models import Charge, ChargeSubject, LimitationAct
from tracker.limitation.services import ChargeFacts

OPENED = (("investigation_open", "2025-01-10"),)
"""The history of a case that charges are on."""
TYPED = ChargeFacts(
    "PL",
    "Unlawful detention",
    limitation="date",
    lapses_on=date(2035, 8, 9),
    limitation_source="KK Art. 101",
    certainty="K",
)
"""What somebody types about a charge that lapses on a day."""


def make_charge(session: Session, case: Case, *, against: Sequence[UUID] = (), **said: Any) -> Charge:
    """A charge of an ordinary offence in Poland, which lapses on a day that was typed."""
    values = {
        "jurisdiction": "PL",
        "offence": "Unlawful detention",
        "crime": "ordinary",
        "limitation": "date",
        "lapses_on": date(2035, 8, 9),
        "limitation_source": "Criminal Code Art. 101",
        "certainty": "K",
    } | said
    charge = Charge(case_id=case.id, **values)
    session.add(charge)
    session.flush()
    session.add_all(ChargeSubject(charge_id=charge.id, subject_id=one) for one in against)
    session.flush()
    return charge


def make_act(session: Session, charge: Charge, act: str = "An order of the court") -> LimitationAct:
    """An act that suspends the limitation of `charge`."""
    made = LimitationAct(charge_id=charge.id, kind="suspended", act=act)
    session.add(made)
    session.flush()
    return made
