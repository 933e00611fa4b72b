"""Sessions on the server: begun at sign-in, found by a secret token, ended by time, sign-out or an administrator.

The token travels in the cookie only; the table holds its keyed digest (ASVS 7.2.4, 7.4), and beside it a seal: a row
that somebody wrote or changed who has no SECRET_KEY opens nothing.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    LargeBinary,
    Row,
    String,
    Update,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from tracker.accounts.current import HalfSignedIn, News, SignedIn
from tracker.accounts.models import Person, SignInSession, UsedChallenge
from tracker.core import clock
from tracker.core.actor import NOBODY
from tracker.core.database import become
from tracker.core.ids import new_id
from tracker.core.statements import kept_statement
from tracker.core.tokens import digest_of, seal_of

log = logging.getLogger(__name__)

IDLE_LIMIT = timedelta(hours=12)
ABSOLUTE_LIMIT = timedelta(days=7)
HALF_LIMIT = timedelta(minutes=10)
"""So long somebody has, after the password, to show the second factor."""
LAST_SEEN_STEP = timedelta(minutes=5)
"""`last_seen_at` is written at most this often, so that reading pages costs no write."""
TOKEN_BYTES = 32
LONGEST_USER_AGENT = 200


@dataclass(frozen=True, slots=True)
class BegunSession:
    """A new session; `token` is for the cookie and stands nowhere else."""

    id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Begin:
    """How a session begins. `method`: the strongest thing shown; `stage` partial: the second factor is still owed.

    `is_assured`: sealed cases may be seen in it. `time_zone`: IANA name, as the browser says it.
    """

    user_agent: str = ""
    method: str = "password"
    stage: str = "full"
    is_assured: bool = True
    time_zone: str | None = None


def begin_session(session: Session, person: Person, how: Begin, data: dict[str, Any]) -> BegunSession:
    """Start a session for `person` under a new token, so that an older cookie is worth nothing."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    row = SignInSession(
        id=new_id(),
        token_hash=digest_of(token),
        person_id=person.id,
        data=data,
        user_agent=how.user_agent[:LONGEST_USER_AGENT],
        method=how.method,
        stage=how.stage,
        is_assured=how.is_assured,
        time_zone=how.time_zone,
        created_at=now,
        last_seen_at=now,
        signed_in_at=now,
        expires_at=now + (ABSOLUTE_LIMIT if how.stage == "full" else HALF_LIMIT),
    )
    seal(row)
    session.add(row)
    session.flush()
    return BegunSession(row.id, token)


_SEALED = (
    *("id", "token_hash", "person_id", "stage", "method", "is_assured"),
    *("created_at", "signed_in_at", "expires_at"),
)
"""What of a session nobody changes but this installation."""


def seal(row: SignInSession) -> None:
    """Seal a session as it stands; whoever changes what it is calls this."""
    row.seal = _seal_of(row)


def _seal_of(row: Any) -> bytes:
    return seal_of("session", *(getattr(row, name) for name in _SEALED))


def _is_genuine(session: Session, row: Any) -> bool:
    """Whether this installation wrote the session as it stands. If not, the transaction acts as nobody again."""
    if hmac.compare_digest(row.seal, _seal_of(row)):
        return True
    log.error("the session %s was not written here as it stands: nobody is signed in by it", row.id)
    become(session, NOBODY)
    session.execute(select(func.set_config("app.signing_in", "", True)))
    return False


_FOUND = (
    func.app_session_of_token(bindparam("token_hash", type_=LargeBinary))
    .table_valued(*(column(one.name, one.type) for one in SignInSession.__table__.columns))
    .alias("found")
)
"""The session of a token: until its person is known, nobody sees the rows themselves."""
_ACCOUNT = (
    func.app_account_of_token(bindparam("token_hash", type_=LargeBinary))
    .table_valued(
        *(
            column(name, Person.__table__.c[name].type)
            for name in (
                *("id", "name", "email", "language", "time_zone", "country", "theme", "keyboard_shortcuts"),
                "must_change_password",
            )
        ),
        column("roles", ARRAY(String)),
    )
    .alias("account")
)
"""The active person of a token's session, with their roles."""
_SEAL = (*(_FOUND.c[name] for name in _SEALED), _FOUND.c.seal)
_A_FACTOR_IS_NEEDED = bindparam("needs_factor", type_=Boolean)
_IS_ASSURED = and_(_FOUND.c.is_assured, or_(~_A_FACTOR_IS_NEEDED, _FOUND.c.method == "passkey"))
"""A session that was begun while a password alone opened everything opens no more than it would today."""
_FIND = (
    select(
        *_SEAL,
        _FOUND.c.data,
        _FOUND.c.last_seen_at,
        _ACCOUNT.c.name,
        _ACCOUNT.c.email,
        _ACCOUNT.c.language,
        _ACCOUNT.c.time_zone,
        _ACCOUNT.c.country,
        _ACCOUNT.c.theme,
        _ACCOUNT.c.keyboard_shortcuts,
        _ACCOUNT.c.must_change_password,
        _ACCOUNT.c.roles,
        _IS_ASSURED.label("is_assured_now"),
        func.app_news(_ACCOUNT.c.id, bindparam("now"), _IS_ASSURED, type_=JSON).label("news"),
        func.set_config("app.person", cast(_ACCOUNT.c.id, String), True),
        func.set_config("app.assured", case((_IS_ASSURED, "on"), else_="off"), True),
    )
    .select_from(_FOUND)
    .join(_ACCOUNT, _ACCOUNT.c.id == _FOUND.c.person_id)
    .where(
        _FOUND.c.stage == "full",
        or_(~_A_FACTOR_IS_NEEDED, _FOUND.c.method != "password"),
        _FOUND.c.revoked_at.is_(None),
        _FOUND.c.expires_at > bindparam("now"),
        _FOUND.c.last_seen_at > bindparam("idle_since"),
    )
)
"""Columns, and made once: every request runs this. With the row that it finds, the transaction acts as the person."""


def find_signed_in(session: Session, token: str, *, needs_factor: bool = False) -> SignedIn | None:
    """The active person behind a living session, with their roles of this moment; one statement.

    The transaction acts as them from here on. `needs_factor`: a second factor is required here now; a session that a
    password alone began is dead then, whenever that was.
    """
    now = clock.now()
    said = {"token_hash": digest_of(token), "now": now, "idle_since": now - IDLE_LIMIT, "needs_factor": needs_factor}
    row = session.execute(_FIND, said).one_or_none()
    return None if row is None or not _is_genuine(session, row) else _signed_in(row)


_FIND_HALF = (
    select(
        *_SEAL,
        _ACCOUNT.c.name,
        _ACCOUNT.c.email,
        _ACCOUNT.c.language,
        _ACCOUNT.c.time_zone,
        func.set_config("app.signing_in", cast(_ACCOUNT.c.id, String), True),
    )
    .select_from(_FOUND)
    .join(_ACCOUNT, _ACCOUNT.c.id == _FOUND.c.person_id)
    .where(
        _FOUND.c.stage == "partial",
        _FOUND.c.revoked_at.is_(None),
        _FOUND.c.expires_at > bindparam("now"),
    )
)


def find_half_signed_in(session: Session, token: str) -> HalfSignedIn | None:
    """The active person who gave the password and owes the second factor; one statement.

    The transaction goes on acting as nobody, and sees what they sign in with.
    """
    row = session.execute(_FIND_HALF, {"token_hash": digest_of(token), "now": clock.now()}).one_or_none()
    if row is None or not _is_genuine(session, row):
        return None
    return HalfSignedIn(row.id, row.person_id, row.method, row.name, row.email, row.language, row.time_zone)


def _signed_in(row: Row[*tuple[Any, ...]]) -> SignedIn:
    return SignedIn(
        session_id=row.id,
        person_id=row.person_id,
        name=row.name,
        email=row.email,
        roles=frozenset(row.roles or ()),
        language=row.language,
        time_zone=row.time_zone,
        country=row.country,
        theme=row.theme,
        keyboard_shortcuts=row.keyboard_shortcuts,
        must_change_password=row.must_change_password,
        is_assured=row.is_assured_now,
        method=row.method,
        signed_in_at=row.signed_in_at or row.created_at,
        last_seen_at=row.last_seen_at,
        data=dict(row.data),
        news=News(**row.news),
    )


def person_of_ended_session(session: Session, token: str) -> UUID | None:
    """Whose session `token` once opened, though it has ended; None for a token that never did."""
    return session.scalar(select(_FOUND.c.person_id), {"token_hash": digest_of(token)})


def keep_session(session: Session, session_id: UUID, *, data: dict[str, Any] | None, seen_at: datetime | None) -> None:
    """Write what changed: the session's data, or when its person was last seen. None: did not change."""
    changes = {"data": data, "last_seen_at": seen_at}
    values = {name: value for name, value in changes.items() if value is not None}
    if values:
        session.execute(_keep_statement(tuple(values)), {"session_id": session_id, **values})


@kept_statement
def _keep_statement(names: tuple[str, ...]) -> Update:
    columns = {name: bindparam(name, type_=SignInSession.__table__.c[name].type) for name in names}
    table: Any = SignInSession.__table__
    return update(table).where(table.c.id == bindparam("session_id")).values(columns)


def confirm_session(session: Session, session_id: UUID, *, with_passkey: bool) -> None:
    """The session's person has just shown again who they are; with a passkey it sees what is sealed from here on."""
    row = session.get_one(SignInSession, session_id)
    row.signed_in_at = clock.now()
    if with_passkey:
        row.method, row.is_assured = "passkey", True
    seal(row)
    session.flush()


def end_session(session: Session, session_id: UUID) -> None:
    """Revoke one session: its cookie is dead at the next request."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(revoked_at=clock.now()))


def end_sessions(session: Session, person_id: UUID, *, but: UUID | None = None) -> None:
    """Revoke every session of a person, except the one named."""
    living = [SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None)]
    if but is not None:
        living.append(SignInSession.id != but)
    session.execute(update(SignInSession).where(*living).values(revoked_at=clock.now()))


def living_sessions(session: Session, person_id: UUID) -> Sequence[SignInSession]:
    """Where a person is signed in, the one used last first."""
    now = clock.now()
    living = (
        SignInSession.person_id == person_id,
        SignInSession.stage == "full",
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE_LIMIT,
    )
    wanted = select(SignInSession).where(*living)
    return session.scalars(wanted.order_by(SignInSession.last_seen_at.desc(), SignInSession.id)).all()


def count_sessions(session: Session, person_id: UUID) -> int:
    """How many browsers a person is signed in from."""
    now = clock.now()
    wanted = select(func.count()).where(
        SignInSession.person_id == person_id,
        SignInSession.stage == "full",
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.last_seen_at > now - IDLE_LIMIT,
    )
    return session.scalar(wanted) or 0


def purge_challenges(session: Session) -> None:
    """Forget challenges whose time is over. Ended sessions and guesses go after their periods (tracker/retention)."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.until < clock.now()))
