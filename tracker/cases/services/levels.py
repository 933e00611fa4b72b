"""Raising and lowering the confidentiality of a case."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.happened import CaseLevelChanged
from tracker.cases.models import Case
from tracker.cases.queries import current_members, history_of, lock_case
from tracker.cases.services.guard import take_case
from tracker.cases.services.settling import settle_history
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.core.events import announce
from tracker.core.languages import words_of_key
from tracker.pathways.conditions import is_below, required_level
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

_RAISE = text("SELECT app_raise_level(:case_id, :level, :version)")


def raise_level(session: Session, actor: Actor, case_id: UUID, level: str, expected_version: int) -> bool:
    """Narrow the circle. True when `actor` still sees the case afterwards.

    A case that only members see needs a lead among them. Raises NotVisible, NotPermitted, Conflict, Invalid.
    """
    case = take_case(session, actor, case_id, Action.RAISE_LEVEL, expected_version)
    _require_level(level)
    if Level(level).rank <= Level(case.level).rank:
        raise Invalid(Fault("level", _("Choose a higher level than the present one.")))
    if Level(level).members_only:
        _require_lead(session, case)
    old = case.level
    _write_raised(session, actor, case, level)
    record(session, actor, "case.level_raised", "case", case_id, case_id=case_id, from_level=old, to_level=level)
    announce(session, CaseLevelChanged(case_id, actor))
    return _settle_if_seen(session, actor, case_id)


def lower_level(session: Session, actor: Actor, case_id: UUID, level: str, expected_version: int) -> None:
    """Widen the circle, by a lead. Unsealing needs a second person (`ask_to_unseal`) and is refused here.

    Raises NotVisible, NotPermitted, Conflict, Invalid.
    """
    case = take_case(session, actor, case_id, Action.LOWER_LEVEL, expected_version)
    _require_level(level)
    if Level(level).rank >= Level(case.level).rank:
        raise Invalid(Fault("level", _("Choose a lower level than the present one.")))
    _refuse_unsealing(actor, case)
    refuse_too_open(definitions().get(case.pathway), case.status, level)
    write_lowered(session, actor, case, level)


def write_lowered(session: Session, actor: Actor, case: Case, level: str) -> None:
    """Lower the level of the locked case, whoever was asked before."""
    old, case.level = case.level, level
    session.flush()
    settle_history(session, case, history_of(session, actor, case))
    version = case.version
    record(
        session,
        actor,
        "case.level_lowered",
        "case",
        case.id,
        case_id=case.id,
        version=version,
        from_level=old,
        to_level=level,
    )
    announce(session, CaseLevelChanged(case.id, actor))


def _require_level(level: str) -> None:
    if level not in list(Level):
        raise Invalid(Fault("level", _("Choose one of the levels offered.")))


def _require_lead(session: Session, case: Case) -> None:
    if not any(membership.kind == MembershipKind.LEAD for membership, _person in current_members(session, case.id)):
        message = _("Only members will see this case, and it has no lead. Name a lead among its members first.")
        raise Invalid(Fault("level", message))


def _write_raised(session: Session, actor: Actor, case: Case, level: str) -> None:
    """By a function of the database: the actor's own sight may end with it, and a plain UPDATE could not do that."""
    if actor.is_operator:
        case.level = level
        session.flush()
        return
    session.flush()
    raised = session.scalar(_RAISE, {"case_id": case.id, "level": level, "version": case.version})
    session.expunge(case)  # the row may be out of sight now
    if not raised:
        raise Conflict(_("Somebody changed this case while you were working on it."))


def _settle_if_seen(session: Session, actor: Actor, case_id: UUID) -> bool:
    try:
        case, membership = lock_case(session, actor, case_id)
    except NotVisible:
        return False
    if membership == MembershipKind.READER:
        return True  # who only reads it from here on writes its row no more
    settle_history(session, case, history_of(session, actor, case))
    return True


def _refuse_unsealing(actor: Actor, case: Case) -> None:
    if case.level == Level.SEALED and not actor.is_operator:
        raise Invalid(Fault("level", _("Unsealing needs a second person: ask another member of this case.")))


def refuse_too_open(definition: Definition, status: str | None, level: str) -> None:
    """Raises Invalid when a case that has `status` must lie above `level`, as the definition says without exception."""
    row = definition.by_key.get(status or "")
    strict = row is not None and row.confidentiality is not None and row.confidentiality.without_exception
    asked = required_level(definition, status)
    if strict and is_below(level, asked):
        message = _("While the status is “%(status)s”, the level must not lie below %(level)s, without exception.")
        raise Invalid(
            Fault("level", message % {"status": row.label if row else "", "level": words_of_key(asked or "")})
        )
