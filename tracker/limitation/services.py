"""What people do with charges and their limitation: one function per intention."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.cases.services.guard import said_why, take_case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.corrections import told
from tracker.core.countries import COUNTRY_CODES
from tracker.core.dates import is_vague_date
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.followups.hanging import carry_along, mark_along
from tracker.followups.locking import one_maker
from tracker.followups.models import FollowUp
from tracker.followups.rule_titles import marked
from tracker.followups.rules import LONGEST_TITLE
from tracker.followups.services import add_follow_up
from tracker.limitation.accused import put_accused
from tracker.limitation.models import (
    ACT_KINDS,
    CERTAINTIES,
    CRIMES,
    LIMITATIONS,
    UNVERIFIED,
    Charge,
    ChargeChange,
    ChargeFollowUp,
    LimitationAct,
)
from tracker.limitation.queries import get_charge, work_on_charges
from tracker.limitation.rules import ICC, MOST, UNITS, counted


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """What is said of a charge, all of it at once.

    A limitation that is a date is either typed (`lapses_on`) or counted: the period that the law sets, and the day from
    which it runs.
    """

    jurisdiction: str
    offence: str
    crime: str = "ordinary"
    law: str | None = None
    gravity: str | None = None
    limitation: str = "unknown"
    lapses_on: date | None = None
    counted_from: date | None = None
    period_amount: int | None = None
    period_unit: str | None = None
    limitation_source: str | None = None
    certainty: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ActFacts:
    """An act that moves limitation; `occurred_on` as exactly as it is known."""

    kind: str
    act: str
    occurred_on: str | None = None
    source: str | None = None


def enter_charge(
    session: Session, actor: Actor, case_id: UUID, facts: ChargeFacts, accused: Collection[UUID] = ()
) -> Charge:
    """Put a charge on a case; nobody `accused`: it is not said against whom.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    values = settled(facts)
    charge = Charge(case_id=case.id, created_by_id=actor.person_id, checked_by_id=actor.person_id, **values)
    session.add(charge)
    session.flush()
    said = {name: value for name, value in values.items() if value is not None}
    if named := put_accused(session, charge, accused):
        said["accused"] = named[1]
    _note(session, actor, charge, "entered", {}, said)
    return charge


def correct_charge(
    session: Session,
    actor: Actor,
    case_id: UUID,
    charge_id: UUID,
    facts: ChargeFacts,
    reason: str | None,
    expected_version: int | None = None,
    accused: Collection[UUID] | None = None,
) -> Charge:
    """Say otherwise what a charge or its limitation is; what stood before is kept. Work that hangs on it goes along.

    `accused` None leaves them as they are. Whoever corrects it has looked at its limitation. Raises NotVisible,
    NotPermitted, Invalid, Conflict.
    """
    case, charge = _taken(session, actor, case_id, charge_id, expected_version)
    values = settled(facts)
    before = {name: getattr(charge, name) for name, value in values.items() if getattr(charge, name) != value}
    after = {name: values[name] for name in before}
    if accused is not None and (named := put_accused(session, charge, accused)):
        before["accused"], after["accused"] = named
    if not before:
        return charge
    for name, value in values.items():
        setattr(charge, name, value)
    charge.checked_at, charge.checked_by_id = clock.now(), actor.person_id
    session.flush()
    _note(session, actor, charge, "corrected", before, after, reason)
    if "lapses_on" in before:
        _carry_work(session, actor, case, charge)
    if (before.get("certainty", charge.certainty) in UNVERIFIED) != (charge.certainty in UNVERIFIED):
        for line in work_on_charges(session, actor, case).get(charge.id, ()):
            mark_along(session, actor, line.id, charge.certainty in UNVERIFIED)
    return charge


def confirm_limitation(
    session: Session, actor: Actor, case_id: UUID, charge_id: UUID, reason: str | None, expected_version: int | None
) -> Charge:
    """Say that somebody looked, and the limitation stands as it is. Raises NotVisible, NotPermitted, Conflict."""
    _case, charge = _taken(session, actor, case_id, charge_id, expected_version)
    charge.checked_at, charge.checked_by_id = clock.now(), actor.person_id
    session.flush()
    _note(session, actor, charge, "checked", {}, {}, reason)
    return charge


def strike_out_charge(
    session: Session, actor: Actor, case_id: UUID, charge_id: UUID, reason: str, expected_version: int | None
) -> None:
    """Take a charge off that should not stand; it is kept, struck out.

    Raises NotVisible, NotPermitted, Invalid, Conflict.
    """
    _case, charge = _taken(session, actor, case_id, charge_id, expected_version)
    charge.voided_at, charge.void_reason = clock.now(), said_why(reason)
    session.flush()
    _note(session, actor, charge, "struck_out", {}, {}, charge.void_reason)


def record_act(session: Session, actor: Actor, case_id: UUID, charge_id: UUID, facts: ActFacts) -> LimitationAct:
    """Record what suspends, resumes, interrupts or extends limitation. No date moves: somebody has to look.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case, charge = _taken(session, actor, case_id, charge_id, None)
    faults = [] if facts.kind in ACT_KINDS else [Fault("act_kind", _("Choose one of the kinds offered."))]
    if not facts.act.strip():
        faults.append(Fault("act", _("Say which act it was.")))
    if facts.occurred_on is not None and not is_vague_date(facts.occurred_on):
        faults.append(Fault("acted_on", _("Write a date that exists.")))
    if faults:
        raise Invalid(*faults)
    act = LimitationAct(
        charge_id=charge.id,
        kind=facts.kind,
        act=facts.act.strip(),
        occurred_on=facts.occurred_on,
        source=facts.source,
        entered_by_id=actor.person_id,
    )
    session.add(act)
    session.flush()
    record(session, actor, "charge.act_recorded", "charge", charge.id, case_id=case.id, kind=act.kind)
    return act


def strike_out_act(session: Session, actor: Actor, case_id: UUID, charge_id: UUID, act_id: UUID, reason: str) -> None:
    """An act was recorded by mistake; it is kept, struck out. Raises NotVisible, NotPermitted, Invalid."""
    case, charge = _taken(session, actor, case_id, charge_id, None)
    act = session.scalar(
        select(LimitationAct).where(
            LimitationAct.id == act_id, LimitationAct.charge_id == charge.id, LimitationAct.voided_at.is_(None)
        )
    )
    if act is None:
        raise NotVisible(_("There is no such act."))
    act.voided_at, act.void_reason = clock.now(), said_why(reason)
    session.flush()
    record(session, actor, "charge.act_struck_out", "charge", charge.id, case_id=case.id)


def follow_charge(session: Session, actor: Actor, case: Case, charge_id: UUID, assignee_id: UUID | None) -> FollowUp:
    """Make the follow-up of a charge: due when limitation sets in, without a day where no date is known.

    Raises NotVisible, NotPermitted, Invalid, Conflict where one is open already.
    """
    one_maker(session, case.id)
    charge = get_charge(session, actor, case, charge_id)
    if any(line.is_active for line in work_on_charges(session, actor, case).get(charge.id, ())):
        raise Conflict(_("A follow-up hangs on this charge already."))
    follow_up = add_follow_up(
        session,
        actor,
        case,
        title=_title_of(charge),
        due_on=charge.lapses_on,
        assignee_id=assignee_id,
        notes=_reasons_of(charge),
    )
    session.add(ChargeFollowUp(follow_up_id=follow_up.id, charge_id=charge.id, due_on=charge.lapses_on))
    session.flush()
    return follow_up


def settled(facts: ChargeFacts) -> dict[str, Any]:
    """The columns that `facts` come to: what does not belong to that kind of limitation is left out, and a period is
    counted. Raises Invalid."""
    _require_well_formed(facts)
    values = asdict(facts) | {"offence": facts.offence.strip()}
    if facts.limitation != "date":
        values |= dict.fromkeys(("lapses_on", "counted_from", "period_amount", "period_unit"))
    if facts.limitation == "unknown":
        values |= {"limitation_source": None, "certainty": None}
    if facts.limitation == "date" and facts.counted_from and facts.period_amount and facts.period_unit:
        found = counted(facts.counted_from, facts.period_amount, facts.period_unit)
        if found is None:
            raise Invalid(Fault("counted_from", _("For a day so far away no calendar is known.")))
        values["lapses_on"] = found.due_on
    return values


def _require_well_formed(facts: ChargeFacts) -> None:
    unknown = _("Choose one of the kinds offered.")
    faults = []
    if facts.jurisdiction != ICC and facts.jurisdiction not in COUNTRY_CODES:
        faults.append(Fault("jurisdiction", _("There is no such country.")))
    if not facts.offence.strip():
        faults.append(Fault("offence", _("Say what the charge is.")))
    if facts.crime not in CRIMES:
        faults.append(Fault("crime", unknown))
    if facts.limitation not in LIMITATIONS:
        faults.append(Fault("limitation", unknown))
    if facts.limitation in ("none", "date"):
        if not facts.limitation_source:
            faults.append(
                Fault("limitation_source", _("Name the provision that says so, or leave the limitation unknown."))
            )
        if facts.certainty not in CERTAINTIES:
            faults.append(Fault("certainty", _("Say how sure you are of the provision.")))
    if facts.limitation == "date":
        faults += _faults_of_date(facts)
    if faults:
        raise Invalid(*faults)


def _faults_of_date(facts: ChargeFacts) -> list[Fault]:
    of_period = (facts.counted_from, facts.period_amount)
    if any(of_period) and not all(of_period):
        return [Fault("counted_from", _("A period needs its length and the day from which it runs."))]
    if all(of_period):
        if facts.period_unit not in UNITS or not 1 <= (facts.period_amount or 0) <= MOST[facts.period_unit]:
            return [Fault("period_amount", _("Write a number of years or months."))]
        if facts.lapses_on is not None and facts.lapses_on != _end_of(facts):
            return [Fault("lapses_on", _("Give the day itself, or a period to count; not two that differ."))]
        return []
    if facts.lapses_on is None:
        return [Fault("lapses_on", _("Give the day, or a period and the day from which it runs."))]
    return []


def _end_of(facts: ChargeFacts) -> date | None:
    if facts.counted_from is None or facts.period_amount is None or facts.period_unit not in UNITS:
        return None
    found = counted(facts.counted_from, facts.period_amount, facts.period_unit)
    return found.due_on if found is not None else None


def _taken(
    session: Session, actor: Actor, case_id: UUID, charge_id: UUID, expected_version: int | None
) -> tuple[Case, Charge]:
    """The locked case and its charge, as it is now."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    charge = get_charge(session, actor, case, charge_id)
    session.refresh(charge)
    if expected_version is not None and expected_version != charge.version:
        raise Conflict(_("Somebody else changed this charge in the meantime. Look, and save again."), charge.version)
    return case, charge


def _carry_work(session: Session, actor: Actor, case: Case, charge: Charge) -> None:
    for line in work_on_charges(session, actor, case).get(charge.id, ()):
        if carry_along(session, actor, line.id, line.made_for, charge.lapses_on):
            session.get_one(ChargeFollowUp, line.id).due_on = charge.lapses_on
    session.flush()


def _title_of(charge: Charge) -> str:
    """What mails and lists show: a provision that nobody has seen is one there too."""
    words = _("Limitation: %(offence)s (%(jurisdiction)s)", offence=charge.offence, jurisdiction=charge.jurisdiction)
    return marked(str(words)) if charge.certainty in UNVERIFIED else str(words)[:LONGEST_TITLE]


def _reasons_of(charge: Charge) -> str | None:
    return charge.limitation_source and str(_("Source: %(source)s", source=charge.limitation_source))


def _note(
    session: Session,
    actor: Actor,
    charge: Charge,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str | None = None,
) -> None:
    """In the charge's own history, and in the trail: there the names of the fields alone."""
    session.add(
        ChargeChange(
            charge_id=charge.id,
            kind=kind,
            before=told(before),
            after=told(after),
            reason=(reason or "").strip() or None,
            by_id=actor.person_id,
        )
    )
    session.flush()
    record(session, actor, f"charge.{kind}", "charge", charge.id, case_id=charge.case_id, fields=sorted(after))
