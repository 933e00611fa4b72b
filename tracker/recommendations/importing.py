"""Taking a table of recommendations in: what it would do is said first; twice the same table changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.cases.services.guard import take_case
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.recommendations.assessing import AssessmentFacts
from tracker.recommendations.models import Assessment, Recommendation
from tracker.recommendations.queries import assessors_on, standing_on
from tracker.recommendations.rules import place_of
from tracker.recommendations.services import RecommendationFacts, keep_change, made_on, settled
from tracker.recommendations.tables import Row, plain_text
from tracker.recommendations.words import FIELD_WORDS

NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
_ASSESSED = tuple(one.name for one in fields(AssessmentFacts))


@dataclass(slots=True)
class Planned:
    """What one row would do. `before`: what stands here; `changed`: the fields that it says otherwise.

    `adds_assessment`: whether its assessment does not stand here yet.
    """

    row: Row
    kind: str
    before: Recommendation | None = None
    changed: tuple[str, ...] = ()
    adds_assessment: bool = False
    faults: tuple[str, ...] = ()

    @property
    def does_something(self) -> bool:
        return self.kind in (NEW, CHANGED) or self.adds_assessment


class Known:
    """What stands on a case, to be found again by number, else by text and States."""

    def __init__(self, standing: Sequence[Recommendation]) -> None:
        self._by_number: dict[object, list[Recommendation]] = defaultdict(list)
        self._by_text: dict[object, list[Recommendation]] = defaultdict(list)
        for one in standing:
            if one.number:
                self._by_number[one.place].append(one)
            self._by_text[plain_text(one.text)].append(one)

    def find(self, row: Row) -> Sequence[Recommendation]:
        """Those that the row may mean. One that has another number than the row is never meant."""
        number = row.given.get("number")
        if number and (numbered := self._by_number.get(place_of(str(number)))):
            return numbered
        alike = self._by_text.get(plain_text(row.given.get("text")), []) if row.given.get("text") else []
        meant = [one for one in alike if not (number and one.number)]
        states = row.given.get("states")
        same = [one for one in meant if isinstance(states, tuple) and set(one.states) == set(states)]
        return same or (meant if states is None else [one for one in meant if not one.states])


def plan(session: Session, actor: Actor, case: Case, rows: Sequence[Row]) -> list[Planned]:
    """What taking `rows` in would do. Nothing is written."""
    standing = standing_on(session, actor, case)
    known = Known(standing)
    assessed = _assessed(session, standing)
    spelt = {name.casefold(): name for name in assessors_on(session, actor, case)}
    first: dict[object, Planned] = {}
    planned = []
    for row in rows:
        found = _plan(row, known.find(row), first.get(row.key))
        if found.kind != WRONG:
            first.setdefault(row.key, found)
            found.adds_assessment = _is_new(found, assessed, spelt)
        planned.append(found)
    return planned


def take(session: Session, actor: Actor, case_id: UUID, rows: Sequence[Row], reason: str) -> list[Planned]:
    """Write what the plan says; what the table doesn't name stays. `reason` stands in the history of each.

    Raises NotVisible, NotPermitted, Invalid where any row is wrong: then nothing is written.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    planned = plan(session, actor, case, rows)
    if any(one.kind == WRONG for one in planned):
        raise Invalid(Fault("table", _("Nothing was written. Mend what is listed here, and give the table again.")))
    made = _enter(session, actor, case, planned, reason)
    for one in planned:
        if one.before is not None and one.changed:
            _correct(session, actor, one.before, one, reason)
    session.flush()
    for one in planned:
        if one.adds_assessment and one.row.assessment is not None:
            row = one.before or made[one.row.key]
            said = asdict(one.row.assessment)
            session.add(Assessment(recommendation_id=row.id, entered_by_id=actor.person_id, **said))
    counts = {kind: sum(one.kind == kind for one in planned) for kind in (NEW, CHANGED, SAME)}
    counts["assessments"] = sum(one.adds_assessment for one in planned)
    if any(one.does_something for one in planned):
        record(session, actor, "recommendation.table_taken", "case", case.id, case_id=case.id, counts=counts)
    session.flush()
    return planned


def _plan(row: Row, found: Sequence[Recommendation], first: Planned | None) -> Planned:
    faults = list(row.faults)
    before = found[0] if len(found) == 1 else None
    if len(found) > 1:
        faults.append(_("Several recommendations here are this one: say which by its number."))
    if first is not None and (differing := _differing(row.given, first.row.given)):
        names = ", ".join(sorted(str(FIELD_WORDS[name]) for name in differing))
        faults.append(_("Row %(line)s says otherwise of the same one: %(names)s.", line=first.row.line, names=names))
    if not found and first is None and not row.given.get("text"):
        faults.append(_("No recommendation here has this number, and the row gives no text."))
    if faults:
        return Planned(row, WRONG, before, faults=tuple(faults))
    if before is None:
        return Planned(row, NEW if first is None else SAME)
    changed = tuple(name for name, value in row.given.items() if _plain(getattr(before, name)) != _plain(value))
    return Planned(row, CHANGED if changed and first is None else SAME, before, changed if first is None else ())


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    """Fields that two rows about the same recommendation give, and not alike; or only one of them gives."""
    return {name for name in {*one, *other} if name in one and _plain(one[name]) != _plain(other.get(name))}


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _assessed(session: Session, standing: Sequence[Recommendation]) -> set[tuple[Any, ...]]:
    on_them = Assessment.recommendation_id.in_([one.id for one in standing])
    rows = session.scalars(select(Assessment).where(on_them, Assessment.voided_at.is_(None))).all()
    return {(one.recommendation_id, *(getattr(one, name) for name in _ASSESSED)) for one in rows}


def _is_new(one: Planned, assessed: set[tuple[Any, ...]], spelt: dict[str, str]) -> bool:
    """Whether its assessment stands nowhere yet; it is spelt as its assessor is spelt here."""
    facts = one.row.assessment
    if facts is None:
        return False
    typed = " ".join(facts.assessor.split())
    name = spelt.setdefault(typed.casefold(), typed)
    facts = AssessmentFacts(name, facts.assessment, facts.assessed_on, facts.source, facts.note)
    one.row = Row(one.row.line, one.row.given, facts)
    key = (one.before.id if one.before is not None else one.row.key, *asdict(facts).values())
    is_new = key not in assessed
    assessed.add(key)
    return is_new


def _enter(
    session: Session, actor: Actor, case: Case, planned: Sequence[Planned], reason: str
) -> Mapping[object, Recommendation]:
    """What is new, by key; all in one go, since five thousand statements would hold the case for a minute."""
    new = {one.row.key: RecommendationFacts(**one.row.given) for one in planned if one.kind == NEW}  # type: ignore[arg-type]
    made = {key: made_on(case, actor, facts) for key, facts in new.items()}
    session.add_all(row for row, _said in made.values())
    session.flush()
    for row, said in made.values():
        keep_change(session, actor, row, "entered", {}, said, reason)
    return {key: row for key, (row, _said) in made.items()}


def _correct(session: Session, actor: Actor, row: Recommendation, one: Planned, reason: str) -> None:
    stands = {name: getattr(row, name) for name in (part.name for part in fields(RecommendationFacts))}
    values = settled(RecommendationFacts(**stands | dict(one.row.given)))
    before = {name: stands[name] for name in one.changed}
    for name in one.changed:
        setattr(row, name, values[name])
    row.place = place_of(row.number)
    keep_change(session, actor, row, "corrected", before, {name: values[name] for name in one.changed}, reason)
