"""A charge as pages show it: its limitation in words, whom it is against, and why somebody has to look at it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tracker.cases.models import Case
from tracker.cases.queries import history_of
from tracker.cases.wording import entry_label
from tracker.clocks.words import in_words
from tracker.core.web import actor, db
from tracker.limitation.models import Charge, LimitationAct
from tracker.limitation.pauses import turns_of
from tracker.limitation.queries import (
    Accused,
    ChangeLine,
    WorkOnCharge,
    accused_of,
    acts_on,
    changes_of,
    names_of,
    work_on_charges,
)
from tracker.limitation.rules import Acted, Provision, counted, provision_for, to_recheck
from tracker.limitation.words import ACT_WORDS, jurisdiction_words, limitation_words, period_words, taken_back_words


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A charge on the page, with all that hangs on it. `recheck`: why somebody has to look at its limitation again."""

    charge: Charge
    jurisdiction: str
    limitation: str
    period: str
    steps: Sequence[str]
    accused: Sequence[Accused]
    acts: Sequence[LimitationAct]
    recheck: Sequence[str]
    changes: Sequence[ChangeLine]
    work: Sequence[WorkOnCharge]
    offered: Provision | None


def lines_of(case: Case, found: Sequence[Charge]) -> list[ChargeLine]:
    """Charges of `case` with what belongs to them, in their order."""
    ids = [charge.id for charge in found]
    acts, changes, accused = acts_on(db(), ids), changes_of(db(), ids), accused_of(db(), ids)
    work = work_on_charges(db(), actor(), case)
    turns = turns_of(case.pathway, history_of(db(), actor(), case))
    return [
        _line(
            charge,
            accused.get(charge.id, ()),
            acts.get(charge.id, ()),
            turns,
            changes.get(charge.id, ()),
            work.get(charge.id, ()),
        )
        for charge in found
    ]


def names_in_history(lines: Sequence[ChargeLine]) -> Mapping[UUID, str]:
    """What those are called whom the histories of these charges name."""
    said = (side.get("accused", ()) for line in lines for one in line.changes for side in _sides(one))
    wanted = {UUID(one) for ids in said for one in ids}
    known = {one.id: one.name for line in lines for one in line.accused}
    return known | dict(names_of(db(), actor(), wanted - set(known)))


def reasons_to_recheck(
    limitation: str, checked_at: datetime, acts: Sequence[LimitationAct], turns: Sequence[Any]
) -> list[str]:
    """Why somebody has to look at a limitation again, the oldest reason first."""
    words = {act.id: f"{ACT_WORDS[act.kind]}: {act.act}" for act in acts} | {one.id: entry_label(one) for one in turns}
    taken_back = {one.id for one in (*acts, *turns) if one.voided_at is not None}
    return [
        taken_back_words(words[one]) if one in taken_back else words[one]
        for one in asked_again(limitation, checked_at, acts, turns)
    ]


def asked_again(
    limitation: str, checked_at: datetime, acts: Sequence[LimitationAct], turns: Sequence[Any]
) -> Sequence[UUID]:
    """The ids of what asks for a look: acts on the charge, and entries by which the case paused or went on."""
    return to_recheck(limitation, checked_at, [Acted(one.id, one.entered_at, one.voided_at) for one in (*acts, *turns)])


def _line(
    charge: Charge,
    accused: Sequence[Accused],
    acts: Sequence[LimitationAct],
    turns: Sequence[Any],
    changes: Sequence[ChangeLine],
    work: Sequence[WorkOnCharge],
) -> ChargeLine:
    found = None
    if charge.counted_from and charge.period_amount and charge.period_unit:
        found = counted(charge.counted_from, charge.period_amount, charge.period_unit)
    return ChargeLine(
        charge,
        jurisdiction_words(charge.jurisdiction),
        limitation_words(charge.limitation, charge.lapses_on),
        period_words(charge),
        in_words(found) if found is not None else (),
        accused,
        acts,
        reasons_to_recheck(charge.limitation, charge.checked_at, acts, turns),
        changes,
        work,
        provision_for(charge.jurisdiction, charge.crime) if charge.limitation == "unknown" else None,
    )


def _sides(line: ChangeLine) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
    return line.change.before, line.change.after
