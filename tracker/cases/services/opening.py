"""Opening a case: its facts, its first entry, and its creator as lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind, highest
from tracker.access.models import CaseMembership
from tracker.access.policy import Action, decide, require
from tracker.cases.models import Case
from tracker.cases.order import between
from tracker.cases.services.details import check_countries, check_details
from tracker.cases.services.dossiers import visible_dossier
from tracker.cases.services.entries import NewEntry, check_entry, insert_entry
from tracker.cases.services.levels import refuse_too_open
from tracker.cases.services.moving import judged_kind, refuse_missing
from tracker.cases.services.settling import settle_history, tell_recorded
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.ids import new_id, new_reference
from tracker.pathways.conditions import default_level
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody says when they open a case. Without a level the definition's default for the status rules."""

    pathway: str
    title: str
    entry: NewEntry
    summary: str = ""
    dossier_id: UUID | None = None
    countries: tuple[str, ...] = ()
    level: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def open_case(session: Session, actor: Actor, new: NewCase) -> Case:
    """Make a case with its first entry; a person who opens it leads it.

    Raises NotPermitted, Invalid, NotLawful (a status that no case begins with), NotVisible (the dossier).
    """
    require(decide(actor, Action.OPEN_CASE))
    definition = _definition(new.pathway)
    case = _draft(session, actor, new, definition)
    faults = [*_check(new), *check_details(definition, new.details), *check_countries(new.countries)]
    faults += check_entry(case, new.entry, actor, MembershipKind.LEAD)
    if faults:
        raise Invalid(*faults)
    kind = judged_kind(definition, case, [], [], new.entry)
    refuse_missing(definition, case, new.entry, kind)
    refuse_too_open(definition, new.entry.status, highest(case.level, new.entry.level))
    _insert(session, case, definition.prefix)
    _make_lead(session, actor, case)
    event = insert_entry(
        session, actor, case, new.entry, between(None, None), move=kind, definition_version=definition.version
    )
    settle_history(session, case, [event])
    tell_recorded(session, actor, case, event, "case.opened", status=event.status)
    return case


def _definition(pathway: str) -> Definition:
    try:
        return definitions().get(pathway)
    except KeyError:
        raise Invalid(Fault("pathway", _("Choose one of the pathways offered."))) from None


def _check(new: NewCase) -> list[Fault]:
    faults = []
    if not new.title.strip():
        faults.append(Fault("title", _("Give the case a title.")))
    if new.level is not None and new.level not in list(Level):
        faults.append(Fault("level", _("Choose one of the levels offered.")))
    return faults


def _draft(session: Session, actor: Actor, new: NewCase, definition: Definition) -> Case:
    known = new.level if new.level in list(Level) else None
    if new.dossier_id is not None:
        visible_dossier(session, actor, new.dossier_id)
    return Case(
        id=new_id(),
        pathway=definition.key,
        definition_version=definition.version,
        title=new.title.strip(),
        summary=new.summary.strip(),
        dossier_id=new.dossier_id,
        countries=list(new.countries),
        level=known or default_level(definition, new.entry.status),
        details={key: value for key, value in new.details.items() if value not in (None, "")},
        created_by_id=actor.person_id,
        lead_id=actor.person_id,
        flags=[],
    )


def _insert(session: Session, case: Case, prefix: str) -> None:
    """Write the row under a reference that nobody has; references are random, so two may meet."""
    for attempt in range(_ATTEMPTS):
        case.reference = new_reference(prefix, attempt)
        try:
            with session.begin_nested():
                session.add(case)
            return
        except IntegrityError as error:
            if "reference" not in str(error.orig):
                raise
    raise Conflict(_("No free reference was found. Try again."))


def _make_lead(session: Session, actor: Actor, case: Case) -> None:
    if actor.person_id is None:
        return
    session.add(
        CaseMembership(
            case_id=case.id,
            person_id=actor.person_id,
            kind=MembershipKind.LEAD,
            reason=_("Opened the case"),
            given_by_id=actor.person_id,
        )
    )
    session.flush()
