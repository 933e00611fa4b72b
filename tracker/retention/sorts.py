"""The sorts of what passes: which rows are past a day, and how they go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Draft, Invitation, SignInAttempt, SignInSession
from tracker.feeds.models import CalendarFeed
from tracker.files.models import StoredFile
from tracker.files.store import erase_content
from tracker.followups.models import ACTIVE_STATUSES, FollowUp
from tracker.interchange.models import DossierImport
from tracker.reminders.models import Reminder


@dataclass(frozen=True, slots=True)
class Sort:
    """`past`: the ids of rows that ended before a day. `erase`: how those go, where not by deleting the rows."""

    words: str
    model: Any
    past: Callable[[datetime], Select[Any]]
    erase: Callable[[Session, list[Any]], None] | None = None

    def count(self, session: Session, before: datetime) -> int:
        """How many are past `before`."""
        return session.scalar(select(func.count()).select_from(self.past(before).subquery())) or 0

    def forget(self, session: Session, before: datetime, most: int) -> int:
        """Throw away up to `most` that are past `before`; how many went. `session` acts as the operator."""
        ids = list(session.scalars(self.past(before).limit(most)))
        if ids and self.erase is not None:
            self.erase(session, ids)
        elif ids:
            session.execute(delete(self.model).where(self.model.id.in_(ids)))
        return len(ids)


def _drafts(before: datetime) -> Select[Any]:
    return select(Draft.id).where(Draft.saved_at < before)


def _sessions(before: datetime) -> Select[Any]:
    ended = or_(SignInSession.expires_at < before, SignInSession.revoked_at < before)
    return select(SignInSession.id).where(ended)


def _guesses(before: datetime) -> Select[Any]:
    return select(SignInAttempt.id).where(SignInAttempt.at < before)


def _links(before: datetime) -> Select[Any]:
    """An invitation that opened an account stays with it: it tells on whom the account depends."""
    ended = func.least(Invitation.expires_at, Invitation.used_at, Invitation.withdrawn_at)
    stays = and_(Invitation.purpose == "invite", Invitation.withdrawn_at.is_(None))
    return select(Invitation.id).where(ended < before, ~stays)


def _calendars(before: datetime) -> Select[Any]:
    return select(CalendarFeed.id).where(CalendarFeed.withdrawn_at < before)


def _imports(before: datetime) -> Select[Any]:
    return select(DossierImport.id).where(DossierImport.state != "asked", DossierImport.settled_at < before)


def _refused_files(before: datetime) -> Select[Any]:
    return select(StoredFile.id).where(StoredFile.state == "refused", StoredFile.checked_at < before)


def _notices(before: datetime) -> Select[Any]:
    """Read, and about what nobody is reminded of again: a row is also the proof that somebody was told."""
    is_open = select(FollowUp.id).where(FollowUp.id == Reminder.subject_id, FollowUp.status.in_(ACTIVE_STATUSES))
    is_over = and_(Reminder.subject_type == "follow_up", ~is_open.exists())
    told_once = Reminder.subject_type.in_(("membership", "approval", "case_event"))
    return select(Reminder.id).where(
        Reminder.read_at.is_not(None),
        Reminder.status.in_(("sent", "shown")),
        Reminder.settled_at < before,
        or_(is_over, told_once),
    )


def _erase_files(session: Session, ids: list[UUID]) -> None:
    for file in session.scalars(select(StoredFile).where(StoredFile.id.in_(ids))).all():
        erase_content(session, file)


SORTS = {
    "drafts": Sort("Drafts that nobody came back to", Draft, _drafts),
    "sessions": Sort("Sessions that ended", SignInSession, _sessions),
    "guesses": Sort("Failed guesses at signing in", SignInAttempt, _guesses),
    "links": Sort("Links that were used, withdrawn or ran out", Invitation, _links),
    "calendars": Sort("Addresses of calendars that were withdrawn", CalendarFeed, _calendars),
    "imports": Sort("Imports that were answered, with what they found", DossierImport, _imports),
    "refused_files": Sort("The content of files that the scanner refused", StoredFile, _refused_files, _erase_files),
    "notices": Sort("Reminders that were read, about what is over", Reminder, _notices),
}
KEPT_FOR_EVER = ("The audit", "Cases, their history, and what hangs on them", "Requests to second persons")
"""What no period ends: it is erased by two persons, or never."""
NEVER_KEPT = ("The texts of mails", "Passwords, tokens and links in the clear")
