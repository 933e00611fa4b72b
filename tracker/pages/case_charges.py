"""Charges beside a case's history: what lapses soonest, and what asks for another look at its limitation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, bindparam, cast, literal_column, null, select

from tracker.cases.models import Case
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement
from tracker.limitation.lines import asked_again
from tracker.limitation.models import UNVERIFIED, Charge, LimitationAct
from tracker.limitation.pauses import turns_of
from tracker.limitation.words import limitation_words


class _Row(NamedTuple):
    """A charge, or an act on one. `at`: when somebody last looked, or when the act was entered."""

    what: str
    id: UUID
    charge_id: UUID
    offence: str | None
    limitation: str | None
    lapses_on: date | None
    certainty: str | None
    at: datetime
    voided_at: datetime | None

    @property
    def entered_at(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class ChargeBeside:
    id: UUID
    offence: str
    limitation: str
    is_unverified: bool
    looks_again: bool


def charges_read(case_id: UUID) -> Read[list[_Row]]:
    """The standing charges of a case that was found already, what lapses soonest first, and all acts on them."""
    return Read(_statement(), {"case_id": case_id}, _rows)


def charges_beside(case: Case, found: Sequence[_Row], events: Sequence[Any]) -> list[ChargeBeside]:
    """Each with whether somebody has to look again, as far as the reader sees the history: `events`, in order."""
    acts: dict[UUID, list[Any]] = defaultdict(list)
    for row in found:
        if row.what == "act":
            acts[row.charge_id].append(row)
    charges = [row for row in found if row.what == "charge"]
    turns = turns_of(case.pathway, events) if charges else []
    return [
        ChargeBeside(
            row.id,
            row.offence or "",
            limitation_words(row.limitation or "", row.lapses_on),
            row.certainty in UNVERIFIED,
            bool(asked_again(row.limitation or "", row.at, acts[row.id], turns)),
        )
        for row in charges
    ]


def _rows(rows: Rows) -> list[_Row]:
    return [_Row(*row) for row in rows]


@kept_statement
def _statement() -> CompoundSelect[*tuple[Any, ...]]:
    here = bindparam("case_id", type_=Charge.case_id.type)
    charges: Select[*tuple[Any, ...]] = select(
        literal_column("'charge'").label("what"),
        *(Charge.id, Charge.id.label("charge_id"), Charge.offence, Charge.limitation),
        *(Charge.lapses_on.label("lapses_on"), Charge.certainty, Charge.checked_at, Charge.voided_at),
    ).where(Charge.case_id == here, Charge.voided_at.is_(None))
    acts = (
        select(
            literal_column("'act'"),
            *(LimitationAct.id, LimitationAct.charge_id),
            *(
                cast(null(), column.type)
                for column in (Charge.offence, Charge.limitation, Charge.lapses_on, Charge.certainty)
            ),
            *(LimitationAct.entered_at, LimitationAct.voided_at),
        )
        .join(Charge, Charge.id == LimitationAct.charge_id)
        .where(Charge.case_id == here, Charge.voided_at.is_(None))
    )
    return charges.union_all(acts).order_by(literal_column("lapses_on NULLS LAST"), literal_column("id"))
