"""Charges of a case, what was corrected about them, and the acts that move their limitation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.corrections import Correction
from tracker.core.database import Base, Identified
from tracker.core.dates import VagueDate
from tracker.core.provenance import new_ref

CRIMES = ("genocide", "crimes_against_humanity", "war_crimes", "aggression", "torture", "ordinary")
LIMITATIONS = ("none", "date", "unknown")
CERTAINTIES = ("V", "V2", "K")
UNVERIFIED = ("V2", "K")
_LAPSES = "voided_at IS NULL AND lapses_on IS NOT NULL"
ACT_KINDS = ("suspended", "resumed", "interrupted", "extended")


class Charge(Identified, Base):
    """One charge under the law of one jurisdiction, and its limitation there. As secret as its case."""

    __tablename__ = "charges"
    __table_args__ = (
        Index("uq_charges_ref", "case_id", "ref", unique=True, postgresql_where=text("voided_at IS NULL")),
        Index("ix_charges_lapse", "lapses_on", "id", postgresql_where=text(_LAPSES)),
        Index("ix_charges_lapse_there", "jurisdiction", "lapses_on", "id", postgresql_where=text(_LAPSES)),
        Index(
            *("ix_charges_undated", "limitation", "jurisdiction", "id"),
            postgresql_where=text("voided_at IS NULL AND lapses_on IS NULL"),
        ),
        CheckConstraint(f"crime IN {CRIMES}", name="crime"),
        CheckConstraint(f"limitation IN {LIMITATIONS}", name="limitation"),
        CheckConstraint("(limitation = 'date') = (lapses_on IS NOT NULL)", name="lapses_on"),
        CheckConstraint(
            "num_nulls(counted_from, period_amount, period_unit) IN (0, 3)"
            " AND (counted_from IS NULL OR limitation = 'date')",
            name="period",
        ),
        CheckConstraint(
            "limitation = 'unknown' OR (limitation_source IS NOT NULL AND certainty IS NOT NULL)", name="sourced"
        ),
        CheckConstraint(f"certainty IS NULL OR certainty IN {CERTAINTIES}", name="certainty"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(default=new_ref, comment="the name that a dossier file has for it")
    jurisdiction: Mapped[str] = mapped_column(comment="ISO 3166-1 alpha-2, or ICC")
    offence: Mapped[str]
    crime: Mapped[str]
    law: Mapped[str | None]
    gravity: Mapped[str | None] = mapped_column(comment="the class of gravity as the law has it")
    limitation: Mapped[str] = mapped_column(default="unknown")
    lapses_on: Mapped[date | None] = mapped_column(comment="the last day before limitation sets in, typed or counted")
    counted_from: Mapped[date | None] = mapped_column(
        comment="where it was counted: the day from which the period runs"
    )
    period_amount: Mapped[int | None]
    period_unit: Mapped[str | None]
    limitation_source: Mapped[str | None]
    certainty: Mapped[str | None]
    note: Mapped[str | None]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime] = mapped_column(
        default=clock.now, comment="when somebody last said that the limitation stands as it is"
    )
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ChargeSubject(Base):
    """Somebody on the case whom a charge is against. No row at all: it is not said against whom."""

    __tablename__ = "charge_subjects"

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ChargeChange(Correction, Base):
    """What somebody entered or corrected about a charge, with what stood before. Added to, never changed."""

    __tablename__ = "charge_changes"
    __table_args__ = (CheckConstraint("kind IN ('entered', 'corrected', 'checked', 'struck_out')", name="kind"),)

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id", ondelete="CASCADE"), index=True)


class LimitationAct(Identified, Base):
    """An act that suspends, resumes, interrupts or extends limitation. It asks for a look, and moves nothing.

    It is one of the whole charge. Where an act binds one of several accused alone, their last days differ from then on,
    and a charge has one: each of them gets a charge of their own.
    """

    __tablename__ = "limitation_acts"
    __table_args__ = (CheckConstraint(f"kind IN {ACT_KINDS}", name="kind"),)

    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    occurred_on: Mapped[str | None] = mapped_column(comment="YYYY[-MM[-DD]]; null: unknown")
    act: Mapped[str]
    source: Mapped[str | None]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.occurred_on)


class ChargeFollowUp(Base):
    """A follow-up that hangs on the limitation of a charge."""

    __tablename__ = "charge_follow_ups"

    follow_up_id: Mapped[UUID] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date | None] = mapped_column(comment="the day that it was made for")
