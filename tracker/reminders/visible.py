"""Which reminders somebody may see, and what of each: the one place where a page gets rows of the outbox from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from tracker.access.visibility import member_case_ids, sees, sees_own_level
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.core.actor import Actor
from tracker.core.keyset import Order, read_page
from tracker.core.pages import Page
from tracker.core.statements import kept_statement
from tracker.engagements.models import Commitment
from tracker.engagements.visibility import sees_commitment
from tracker.followups.models import FollowUp
from tracker.reminders.models import Reminder

PAGE_SIZE = 50
LONGEST_WORDS = 160
"""Characters of a commitment's words that a list shows."""
_OF_NO_CASE = frozenset({"digest", "summary", "watchdog", "openpgp_key", "approval"})
LATEST_FIRST = Order(
    Reminder.scheduled_at,
    Reminder.id,
    datetime,
    lambda row: (row.scheduled_at, row.id),
    descending=True,
    may_be_empty=False,
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One reminder. What it is about (`title`, `reference`, the ids of work, entry, promise) is None where hidden."""

    id: UUID
    number: str
    kind: str
    via: str
    status: str
    subject_type: str
    subject_id: UUID
    due_on: date | None
    scheduled_at: datetime
    send_at: datetime
    settled_at: datetime | None
    read_at: datetime | None
    looked_at: datetime | None
    attempts: int
    relay: str | None
    reason: str | None
    recipient_id: UUID
    recipient: str
    case_id: UUID | None
    follow_up_id: UUID | None
    entry_id: UUID | None
    commitment_id: UUID | None
    title: str | None
    reference: str | None

    @property
    def sees_subject(self) -> bool:
        """Whether the reader may see what it is about; what is about no case has nothing to be seen."""
        return self.reference is not None or self.commitment_id is not None

    @property
    def leads_on(self) -> bool:
        """Whether it leads its recipient anywhere: to what it is about, or to a page of their own."""
        return self.sees_subject or self.subject_type in _OF_NO_CASE

    @property
    def at(self) -> datetime:
        """When it was told, or will be."""
        return self.settled_at if self.status in ("sent", "shown") and self.settled_at else self.send_at


def ledger_row(row: Any) -> LedgerRow:
    return LedgerRow(**row._asdict())


def page_of(
    session: Session, rows: Select[*tuple[Any, ...]], cursor: str | None, size: int = PAGE_SIZE
) -> Page[LedgerRow]:
    """One page of `visible_rows`, the latest first."""
    page = read_page(session, rows, LATEST_FIRST, cursor, size)
    return replace(page, rows=[ledger_row(row) for row in page.rows])


@kept_statement
def visible_rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The columns of LedgerRow: the reminders that `actor` may see, with what each is about where they see that too."""
    return (
        select(
            Reminder.id,
            Reminder.number,
            Reminder.kind,
            Reminder.via,
            Reminder.status,
            Reminder.subject_type,
            Reminder.subject_id,
            Reminder.due_on,
            Reminder.scheduled_at,
            Reminder.send_at,
            Reminder.settled_at,
            Reminder.read_at,
            Reminder.looked_at,
            Reminder.attempts,
            Reminder.relay,
            Reminder.last_error.label("reason"),
            Reminder.recipient_id,
            Person.name.label("recipient"),
            Reminder.case_id,
            FollowUp.id.label("follow_up_id"),
            CaseEvent.id.label("entry_id"),
            Commitment.id.label("commitment_id"),
            func.coalesce(FollowUp.title, func.left(Commitment.text, LONGEST_WORDS), Case.title).label("title"),
            Case.reference,
        )
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.recipient_id)
        .outerjoin(FollowUp, and_(FollowUp.id == Reminder.subject_id, _sees_below(actor, FollowUp)))
        .outerjoin(CaseEvent, and_(CaseEvent.id == Reminder.subject_id, _sees_below(actor, CaseEvent)))
        .outerjoin(Commitment, and_(Commitment.id == _commitment_id(), sees_commitment(actor)))
        .outerjoin(Case, and_(Case.id == _case_id(), sees(actor, Case.level, Case.id)))
        .where(sees_reminder(actor))
    )


def sees_reminder(actor: Actor) -> ColumnElement[bool]:
    """One's own mail, mail about what one sees; administrators all but sealed cases and work.

    Without a passkey nothing of what is sealed, one's own neither.

    Stands in a statement that joins as `visible_rows` does.
    """
    if actor.is_operator:
        return true()
    if not actor.is_person:
        return false()
    is_sealed = func.app_mail_is_sealed(Reminder.case_id, Reminder.subject_id)
    own = Reminder.recipient_id == actor.person_id
    rules = [own if actor.is_assured else and_(own, ~is_sealed), Case.id.is_not(None), Commitment.id.is_not(None)]
    if actor.has_role("administrator"):
        letter = (Reminder.id, Reminder.kind, Reminder.case_id, Reminder.subject_id)
        rules.append(~func.app_letter_is_sealed(*letter))
    return or_(*rules)


def near(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """For readers of a few cases the same rule once more, in a form that an index answers instead of a scan."""
    if not actor.is_person or actor.is_staff or actor.has_role("administrator"):
        return []
    cases = list(session.scalars(member_case_ids(actor)))
    return [or_(Reminder.recipient_id == actor.person_id, Reminder.case_id.in_(cases))]


def _commitment_id() -> ColumnElement[Any]:
    return case((Reminder.subject_type == literal_column("'commitment'"), Reminder.subject_id))


def _case_id() -> ColumnElement[Any]:
    """The case that the reminder is about, as far as what stands between is visible.

    `CASE`, for behind row-level security PostgreSQL takes `coalesce` for something that may leak: no index then.
    """
    is_itself = Reminder.subject_type.in_([literal_column("'case'"), literal_column("'membership'")])
    between = (FollowUp.case_id, CaseEvent.case_id, Commitment.case_id)
    return case(*((one.is_not(None), one) for one in between), (is_itself, Reminder.case_id))


def _sees_below(actor: Actor, row: Any) -> ColumnElement[bool]:
    """Sees something below a case: the case, and the row's own level."""
    sees_case = exists().where(Case.id == row.case_id, sees(actor, Case.level, Case.id)).correlate(row)
    return and_(sees_case, sees_own_level(actor, row.level, row.case_id))
