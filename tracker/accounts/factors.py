"""What somebody signs in with beside a password: codes of their device, passkeys, codes on paper.

Every function works in a transaction of the person's own, or in one that signs them in (`queries.signing_in_as`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from tracker.accounts.happened import FactorsChanged
from tracker.accounts.models import Passkey, PersonPassword, RecoveryCode, TotpFactor
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid
from tracker.core.events import announce

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Factors:
    """What there is. `codes_left`: recovery codes that were not used."""

    has_password: bool
    totp_since: datetime | None
    passkeys: int
    codes_left: int

    @property
    def has_totp(self) -> bool:
        return self.totp_since is not None

    @property
    def any(self) -> bool:
        """Whether there is a second factor."""
        return self.has_totp or self.passkeys > 0


def factors_of(session: Session, person_id: UUID) -> Factors:
    """One statement."""
    row = session.execute(
        select(
            exists().where(PersonPassword.person_id == person_id),
            select(TotpFactor.confirmed_at).where(TotpFactor.person_id == person_id).scalar_subquery(),
            select(func.count()).where(Passkey.person_id == person_id).scalar_subquery(),
            select(func.count())
            .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
            .scalar_subquery(),
        )
    ).one()
    return Factors(*row)


def refuse_last(found: Factors, *, is_needed: bool) -> None:
    """Raises Invalid when taking one factor away would leave none where one has to be, or no way in at all."""
    left = found.passkeys + found.has_totp - 1
    if is_needed and left < 1:
        raise Invalid(Fault("", _("This is your only second factor. Add another one first.")))
    if not found.has_password and found.passkeys <= 1:
        raise Invalid(Fault("", _("Without it you could not sign in any more. Choose a password first.")))


def refuse_last_passkey(*, is_needed: bool) -> None:
    """Raises Invalid where an administrator has to have one."""
    if is_needed:
        raise Invalid(Fault("", _("Administrators need a passkey. Add another one first.")))


def note(session: Session, actor: Actor, person_id: UUID, action: str, *, factor: str) -> None:
    """A line in the audit, and a mail to the owner at once."""
    record(session, actor, action, "person", person_id, factor=factor)
    announce(session, FactorsChanged(person_id))


def forget_factors(session: Session, person_id: UUID, *, but: UUID | None = None) -> None:
    """Take every factor away, except the passkey `but`; the password stays."""
    for table in (TotpFactor, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(delete(Passkey).where(Passkey.person_id == person_id, Passkey.id != (but or UUID(int=0))))
