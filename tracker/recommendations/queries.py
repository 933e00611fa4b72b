"""Reads of recommendations. Every list starts at the visibility rule; what one may not see is NotVisible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, any_, func, literal, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Person
from tracker.cases.belongings import links_of
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.core.actor import Actor
from tracker.core.counting import counted_up_to
from tracker.core.errors import NotVisible
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.recommendations.models import Assessment, Recommendation, RecommendationChange, Repetition, StatedFigures

REVIEWS = "un_mechanism"
"""The pathway of reviews by cycle."""
PAGE_SIZE = 50
_ITS = aliased(Case)
BY_NUMBER = Order(Recommendation.place, Recommendation.id, str, lambda row: (row.place, row.id), may_be_empty=False)
BY_NOBODY = "nobody"
"""Filters for those that no assessor has said anything about."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; `assessment` is of `assessor`, or of any."""

    position: str | None = None
    assessment: str | None = None
    assessor: str | None = None
    state: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A recommendation with the latest word of each assessor, by name."""

    recommendation: Recommendation
    latest: Sequence[Assessment] = ()

    @property
    def differ(self) -> bool:
        """Whether two assessors who assessed it see it otherwise."""
        return len({one.assessment for one in self.latest} - {"not_assessed"}) > 1


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of a recommendation's history; `by` None: the operator."""

    change: RecommendationChange
    by: str | None


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """An assessment as entered; `by` None: the operator."""

    assessment: Assessment
    by: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The cases of the cycles before and after, as far as they are linked and the reader sees them."""

    before: Case | None = None
    after: Case | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """A recommendation of another cycle, with its case."""

    recommendation: Recommendation
    case: Case


@dataclass(slots=True)
class Counts:
    """How many stand on a case, by position; and by assessor each latest assessment."""

    total: int = 0
    positions: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[str, Sequence[str]] = field(default_factory=dict)


def visible_recommendations(actor: Actor) -> Select[Recommendation]:
    """Those of the cases that `actor` sees, in no order, those struck out among them."""
    seen = visible_cases(actor).with_only_columns(Case.id, maintain_column_froms=True)
    return select(Recommendation).where(Recommendation.case_id.in_(seen))


def _standing(actor: Actor, case: Case) -> Select[Recommendation]:
    return visible_recommendations(actor).where(Recommendation.case_id == case.id, Recommendation.voided_at.is_(None))


def list_recommendations(
    session: Session, actor: Actor, case: Case, filters: Filters, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[Line]:
    """One page of those of `case`, by number; each with the latest word of each assessor."""
    page = read_page(session, _filtered(_standing(actor, case), filters), BY_NUMBER, cursor, size)
    latest = _latest_on(session, [row.id for row in page.rows])
    return replace(page, rows=[Line(row, latest.get(row.id, ())) for row in page.rows])


def _filtered(query: Select[Recommendation], filters: Filters) -> Select[Recommendation]:
    if filters.position:
        query = query.where(Recommendation.state_position == filters.position)
    if filters.state:
        query = query.where(literal(filters.state) == any_(Recommendation.states))
    if filters.words:
        for word in filters.words.lower().split():
            said = func.concat_ws(" ", Recommendation.number, Recommendation.text, Recommendation.theme)
            query = query.where(func.strpos(func.lower(said), word) > 0)
    if filters.assessment or filters.assessor:
        ids = _ids(query)
        found = latest_assessments().where(Assessment.recommendation_id.in_(ids)).subquery()
        asked = select(found.c.recommendation_id)
        if filters.assessor:
            asked = asked.where(found.c.assessor == filters.assessor)
        if filters.assessment and filters.assessment != BY_NOBODY:
            asked = asked.where(found.c.assessment == filters.assessment)
        is_there = Recommendation.id.in_(asked)
        query = query.where(~is_there if filters.assessment == BY_NOBODY else is_there)
    return query


def latest_assessments() -> Select[Assessment]:
    """Of each assessor the latest standing one for each recommendation: by its day, then by its entry."""
    which = (Assessment.recommendation_id, Assessment.assessor)
    return (
        select(Assessment)
        .where(Assessment.voided_at.is_(None))
        .distinct(*which)
        .order_by(
            *which, Assessment.assessed_on.desc().nulls_last(), Assessment.entered_at.desc(), Assessment.id.desc()
        )
    )


def _latest_on(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Assessment]]:
    found: dict[UUID, list[Assessment]] = defaultdict(list)
    for one in session.scalars(latest_assessments().where(Assessment.recommendation_id.in_(ids))):
        found[one.recommendation_id].append(one)
    return found


def struck_out_on(session: Session, actor: Actor, case: Case, most: int = 200) -> Sequence[Recommendation]:
    """What was taken off the list of `case`, by number."""
    query = visible_recommendations(actor).where(
        Recommendation.case_id == case.id, Recommendation.voided_at.is_not(None)
    )
    return session.scalars(query.order_by(Recommendation.place, Recommendation.id).limit(most)).all()


def get_recommendation(session: Session, actor: Actor, case: Case, recommendation_id: UUID) -> Recommendation:
    """One of `case` that was not struck out. Raises NotVisible."""
    found = session.scalar(_standing(actor, case).where(Recommendation.id == recommendation_id))
    if found is None:
        raise NotVisible(_("There is no such recommendation."))
    return found


def standing_on(session: Session, actor: Actor, case: Case) -> Sequence[Recommendation]:
    """All of `case`, by number: for what is held against each of them."""
    return session.scalars(_standing(actor, case).order_by(Recommendation.place, Recommendation.id)).all()


def numbered(session: Session, actor: Actor, case: Case, number: str) -> Sequence[Recommendation]:
    """Those of `case` with this number."""
    return session.scalars(_standing(actor, case).where(Recommendation.number == number).limit(2)).all()


def counts_on(session: Session, actor: Actor, case: Case) -> Counts:
    """What the rows of `case` come to. Two statements."""
    standing = _standing(actor, case)
    grouped = standing.with_only_columns(Recommendation.state_position, func.count(), maintain_column_froms=True)
    rows = session.execute(grouped.group_by(Recommendation.state_position)).all()
    positions: dict[str, int] = {row[0]: row[1] for row in rows}
    ids = _ids(standing)
    latest: dict[str, list[str]] = defaultdict(list)
    for one in session.scalars(latest_assessments().where(Assessment.recommendation_id.in_(ids))):
        latest[one.assessor].append(one.assessment)
    return Counts(sum(positions.values()), positions, latest)


def states_on(session: Session, actor: Actor, case: Case) -> Sequence[str]:
    """The states that recommend something on `case`."""
    each = func.unnest(Recommendation.states).label("state")
    query = _standing(actor, case).with_only_columns(each, maintain_column_froms=True).distinct()
    return session.scalars(query).all()


def assessors_on(session: Session, actor: Actor, case: Case) -> Sequence[str]:
    """Whoever assessed something on `case`, or stated figures."""
    ids = _ids(_standing(actor, case))
    rows = select(Assessment.assessor).where(Assessment.recommendation_id.in_(ids), Assessment.voided_at.is_(None))
    stating = _standing_figures(actor, case).with_only_columns(StatedFigures.assessor, maintain_column_froms=True)
    both = rows.union(stating)
    return sorted(session.scalars(both).all(), key=str.casefold)


def assessments_of(session: Session, recommendation: Recommendation) -> Sequence[AssessmentLine]:
    """All ever entered on a recommendation that was found already, the latest first."""
    query = (
        select(Assessment, Person.name)
        .outerjoin(Person, Person.id == Assessment.entered_by_id)
        .where(Assessment.recommendation_id == recommendation.id)
        .order_by(Assessment.assessed_on.desc().nulls_last(), Assessment.entered_at.desc(), Assessment.id.desc())
    )
    return [AssessmentLine(*row) for row in session.execute(query)]


def changes_of(session: Session, recommendation: Recommendation) -> Sequence[ChangeLine]:
    """What was entered and corrected about a recommendation that was found already, the newest first."""
    query = (
        select(RecommendationChange, Person.name)
        .outerjoin(Person, Person.id == RecommendationChange.by_id)
        .where(RecommendationChange.recommendation_id == recommendation.id)
        .order_by(RecommendationChange.at.desc(), RecommendationChange.id.desc())
    )
    return [ChangeLine(*row) for row in session.execute(query)]


def visible_figures(actor: Actor) -> Select[StatedFigures]:
    """The figures stated about cases that `actor` sees, in no order, those struck out among them."""
    seen = visible_cases(actor).with_only_columns(Case.id, maintain_column_froms=True)
    return select(StatedFigures).where(StatedFigures.case_id.in_(seen))


def _standing_figures(actor: Actor, case: Case) -> Select[StatedFigures]:
    return visible_figures(actor).where(StatedFigures.case_id == case.id, StatedFigures.voided_at.is_(None))


def get_figures(session: Session, actor: Actor, case: Case, figures_id: UUID) -> StatedFigures:
    """Those figures of `case`, where they stand. Raises NotVisible."""
    found = session.scalar(_standing_figures(actor, case).where(StatedFigures.id == figures_id))
    if found is None:
        raise NotVisible(_("There are no such figures."))
    return found


def figures_on(session: Session, actor: Actor, case: Case) -> Sequence[StatedFigures]:
    """Those of `case` that stand, by assessor and day."""
    query = _standing_figures(actor, case)
    order = (StatedFigures.assessor, StatedFigures.stated_on.nulls_first(), StatedFigures.id)
    return session.scalars(query.order_by(*order)).all()


def chain_of(session: Session, actor: Actor, case: Case) -> Chain:
    """The linked reviews of the nearest cycle before and after; none where no cycle is said."""
    here = cycle_of(case)
    if here is None:
        return Chain()
    others = {line.other.id: line.other for line in links_of(session, actor, case)}.values()
    reviews = [(cycle, one) for one in others if (cycle := cycle_of(one)) is not None and _same_state(case, one)]
    before = max((one for one in reviews if one[0] < here), key=lambda one: one[0], default=None)
    after = min((one for one in reviews if one[0] > here), key=lambda one: one[0], default=None)
    return Chain(before and before[1], after and after[1])


def cycle_of(case: Case) -> int | None:
    """The cycle that a review says of itself; None for what is no review, or does not say."""
    said = case.details.get("cycle")
    return said if case.pathway == REVIEWS and isinstance(said, int) and not isinstance(said, bool) else None


def _same_state(one: Case, other: Case) -> bool:
    """Whether nothing says that the two reviews are of different states."""
    named = [case.details.get("state_under_review") for case in (one, other)]
    if all(named):
        return named[0] == named[1]
    return not one.countries or not other.countries or not set(one.countries).isdisjoint(other.countries)


def predecessor_of(session: Session, actor: Actor, recommendation: Recommendation) -> Kin | None:
    """What it repeats from the cycle before, where the reader sees that."""
    this = visible_recommendations(actor).where(Recommendation.id == recommendation.id)
    before = select(Repetition.predecessor_id).where(Repetition.recommendation_id.in_(_ids(this)))
    return next(iter(kin_where(session, actor, Recommendation.id.in_(before))), None)


def successors_of(session: Session, actor: Actor, recommendation: Recommendation) -> Sequence[Kin]:
    """Those of later cycles that repeat it, as far as the reader sees them."""
    this = visible_recommendations(actor).where(Recommendation.id == recommendation.id)
    later = select(Repetition.recommendation_id).where(Repetition.predecessor_id.in_(_ids(this)))
    return kin_where(session, actor, Recommendation.id.in_(later))


def _ids(query: Select[Recommendation]) -> Select[UUID]:
    return query.with_only_columns(Recommendation.id, maintain_column_froms=True)


def kin_where(session: Session, actor: Actor, which: Any) -> Sequence[Kin]:
    """Those that stand and the reader sees, with their cases."""
    query = visible_recommendations(actor).where(which, Recommendation.voided_at.is_(None))
    rows = query.add_columns(_ITS).join(_ITS, _ITS.id == Recommendation.case_id).order_by(Recommendation.place)
    return [Kin(*row) for row in session.execute(rows)]


def hidden_by_filters(session: Session, actor: Actor, case: Case) -> int:
    """How many stand on `case` whatever the filters, counted no further than a reader needs."""
    return counted_up_to(session, _standing(actor, case).with_only_columns(Recommendation.id))
