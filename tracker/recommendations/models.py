"""Recommendations, what was corrected about them, their assessments, and the figures that assessors state."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, TEXT, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.corrections import Correction
from tracker.core.database import Base, Identified
from tracker.core.dates import VagueDate
from tracker.core.provenance import new_ref

POSITIONS = ("supported", "supported_in_part", "considered_already_implemented", "noted", "unknown")
ASSESSMENTS = ("implemented", "partially", "not", "not_assessed")
_STANDING = text("voided_at IS NULL")


class Recommendation(Identified, Base):
    """One recommendation of one cycle, and the position of the state under review. As secret as its case."""

    __tablename__ = "recommendations"
    __table_args__ = (
        Index("uq_recommendations_ref", "case_id", "ref", unique=True, postgresql_where=_STANDING),
        Index("ix_recommendations_place", "case_id", "place", "id", postgresql_where=_STANDING),
        CheckConstraint(f"state_position IN {POSITIONS}", name="state_position"),
        CheckConstraint("cycle IS NULL OR cycle BETWEEN 1 AND 99", name="cycle"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(default=new_ref, comment="the name that a dossier file has for it")
    cycle: Mapped[int | None] = mapped_column(comment="null: not known")
    number: Mapped[str | None] = mapped_column(comment="in the report of the Working Group, such as 138.45")
    place: Mapped[str] = mapped_column(String(collation="C"), comment="its number, figure by figure, to sort by")
    states: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, comment="who recommends it")
    text: Mapped[str]
    state_position: Mapped[str] = mapped_column(default="unknown", comment="of the state under review")
    theme: Mapped[str | None]
    note: Mapped[str | None]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Repetition(Base):
    """That a recommendation repeats one of the cycle before. Seen, as links of cases are, where both ends are."""

    __tablename__ = "recommendation_repetitions"

    recommendation_id: Mapped[UUID] = mapped_column(
        ForeignKey("recommendations.id", ondelete="CASCADE"), primary_key=True
    )
    predecessor_id: Mapped[UUID] = mapped_column(
        ForeignKey("recommendations.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RecommendationFollowUp(Base):
    """A follow-up that was made from a recommendation."""

    __tablename__ = "recommendation_follow_ups"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendations.id", ondelete="CASCADE"), index=True)


class RecommendationChange(Correction, Base):
    """What somebody entered or corrected about a recommendation. Added to, never changed."""

    __tablename__ = "recommendation_changes"
    __table_args__ = (CheckConstraint("kind IN ('entered', 'corrected', 'struck_out')", name="kind"),)

    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendations.id", ondelete="CASCADE"), index=True)


class Assessment(Identified, Base):
    """How one assessor sees one recommendation. Several stand beside each other; a wrong one is struck out."""

    __tablename__ = "recommendation_assessments"
    __table_args__ = (CheckConstraint(f"assessment IN {ASSESSMENTS}", name="assessment"),)

    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendations.id", ondelete="CASCADE"), index=True)
    assessor: Mapped[str] = mapped_column(comment="an organisation as it calls itself, or NAM")
    assessment: Mapped[str]
    assessed_on: Mapped[str | None] = mapped_column(String(collation="C"), comment="YYYY[-MM[-DD]]; null: unknown")
    source: Mapped[str | None]
    note: Mapped[str | None]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.assessed_on)


class StatedFigures(Identified, Base):
    """The figures that an assessor gives for a whole review, as they stand in its source. They need not add up."""

    __tablename__ = "stated_figures"
    __table_args__ = (
        Index("uq_stated_figures_ref", "case_id", "ref", unique=True, postgresql_where=_STANDING),
        CheckConstraint(
            "num_nonnulls(total, assessed, implemented, partially, not_implemented, not_assessed) > 0", name="some"
        ),
        CheckConstraint(
            "least(total, assessed, implemented, partially, not_implemented, not_assessed) >= 0", name="counts"
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(default=new_ref, comment="the name that a dossier file has for it")
    assessor: Mapped[str]
    stated_on: Mapped[str | None] = mapped_column(String(collation="C"), comment="YYYY[-MM[-DD]]; null: unknown")
    total: Mapped[int | None] = mapped_column(comment="null here and below: the source does not say")
    assessed: Mapped[int | None]
    implemented: Mapped[int | None]
    partially: Mapped[int | None]
    not_implemented: Mapped[int | None]
    not_assessed: Mapped[int | None]
    source: Mapped[str | None]
    note: Mapped[str | None]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.stated_on)
