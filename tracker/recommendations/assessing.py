"""What assessors say: of one recommendation, and in figures for a whole review. Beside each other, never corrected."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
from tracker.core.dates import is_vague_date
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.recommendations.models import ASSESSMENTS, Assessment, StatedFigures
from tracker.recommendations.queries import assessors_on, get_figures, get_recommendation
from tracker.recommendations.rules import NAMES

MOST = 100_000
"""More recommendations than any review has."""


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """What one assessor says of one recommendation; `assessed_on` as exactly as it is known."""

    assessor: str
    assessment: str
    assessed_on: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """The figures that one assessor states; None where the source says nothing."""

    assessor: str
    stated_on: str | None = None
    total: int | None = None
    assessed: int | None = None
    implemented: int | None = None
    partially: int | None = None
    not_implemented: int | None = None
    not_assessed: int | None = None
    source: str | None = None
    note: str | None = None


def assess(
    session: Session, actor: Actor, case_id: UUID, recommendation_id: UUID, facts: AssessmentFacts
) -> Assessment:
    """Enter what an assessor says; what others say, and what they said before, stays beside it.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    row = get_recommendation(session, actor, case, recommendation_id)
    require_assessment(facts)
    values = asdict(facts) | {"assessor": spelt_here(session, actor, case, facts.assessor)}
    made = Assessment(recommendation_id=row.id, entered_by_id=actor.person_id, **values)
    session.add(made)
    session.flush()
    record(
        session, actor, "recommendation.assessed", "recommendation", row.id, case_id=case.id, assessment=made.assessment
    )
    return made


def strike_out_assessment(
    session: Session, actor: Actor, case_id: UUID, recommendation_id: UUID, assessment_id: UUID, reason: str
) -> None:
    """An assessment was entered by mistake; it is kept, struck out. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    row = get_recommendation(session, actor, case, recommendation_id)
    found = session.scalar(
        select(Assessment).where(
            Assessment.id == assessment_id, Assessment.recommendation_id == row.id, Assessment.voided_at.is_(None)
        )
    )
    if found is None:
        raise NotVisible(_("There is no such assessment."))
    found.voided_at, found.void_reason = clock.now(), said_why(reason)
    session.flush()
    record(session, actor, "recommendation.assessment_struck_out", "recommendation", row.id, case_id=case.id)


def state_figures(
    session: Session, actor: Actor, case_id: UUID, facts: StatedFacts, ref: str | None = None
) -> StatedFigures:
    """Enter the figures of an assessor as they stand in its source, whether or not they add up.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    require_figures(facts)
    values = asdict(facts) | {"assessor": spelt_here(session, actor, case, facts.assessor)}
    made = StatedFigures(case_id=case.id, entered_by_id=actor.person_id, **values)
    if ref is not None:
        made.ref = ref
    session.add(made)
    session.flush()
    record(session, actor, "recommendation.figures_stated", "stated_figures", made.id, case_id=case.id)
    return made


def strike_out_figures(session: Session, actor: Actor, case_id: UUID, figures_id: UUID, reason: str) -> None:
    """Figures were entered by mistake; they are kept, struck out. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    found = get_figures(session, actor, case, figures_id)
    found.voided_at, found.void_reason = clock.now(), said_why(reason)
    session.flush()
    record(session, actor, "recommendation.figures_struck_out", "stated_figures", found.id, case_id=case.id)


def require_assessment(facts: AssessmentFacts) -> None:
    """Raises Invalid."""
    faults = _faults_of_assessor(facts.assessor, facts.assessed_on, "assessed_on")
    if facts.assessment not in ASSESSMENTS:
        faults.append(Fault("assessment", _("Choose one of the kinds offered.")))
    if faults:
        raise Invalid(*faults)


def require_figures(facts: StatedFacts) -> None:
    """Raises Invalid; never because the figures do not add up."""
    faults = _faults_of_assessor(facts.assessor, facts.stated_on, "stated_on")
    said = [(name, value) for name in NAMES if (value := getattr(facts, name)) is not None]
    if not said:
        faults.append(Fault("total", _("Write down at least one figure.")))
    faults += [Fault(name, _("Write a number.")) for name, value in said if not 0 <= value <= MOST]
    if faults:
        raise Invalid(*faults)


def spelt_here(session: Session, actor: Actor, case: Case, assessor: str) -> str:
    """The name as it is spelt on this case already; else as it was typed."""
    typed = " ".join(assessor.split())
    known = assessors_on(session, actor, case)
    return next((one for one in known if one.casefold() == typed.casefold()), typed)


def _faults_of_assessor(assessor: str, day: str | None, path: str) -> list[Fault]:
    faults = [] if assessor.strip() else [Fault("assessor", _("Say who assesses it."))]
    if day is not None and not is_vague_date(day):
        faults.append(Fault(path, _("Write a date that exists.")))
    return faults
