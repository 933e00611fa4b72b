"""Mistaken cases: removed, or merged into another. Both stay in the audit, and seen by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.access.levels import Level
from tracker.access.policy import Action
from tracker.audit.models import AuditEntry
from tracker.audit.services import record
from tracker.cases.happened import CaseLevelChanged
from tracker.cases.models import Case
from tracker.cases.queries import get_case
from tracker.cases.services.guard import take_case
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from tracker.core.events import announce

_REMOVE = text("SELECT app_remove_case(:case_id, :why, :version)")
_STRANGERS = text(
    # Members of the kept case, now or later, who are not members of the other for as long: as app_merge_case asks.
    "SELECT p.name FROM case_memberships m JOIN people p ON p.id = m.person_id"
    " WHERE m.case_id = :kept AND m.ended_at IS NULL AND (m.ends_at IS NULL OR m.ends_at > now()) AND NOT EXISTS ("
    "   SELECT FROM case_memberships o WHERE o.case_id = :gone AND o.person_id = m.person_id AND o.ended_at IS NULL"
    "    AND o.starts_at <= greatest(m.starts_at, now())"
    "    AND (o.ends_at IS NULL OR o.ends_at >= coalesce(m.ends_at, 'infinity')))"
    " ORDER BY p.name"
)
_MERGE = text("SELECT app_merge_case(:gone, :kept, :why, :version)")


@dataclass(frozen=True, slots=True)
class Merger:
    """What would be merged, and whom it keeps from happening: members of the kept case who don't see the other."""

    gone: Case
    kept: Case
    strangers: tuple[str, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(_merger_faults(self))


def remove_case(
    session: Session, actor: Actor, case_id: UUID, reason: str, typed_reference: str, expected_version: int
) -> None:
    """Take a mistaken case out of everybody's sight; its open follow-ups and their mail are cancelled.

    Raises NotVisible, NotPermitted, Conflict, Invalid (no reason; the reference not typed).
    """
    case = take_case(session, actor, case_id, Action.DELETE_CASE, expected_version)
    _refuse_unsaid(case, reason, typed_reference)
    session.flush()
    said = {"case_id": case.id, "why": reason.strip(), "version": case.version}
    session.expunge(case)  # the row is out of sight now
    if not session.scalar(_REMOVE, said):
        raise Conflict(_("Somebody changed this case while you were working on it."))


def plan_merger(session: Session, actor: Actor, gone: Case, kept_reference: str) -> Merger:
    """What merging `gone` into another case would mean. Raises Invalid when there is no such other case."""
    try:
        kept = get_case(session, actor, kept_reference.strip())
    except NotVisible:
        raise Invalid(Fault("kept", _("There is no case with this reference."))) from None
    return Merger(gone, kept, tuple(session.scalars(_STRANGERS, {"gone": gone.id, "kept": kept.id})))


def merge_cases(
    session: Session,
    actor: Actor,
    case_id: UUID,
    kept_reference: str,
    reason: str,
    typed_reference: str,
    expected_version: int,
) -> Case:
    """Move what hangs on a duplicate to the case that is kept, and take that one out of sight. Answers the kept one.

    Histories are never rewritten: that of the duplicate stays as it is and is read through the kept case. Members and
    watchers do not move, and where a subject is on both, what the duplicate says of them stays in the duplicate.
    Raises NotVisible, NotPermitted, Conflict, Invalid (also where somebody would come to see what they did not).
    """
    gone = take_case(session, actor, case_id, Action.MERGE, expected_version)
    _refuse_unsaid(gone, reason, typed_reference)
    merger = plan_merger(session, actor, gone, kept_reference)
    if merger.faults:
        raise Invalid(*merger.faults)
    kept = take_case(session, actor, merger.kept.id, Action.MERGE)
    session.flush()
    said = {"gone": gone.id, "kept": kept.id, "why": reason.strip(), "version": gone.version}
    session.expunge(gone)
    hindrance = session.scalar(_MERGE, said)
    if hindrance == "refused":
        raise NotPermitted(_("Only a lead of both cases may merge them."))
    if hindrance is not None:
        raise Conflict(_("Somebody changed this case while you were working on it."))
    session.refresh(kept)
    announce(session, CaseLevelChanged(kept.id, actor))  # other work counts now: the next deadline is found anew
    return kept


def restore_case(session: Session, actor: Actor, reference: str) -> Case:
    """Bring a removed case back, with the follow-ups that its removal cancelled; for the operator only.

    What a merger moved stays with the kept case. Raises NotPermitted, NotVisible.
    """
    if not actor.is_operator:
        raise NotPermitted(_("Your role does not allow this."))
    case = session.scalar(select(Case).where(Case.reference == reference.upper(), Case.removed_at.is_not(None)))
    if case is None:
        raise NotVisible("No removed case has this reference.")
    trail = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.case_id == case.id, AuditEntry.action == "case.removed")
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
    cancelled = dict(trail.detail.get("follow_ups", {})) if trail is not None else {}
    case.removed_at = case.removed_by_id = case.remove_reason = case.merged_into_id = None
    session.flush()
    for follow_up_id, status in cancelled.items():
        session.execute(_REOPEN, {"id": UUID(follow_up_id), "status": status})
    record(session, actor, "case.restored", "case", case.id, case_id=case.id)
    announce(session, CaseLevelChanged(case.id, actor))
    return case


_REOPEN = text(
    "UPDATE follow_ups SET status = :status, version = version + 1, next_plan_at = now()"
    " WHERE id = :id AND status = 'cancelled'"
)


def _refuse_unsaid(case: Case, reason: str, typed_reference: str) -> None:
    faults = []
    if not reason.strip():
        faults.append(Fault("reason", _("Say why; the reason stays in the audit.")))
    if typed_reference.strip().upper() != case.reference:
        faults.append(Fault("typed", _("Type %(reference)s to confirm.", reference=case.reference)))
    if faults:
        raise Invalid(*faults)


def _merger_faults(merger: Merger) -> list[Fault]:
    gone, kept = merger.gone, merger.kept
    if gone.id == kept.id:
        return [Fault("kept", _("A case can't be merged with itself."))]
    if gone.pathway != kept.pathway:
        return [Fault("kept", _("The two cases follow different pathways."))]
    faults = []
    if Level(gone.level).rank > Level(kept.level).rank:
        message = _("%(kept)s is more open than this case. Raise its level first.", kept=kept.reference)
        faults.append(Fault("kept", message))
    if merger.strangers:
        message = _(
            "These members of %(kept)s are no members of this case and would come to see more: %(names)s. "
            "Make them members of this case first.",
            kept=kept.reference,
            names=", ".join(merger.strangers),
        )
        faults.append(Fault("kept", message))
    return faults


def merged_into(session: Session, actor: Actor, reference: str) -> str | None:
    """The reference of the case that an old address leads to now, where `actor` sees it."""
    if not actor.is_person:
        return None
    return session.scalar(select(func.app_merged_into(reference.upper())))
