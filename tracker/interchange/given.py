"""Dossier files given on a page: kept like every file, and taken in by a job that acts as whoever gave them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.approvals.queries import actor_of_person
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import OPERATOR, Actor, person_actor
from tracker.core.database import Database
from tracker.core.encryption import FieldNotReadable
from tracker.core.errors import Conflict, NotVisible
from tracker.core.ids import new_id
from tracker.files.kinds import TEXT, Unfit, WhyNot
from tracker.files.models import StoredFile
from tracker.files.store import content_of, erase_content, keep_file
from tracker.interchange.findings import Finding
from tracker.interchange.limits import UnreadableFileError
from tracker.interchange.models import DossierImport
from tracker.interchange.reading import read_bytes
from tracker.interchange.result import IMPORTED, REFUSED, Result, unreadable
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions

MOST_ATTEMPTS = 3
MOST_TOLD = 500
"""Faults, and gaps, that a page shows."""
KEPT = timedelta(days=1)
"""A file that was checked waits so long to be taken in."""


def give_dossier(session: Session, actor: Actor, name: str, content: bytes, scanner: Path | None) -> DossierImport:
    """Keep the file and ask for a look at it. Raises NotPermitted, Unfit (tracker.files.kinds)."""
    require(decide(actor, Action.OPEN_CASE))
    assert actor.person_id is not None  # noqa: S101 - the operator imports at the shell
    given = DossierImport(id=new_id(), person_id=actor.person_id, is_assured=actor.is_assured)
    session.add(given)
    session.flush()
    file = keep_file(session, actor, name, content, import_id=given.id, scanner=scanner)
    if file.kind != TEXT.key:
        raise Unfit(WhyNot.NO_DOSSIER)
    record(session, actor, "dossier.given", "dossier_import", given.id)
    return given


def imports_of(session: Session, actor: Actor, most: int = 50) -> Sequence[tuple[DossierImport, StoredFile]]:
    """One's own, the newest first."""
    query = _with_files().where(DossierImport.person_id == actor.person_id)
    rows = session.execute(query.order_by(DossierImport.asked_at.desc(), DossierImport.id).limit(most))
    return rows.all()


def get_import(session: Session, actor: Actor, import_id: UUID) -> tuple[DossierImport, StoredFile]:
    """One of one's own. Raises NotVisible."""
    query = _with_files().where(DossierImport.id == import_id, DossierImport.person_id == actor.person_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotVisible
    return row


def ask_for_import(session: Session, actor: Actor, import_id: UUID) -> None:
    """Ask that what was checked is taken in. Raises NotVisible, NotPermitted, Conflict."""
    require(decide(actor, Action.OPEN_CASE))
    given, file = get_import(session, actor, import_id)
    session.refresh(given, with_for_update=True)
    if given.state != "checked" or file.state != "clean":
        raise Conflict(_("This can't be imported any more. Give the file again."))
    given.wanted, given.state, given.attempts, given.asked_at = "import", "asked", 0, clock.now()
    given.is_assured = actor.is_assured
    session.flush()


def answer_next(database: Database) -> bool:
    """Check or take in what waits longest, as whoever gave it; False when nothing waits."""
    with database.unit_of_work(OPERATOR) as session:
        erase_settled(session)
        taken = _take(session)
    if taken is None:
        return False
    import_id, actor = taken
    if actor is not None:
        with database.unit_of_work(actor) as session:
            _answer(session, actor, import_id)
    return True


def erase_settled(session: Session) -> None:
    """Files that were taken in or refused, or that nobody came back to, go. As the operator."""
    long_ago = (DossierImport.state == "checked") & (DossierImport.settled_at < clock.now() - KEPT)
    is_over = DossierImport.state.in_(("imported", "refused")) | long_ago
    query = select(StoredFile).join(DossierImport, DossierImport.id == StoredFile.import_id)
    for file in session.scalars(query.where(is_over, StoredFile.state != "destroyed").limit(100)):
        erase_content(session, file)


def result_of(given: DossierImport) -> dict[str, Any]:
    """What was found and counted."""
    return dict(json.loads(given.result)) if given.result else {}


def name_of(given: DossierImport, file: StoredFile) -> str | None:
    """What the file was called, also once it is gone."""
    return file.name or result_of(given).get("name")


def _with_files() -> Any:
    return select(DossierImport, StoredFile).join(StoredFile, StoredFile.import_id == DossierImport.id)


def _take(session: Session) -> tuple[UUID, Actor | None] | None:
    """The next one and who asked; no actor where it was settled right here."""
    query = _with_files().where(DossierImport.state == "asked", StoredFile.state != "waiting")
    row = session.execute(
        query.order_by(DossierImport.asked_at, DossierImport.id)
        .limit(1)
        .with_for_update(of=DossierImport, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    given, file = row
    person = actor_of_person(session, given.person_id)
    if file.state != "clean":
        _settle(given, file, Result(REFUSED, [Finding("", "the scanner found something harmful in this file")]))
    elif given.attempts >= MOST_ATTEMPTS:
        _settle(given, file, Result(REFUSED, [Finding("", "this could not be finished; ask whoever runs the server")]))
    elif person is None or person.person_id is None:
        _settle(given, file, Result(REFUSED, [Finding("", "this account is closed")]))
    else:
        given.attempts += 1
        return given.id, person_actor(person.person_id, person.roles, is_assured=given.is_assured)
    return given.id, None


def _answer(session: Session, actor: Actor, import_id: UUID) -> None:
    """In one transaction with what it writes: a job that dies has taken in nothing, and begins again."""
    wanted = select(DossierImport).where(DossierImport.id == import_id, DossierImport.state == "asked")
    given = session.scalar(wanted.with_for_update(skip_locked=True))
    if given is None:
        return
    file = session.scalars(select(StoredFile).where(StoredFile.import_id == import_id)).one()
    try:
        reading = read_bytes(content_of(session, file))
    except (UnreadableFileError, FieldNotReadable, NotVisible) as error:
        _settle(given, file, unreadable(str(error)))
    else:
        is_check = given.wanted == "check"
        _settle(given, file, import_dossier(session, actor, reading, definitions(), dry_run=is_check))


def _settle(given: DossierImport, file: StoredFile, result: Result) -> None:
    good = "checked" if given.wanted == "check" else "imported"
    given.state, given.settled_at = good if result.exit_status == IMPORTED else "refused", clock.now()
    said = result.as_json()
    more = {"name": file.name, "errors_in_all": len(result.errors), "gaps_in_all": len(result.gaps)}
    told = {"errors": said["errors"][:MOST_TOLD], "gaps": said["gaps"][:MOST_TOLD]}
    given.result = json.dumps(said | told | more, ensure_ascii=False)
