"""What two persons decided about a rule, and the work of reckoning anew what hangs on it (ADR 26)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.database import Base, Identified


class Deed(StrEnum):
    """What is done to a rule. `RESTORED`: the text of the release holds again."""

    VERIFIED = "verified"
    CORRECTED = "corrected"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    RESTORED = "restored"


class RuleVersion(Identified, Base):
    """One version of one rule in this installation. Never changed: the next decision is the next version."""

    __tablename__ = "clock_rule_versions"
    __table_args__ = (
        UniqueConstraint("rule_key", "number"),
        CheckConstraint(
            "what IN ('verified', 'corrected', 'switched_off', 'switched_on', 'restored')",
            name="what",
        ),
        CheckConstraint("asked_by_id <> agreed_by_id", name="two_persons"),
        CheckConstraint("number >= 1", name="number"),
    )

    rule_key: Mapped[str]
    number: Mapped[int]
    what: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(comment="the rule as it holds from here on, but label and trigger")
    shipped: Mapped[dict[str, Any]] = mapped_column(comment="what the release said of it at that time")
    reason: Mapped[str]
    source: Mapped[str] = mapped_column(comment="what was looked at: article, edition, decision")
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    agreed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), unique=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Recomputation(Identified, Base):
    """The work after one version: follow-ups on clocks of the rule are reckoned anew. Figures count open work only."""

    __tablename__ = "clock_recomputations"
    __table_args__ = (
        UniqueConstraint("rule_key", "number"),
        Index("ix_clock_recomputations_waiting", "asked_at", postgresql_where=text("finished_at IS NULL")),
    )

    rule_key: Mapped[str]
    number: Mapped[int] = mapped_column(comment="of the version of the rule")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0, comment="open follow-ups on clocks of the rule, when it began")
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    flagged: Mapped[int] = mapped_column(default=0, comment="their day had been set by hand")
    stopped: Mapped[int] = mapped_column(default=0, comment="the rule gives no date any more")
    failed: Mapped[int] = mapped_column(default=0)
