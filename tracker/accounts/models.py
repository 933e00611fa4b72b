"""People who sign in, their roles and their sessions."""

from __future__ import annotations

import base64
import hmac
import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core import clock
from tracker.core.database import Base, Identified
from tracker.core.encryption import EncryptedText, FieldNotReadable, SealedBytes
from tracker.core.ids import new_id
from tracker.core.tokens import seal_of

log = logging.getLogger(__name__)

STAGES = ("partial", "full")
METHODS = ("password", "totp", "passkey", "recovery_code")
PURPOSES_OF_GUESSES = ("password", "totp", "recovery", "passkey", "invitation")
PURPOSES_OF_INVITATIONS = ("invite", "password", "factors")
ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")


class Person(Identified, Base):
    """Somebody with an account. A contact is another thing: see contacts."""

    __tablename__ = "people"

    email: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="Europe/Warsaw", comment="IANA name")
    country: Mapped[str | None] = mapped_column(comment="whose working days apply; ISO 3166-1 alpha-2")
    theme: Mapped[str] = mapped_column(default="auto")
    keyboard_shortcuts: Mapped[bool] = mapped_column(default=True, server_default="true")
    must_change_password: Mapped[bool] = mapped_column(
        default=False, comment="somebody else chose the password and knows it"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deactivated_at: Mapped[datetime | None]
    vouched_at: Mapped[datetime | None] = mapped_column(
        comment="when somebody said that a real colleague holds this account whom they know"
    )
    vouched_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), comment="null: the operator, or the upgrade"
    )
    mail_fault: Mapped[str | None] = mapped_column(comment="mail to this address came back: a code such as dsn_5.1.1")
    mail_fault_at: Mapped[datetime | None]
    picture: Mapped[UUID | None] = mapped_column(
        comment="the mark of their picture, a part of its address; none: initials"
    )
    version: Mapped[int] = mapped_column(default=1)

    roles: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    password: Mapped[PersonPassword | None] = relationship(cascade="all, delete-orphan", lazy="select")

    __mapper_args__ = {"version_id_col": version}

    @property
    def role_keys(self) -> frozenset[str]:
        return frozenset(role.role for role in self.roles)

    @property
    def password_hash(self) -> str | None:
        """argon2id, PHC string; None: can't sign in with a password, or the asker may not know."""
        return self.password.genuine_hash if self.password is not None else None

    @password_hash.setter
    def password_hash(self, hashed: str | None) -> None:
        if hashed is None:
            self.password = None
        elif self.password is None:
            own: UUID | None = self.id
            self.id = own or new_id()
            self.password = PersonPassword(person_id=self.id, password_hash=hashed)
        else:
            self.password.password_hash, self.password.changed_at = hashed, clock.now()


Index("uq_people_email_lower", func.lower(Person.email), unique=True)


class PersonPassword(Base):
    """Apart from people, so that whoever reads names can't read it: its owner alone can, and sign-in as them.

    Sealed for its person, so that whoever can write rows, and has no key, makes nobody a password.
    """

    __tablename__ = "person_passwords"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hash_sealed: Mapped[bytes] = mapped_column(
        SealedBytes, comment="argon2id, PHC string, sealed; no row: nobody signs in with a password"
    )
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    password_hash = EncryptedText("hash_sealed")

    def encryption_identity(self) -> Any:
        return self.person_id

    @property
    def genuine_hash(self) -> str | None:
        """The hash; None when this installation did not seal it for this person."""
        try:
            return str(self.password_hash)
        except FieldNotReadable:
            log.error("the password of %s was not sealed here for them: nobody signs in with it", self.person_id)
            return None


class TotpFactor(Base):
    """The secret that a person's device makes codes from (RFC 6238)."""

    __tablename__ = "totp_factors"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(SealedBytes)
    last_step: Mapped[int] = mapped_column(
        BigInteger, comment="the half minute of the last code used: codes of it and before are worth nothing"
    )
    confirmed_at: Mapped[datetime] = mapped_column(default=clock.now)

    secret = EncryptedText("secret_sealed")

    def encryption_identity(self) -> Any:
        return self.person_id


class Passkey(Identified, Base):
    """A public key whose private half never leaves the person's device (WebAuthn); sealed for its person."""

    __tablename__ = "passkeys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key_sealed: Mapped[bytes] = mapped_column(SealedBytes, comment="COSE, in base64, sealed")
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[Any]]
    aaguid: Mapped[str]
    is_backed_up: Mapped[bool] = mapped_column(comment="the device keeps copies of it elsewhere")
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None]
    regressed_at: Mapped[datetime | None] = mapped_column(
        comment="when its counter last went backwards: there may be a copy"
    )

    public_key_text = EncryptedText("public_key_sealed")

    def encryption_identity(self) -> Any:
        return f"{self.person_id}:{self.id}"

    @property
    def genuine_key(self) -> bytes | None:
        """COSE; None when this installation did not seal it for this person."""
        try:
            return base64.b64decode(self.public_key_text)
        except FieldNotReadable:
            log.error("the passkey %s was not sealed here for its person: nobody signs in with it", self.id)
            return None


class RecoveryCode(Identified, Base):
    """A code on paper, for whoever lost every factor; it works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(comment="keyed hash")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]


class Invitation(Identified, Base):
    """A link that lets somebody choose how they sign in, once."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint(f"purpose IN {PURPOSES_OF_INVITATIONS}", name="purpose"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(
        comment="invite: a new account; password: a forgotten one; factors: everything was lost"
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True, comment="keyed digest of what stands in the link")
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), comment="null: the operator")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    seal: Mapped[bytes] = mapped_column(comment="keyed digest of whom and what it is for, and until when")

    @property
    def own_seal(self) -> bytes:
        """What `seal` has to be."""
        whose = (self.id, self.person_id, self.purpose, self.token_hash)
        return seal_of("invitation", *whose, self.made_by_id, self.made_at, self.expires_at)

    @property
    def is_genuine(self) -> bool:
        """Whether this installation made it as it stands."""
        return hmac.compare_digest(self.seal, self.own_seal)


class UsedChallenge(Base):
    """A challenge that was answered: nobody answers it again while its signature still holds."""

    __tablename__ = "used_challenges"

    challenge_hash: Mapped[bytes] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True, comment="when it would have run out by itself")


class PersonRole(Base):
    __tablename__ = "person_roles"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(back_populates="roles", lazy="raise_on_sql")


class SignInSession(Identified, Base):
    """A session on the server. The cookie holds a random token; only its keyed digest stands here."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        CheckConstraint(f"method IN {METHODS}", name="method"),
    )

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(
        default=dict, comment="CSRF token, flashed messages; never content of a case"
    )
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    signed_in_at: Mapped[datetime | None]
    stage: Mapped[str] = mapped_column(
        default="full", server_default="full", comment="partial: the second factor is still owed"
    )
    method: Mapped[str] = mapped_column(
        default="password", server_default="password", comment="the strongest thing shown in this session"
    )
    is_assured: Mapped[bool] = mapped_column(
        default=False,
        server_default="false",
        comment="a passkey was shown, or this installation asks for none: may see sealed cases",
    )
    time_zone: Mapped[str | None] = mapped_column(
        comment="IANA name, as the browser said it: the only place that is kept"
    )
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="absolute limit")
    revoked_at: Mapped[datetime | None]
    seal: Mapped[bytes] = mapped_column(comment="keyed digest of whose it is, how it began and until when it lasts")


class SignInAttempt(Identified, Base):
    """A failed guess, kept briefly, to slow guessing down without locking the owner out."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_account_at", "account_hash", "at"),
        Index("ix_sign_in_attempts_origin_at", "origin_hash", "at"),
        CheckConstraint(f"purpose IN {PURPOSES_OF_GUESSES}", name="purpose"),
    )

    purpose: Mapped[str] = mapped_column(
        default="password", server_default="password", comment="what was guessed at; each is counted for itself"
    )
    account_hash: Mapped[bytes] = mapped_column(comment="keyed hash of the address typed, or of what else was tried")
    origin_hash: Mapped[bytes] = mapped_column(comment="keyed hash of the network address")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Draft(Identified, Base):
    """What a person typed into a form and has not sent: encrypted, theirs alone, forgotten after some weeks."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "form_key"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    form_key: Mapped[str] = mapped_column(comment="which form: its address, without what was typed")
    fields_sealed: Mapped[bytes] = mapped_column(SealedBytes)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    def encryption_identity(self) -> Any:
        return f"{self.person_id}:{self.form_key}"


class SavedView(Identified, Base):
    """A list as somebody likes to see it: the words of its address, under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_area", "area", "name"),)

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    area: Mapped[str] = mapped_column(comment="which list: cases, follow_ups, engagements, commitments, contacts")
    name: Mapped[str]
    query: Mapped[str] = mapped_column(comment="filters, order, columns and grouping as in the address")
    is_shared: Mapped[bool] = mapped_column(default=False, comment="offered to all staff")
    is_default: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="what its owner sees where the address says nothing"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
