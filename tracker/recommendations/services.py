"""What people do with recommendations: one function per intention."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.cases.services.guard import said_why, take_case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.corrections import told
from tracker.core.countries import COUNTRY_CODES
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.recommendations.models import POSITIONS, Recommendation, RecommendationChange, Repetition
from tracker.recommendations.queries import chain_of, cycle_of, get_recommendation, numbered, predecessor_of
from tracker.recommendations.rules import place_of

LONGEST_NUMBER = 40
CYCLES = range(1, 100)


@dataclass(frozen=True, slots=True)
class RecommendationFacts:
    """What is said of a recommendation, all of it at once. `states`: ISO 3166-1 alpha-2 of those who recommend it."""

    text: str
    number: str | None = None
    states: tuple[str, ...] = ()
    state_position: str = "unknown"
    cycle: int | None = None
    theme: str | None = None
    note: str | None = None


def enter_recommendation(
    session: Session,
    actor: Actor,
    case_id: UUID,
    facts: RecommendationFacts,
    *,
    repeats: str | None = None,
    ref: str | None = None,
) -> Recommendation:
    """Put a recommendation on a case; of the case's cycle, where `facts` say none.

    `repeats`: the number of what it repeats from the cycle before. Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    made, said = made_on(case, actor, facts)
    _refuse_second(session, actor, case, made.number, None)
    before = _predecessor(session, actor, case, repeats) if repeats else None
    if ref is not None:
        made.ref = ref
    session.add(made)
    session.flush()
    if before is not None:
        session.add(Repetition(recommendation_id=made.id, predecessor_id=before))
    _note(session, actor, made, "entered", {}, said)
    return made


def correct_recommendation(
    session: Session,
    actor: Actor,
    case_id: UUID,
    recommendation_id: UUID,
    facts: RecommendationFacts,
    reason: str | None,
    expected_version: int | None = None,
    *,
    repeats: str | None = None,
) -> Recommendation:
    """Say otherwise what a recommendation is; what stood before is kept.

    `repeats` None leaves as it is what it repeats; empty takes that away, where the actor sees it.
    Raises NotVisible, NotPermitted, Invalid, Conflict.
    """
    case, row = _taken(session, actor, case_id, recommendation_id, expected_version)
    values = settled(facts)
    _refuse_second(session, actor, case, values["number"], row.id)
    if repeats is not None:
        _repeat_another(session, actor, case, row, repeats)
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, values[name])
    row.place = place_of(row.number)
    session.flush()
    _note(session, actor, row, "corrected", before, {name: values[name] for name in before}, reason)
    return row


def strike_out_recommendation(
    session: Session, actor: Actor, case_id: UUID, recommendation_id: UUID, reason: str, expected_version: int | None
) -> None:
    """Take a recommendation off that should not stand; it is kept, struck out.

    Raises NotVisible, NotPermitted, Invalid, Conflict.
    """
    _case, row = _taken(session, actor, case_id, recommendation_id, expected_version)
    row.voided_at, row.void_reason = clock.now(), said_why(reason)
    session.flush()
    _note(session, actor, row, "struck_out", {}, {}, row.void_reason)


def made_on(case: Case, actor: Actor, facts: RecommendationFacts) -> tuple[Recommendation, dict[str, Any]]:
    """The recommendation that `facts` come to on `case`, written nowhere yet, and what they say. Raises Invalid."""
    values = settled(facts)
    if values["cycle"] is None:
        values["cycle"] = cycle_of(case)
    made = Recommendation(case_id=case.id, created_by_id=actor.person_id, place=place_of(values["number"]), **values)
    return made, {name: value for name, value in values.items() if value is not None}


def settled(facts: RecommendationFacts) -> dict[str, Any]:
    """The columns that `facts` come to. Raises Invalid."""
    faults = []
    if not facts.text.strip():
        faults.append(Fault("text", _("Write down what is recommended.")))
    if facts.state_position not in POSITIONS:
        faults.append(Fault("state_position", _("Choose one of the kinds offered.")))
    if unknown := [code for code in facts.states if code not in COUNTRY_CODES]:
        faults.append(Fault("states", _("There is no such country: %(names)s.", names=", ".join(unknown))))
    if facts.number is not None and len(facts.number.strip()) > LONGEST_NUMBER:
        faults.append(Fault("number", _("A number has at most %(number)s signs.", number=LONGEST_NUMBER)))
    if facts.cycle is not None and facts.cycle not in CYCLES:
        faults.append(Fault("cycle", _("Cycles are counted from 1.")))
    if faults:
        raise Invalid(*faults)
    number = " ".join((facts.number or "").split()) or None
    states = list(dict.fromkeys(facts.states))
    return asdict(facts) | {"text": facts.text.strip(), "number": number, "states": states}


def _refuse_second(session: Session, actor: Actor, case: Case, number: str | None, own_id: UUID | None) -> None:
    if number and any(row.id != own_id for row in numbered(session, actor, case, number)):
        raise Invalid(Fault("number", _("Another recommendation here has this number.")))


def _predecessor(session: Session, actor: Actor, case: Case, number: str) -> UUID:
    """What has this number in the cycle before. Raises Invalid."""
    earlier = chain_of(session, actor, case).before
    if earlier is None:
        raise Invalid(Fault("repeats", _("No case of the cycle before is linked with this one.")))
    found = numbered(session, actor, earlier, " ".join(number.split()))
    if len(found) != 1:
        words = _("There is no recommendation %(number)s in %(case)s.", number=number, case=earlier.reference)
        raise Invalid(Fault("repeats", words))
    return found[0].id


def _repeat_another(session: Session, actor: Actor, case: Case, row: Recommendation, number: str) -> None:
    """Let it repeat what has this number, empty: nothing. What the actor does not see of it stays.

    That stands in no history: whoever does not see the other end is not to know that there is one.
    """
    standing = predecessor_of(session, actor, row)
    if ((standing.recommendation.number or "") if standing is not None else "") == number:
        return
    before = _predecessor(session, actor, case, number) if number else None
    if standing is not None:
        session.delete(session.get_one(Repetition, (row.id, standing.recommendation.id)))
    if before is not None:
        session.add(Repetition(recommendation_id=row.id, predecessor_id=before))
    session.flush()


def _taken(
    session: Session, actor: Actor, case_id: UUID, recommendation_id: UUID, expected_version: int | None
) -> tuple[Case, Recommendation]:
    """The locked case and its recommendation, as it is now."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    row = get_recommendation(session, actor, case, recommendation_id)
    session.refresh(row)
    if expected_version is not None and expected_version != row.version:
        words = _("Somebody else changed this recommendation in the meantime. Look, and save again.")
        raise Conflict(words, row.version)
    return case, row


def keep_change(
    session: Session,
    actor: Actor,
    row: Recommendation,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str | None,
) -> None:
    """In the recommendation's own history."""
    said = {"before": told(before), "after": told(after), "reason": (reason or "").strip() or None}
    session.add(RecommendationChange(recommendation_id=row.id, kind=kind, by_id=actor.person_id, **said))


def _note(
    session: Session,
    actor: Actor,
    row: Recommendation,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str | None = None,
) -> None:
    """In the recommendation's own history, and in the trail: there the names of the fields alone."""
    keep_change(session, actor, row, kind, before, after, reason)
    session.flush()
    fields = sorted(after)
    record(session, actor, f"recommendation.{kind}", "recommendation", row.id, case_id=row.case_id, fields=fields)
