"""What somebody typed into a form and has not sent: saved as they type, encrypted, theirs alone.

Drafts are nobody's acts: the audit does not name them, and they go when the form is sent, thrown away or forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tracker.accounts.models import Draft
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.encryption import FieldNotReadable, current_ring, open_sealed
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.ids import new_id
from tracker.core.reads import Read, Rows

MOST_DRAFTS = 50
"""Of one person; the oldest gives way."""
LONGEST = 256 * 1024
"""Characters of all names and values; more than any form of ours holds."""
LONGEST_KEY = 300
NEVER_KEPT = frozenset({"csrf_token", "version", "draft", "confirmed"})
"""Tokens and versions are no text. The version travels apart, so that a draft of an older one is noticed."""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as its owner reads it. `form_key` is the path that the form is sent to."""

    id: UUID
    form_key: str
    saved_at: datetime
    fields: list[tuple[str, str]]
    version: str | None


def save_draft(
    session: Session, actor: Actor, form_key: str, fields: list[tuple[str, str]], version: str | None
) -> datetime:
    """Keep what was typed, in place of what was kept for the same form. Returns when. Raises Invalid."""
    person_id = _owner(actor)
    kept = [(name, value) for name, value in fields if _may_be_kept(name)]
    _check(form_key, kept)
    sealed = current_ring().seal(json.dumps({"fields": kept, "version": version}), _bound_to(person_id, form_key))
    now = clock.now()
    row = insert(Draft).values(id=new_id(), person_id=person_id, form_key=form_key, fields_sealed=sealed, saved_at=now)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Draft.person_id, Draft.form_key], set_={"fields_sealed": sealed, "saved_at": now}
        )
    )
    _keep_the_newest(session, person_id)
    return now


_TIMES = select(Draft.form_key, Draft.id, Draft.saved_at).where(Draft.person_id == bindparam("person_id"))


def times_of_drafts(session: Session, actor: Actor) -> dict[str, tuple[UUID, datetime]]:
    """Which forms the person has drafts of: (id, when saved) by the form's key."""
    return times_read(actor).alone(session) if actor.person_id is not None else {}


def times_read(actor: Actor) -> Read[dict[str, tuple[UUID, datetime]]]:
    """The same, for a page that reads more."""
    return Read(_TIMES, {"person_id": actor.person_id}, _times_by_key)


def _times_by_key(rows: Rows) -> dict[str, tuple[UUID, datetime]]:
    return {key: (draft_id, saved_at) for key, draft_id, saved_at in rows}


def read_draft(session: Session, actor: Actor, draft_id: UUID) -> SavedDraft:
    """One's own draft. Raises NotVisible for anybody else's, and for one that no key opens any more."""
    row = session.scalars(select(Draft).where(Draft.id == draft_id, Draft.person_id == _owner(actor))).one_or_none()
    if row is None:
        raise NotVisible
    try:
        held = json.loads(open_sealed(row.fields_sealed, _bound_to(row.person_id, row.form_key)))
    except FieldNotReadable as problem:
        raise NotVisible from problem
    return SavedDraft(row.id, row.form_key, row.saved_at, [(n, v) for n, v in held["fields"]], held["version"])


def discard_draft(session: Session, actor: Actor, draft_id: UUID) -> None:
    """Throw one's own draft away; one that is gone already is no problem."""
    session.execute(delete(Draft).where(Draft.id == draft_id, Draft.person_id == _owner(actor)))


def forget_sent(session: Session, actor: Actor, form_key: str) -> None:
    """The form was sent: its draft goes in the same transaction."""
    session.execute(delete(Draft).where(Draft.form_key == form_key, Draft.person_id == _owner(actor)))


def _owner(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotVisible
    return actor.person_id


def _may_be_kept(name: str) -> bool:
    return name not in NEVER_KEPT and "password" not in name.lower()


def _check(form_key: str, fields: list[tuple[str, Any]]) -> None:
    if not form_key.startswith("/") or form_key.startswith("//") or len(form_key) > LONGEST_KEY:
        raise Invalid(Fault("key", _("This form can't be kept as a draft.")))
    if sum(len(name) + len(value) for name, value in fields) > LONGEST:
        raise Invalid(Fault("fields", _("This text is too long to be kept as a draft. Save the form.")))


def _keep_the_newest(session: Session, person_id: UUID) -> None:
    newest = select(Draft.id).where(Draft.person_id == person_id).order_by(Draft.saved_at.desc()).limit(MOST_DRAFTS)
    session.execute(
        delete(Draft)
        .where(Draft.person_id == person_id, Draft.id.not_in(newest))
        .execution_options(synchronize_session=False)
    )


def _bound_to(person_id: UUID, form_key: str) -> str:
    """The ciphertext opens for this person and this form only."""
    return f"drafts.fields_sealed:{person_id}:{form_key}"
