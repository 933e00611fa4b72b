"""Dossiers: the bigger stories that link cases. Seen through the cases in them."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action, decide, require
from tracker.audit.services import record
from tracker.cases.models import Dossier
from tracker.cases.queries import visible_dossiers
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible


def visible_dossier(session: Session, actor: Actor, dossier_id: UUID) -> Dossier:
    """The dossier, as far as row-level security shows it. Raises NotVisible."""
    dossier = session.scalar(visible_dossiers(actor).where(Dossier.id == dossier_id))
    if dossier is None:
        raise NotVisible(_("There is no such dossier."))
    return dossier


def make_dossier(session: Session, actor: Actor, title: str, summary: str = "") -> Dossier:
    """A dossier without cases yet. Raises NotPermitted, Invalid."""
    require(decide(actor, Action.OPEN_CASE))
    _require_title(title)
    dossier = Dossier(title=title.strip(), summary=summary.strip(), created_by_id=actor.person_id)
    session.add(dossier)
    session.flush()
    record(session, actor, "dossier.made", "dossier", dossier.id)
    return dossier


def edit_dossier(
    session: Session, actor: Actor, dossier_id: UUID, title: str, summary: str, expected_version: int
) -> Dossier:
    """Change title and summary. Raises NotVisible, NotPermitted, Invalid, Conflict."""
    require(decide(actor, Action.OPEN_CASE))
    _require_title(title)
    visible_dossier(session, actor, dossier_id)
    dossier = session.scalar(
        select(Dossier).where(Dossier.id == dossier_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if dossier is None:
        raise NotVisible(_("There is no such dossier."))
    if dossier.version != expected_version:
        raise Conflict(_("Somebody changed this dossier while you were working on it."), dossier.version)
    dossier.title, dossier.summary = title.strip(), summary.strip()
    session.flush()
    record(session, actor, "dossier.edited", "dossier", dossier.id)
    return dossier


def _require_title(title: str) -> None:
    if not title.strip():
        raise Invalid(Fault("title", _("Give the dossier a title.")))
