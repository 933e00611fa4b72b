"""Editing what a case says of itself: title, summary, countries, dossier, facts of its pathway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record
from tracker.cases.happened import CaseDetailsEdited
from tracker.cases.lawfulness import newly_unlawful
from tracker.cases.models import Case, CaseEvent
from tracker.cases.queries import history_of
from tracker.cases.services.details import check_countries, check_details
from tracker.cases.services.dossiers import visible_dossier
from tracker.cases.services.guard import take_case
from tracker.cases.services.settling import settle_history, standing_of
from tracker.cases.wording import entry_label
from tracker.core.actor import Actor
from tracker.core.errors import Fault, Invalid, NotLawful
from tracker.core.events import announce
from tracker.pathways.store import definitions


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All of them at once. `details` holds the keys that the form showed; others stay as they are."""

    title: str
    summary: str
    countries: tuple[str, ...]
    dossier_id: UUID | None
    details: Mapping[str, Any]


def edit_facts(session: Session, actor: Actor, case_id: UUID, facts: CaseFacts, expected_version: int) -> Case:
    """Change the facts. Facts that rule out the history are refused.

    Raises NotVisible, NotPermitted, Conflict, Invalid, NotLawful.
    """
    case = take_case(session, actor, case_id, Action.EDIT_FACTS, expected_version)
    definition = definitions().get(case.pathway)
    faults = [*check_details(definition, facts.details), *check_countries(facts.countries)]
    if not facts.title.strip():
        faults.append(Fault("title", _("Give the case a title.")))
    if faults:
        raise Invalid(*faults)
    if facts.dossier_id is not None and facts.dossier_id != case.dossier_id:
        visible_dossier(session, actor, facts.dossier_id)
    standing = standing_of(history_of(session, actor, case))
    details = _merged(case.details, facts.details)
    _refuse_contradiction(case, standing, details)
    changed = _write(case, facts, details)
    settle_history(session, case, standing)
    record(session, actor, "case.facts_edited", "case", case.id, case_id=case.id, version=case.version, fields=changed)
    if "details" in changed:
        announce(session, CaseDetailsEdited(case.id, actor))
    return case


def rename(session: Session, actor: Actor, case: Case, title: str, expected_version: int) -> Case:
    """Change the title alone. Raises NotVisible, NotPermitted, Conflict, Invalid."""
    facts = CaseFacts(title, case.summary, tuple(case.countries), case.dossier_id, {})
    return edit_facts(session, actor, case.id, facts, expected_version)


def _merged(old: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**old, **said}
    return {key: value for key, value in merged.items() if value not in (None, "")}


def _refuse_contradiction(case: Case, standing: list[CaseEvent], details: dict[str, Any]) -> None:
    broken = newly_unlawful(definitions().get(case.pathway), standing, standing, case.details, details)
    if broken is None:
        return
    label = next(entry_label(event) for event in standing if event.id == broken[0])
    raise NotLawful(_("These facts contradict the entry “%(label)s”. %(why)s", label=label, why=broken[1]))


def _write(case: Case, facts: CaseFacts, details: dict[str, Any]) -> list[str]:
    new = {
        "title": facts.title.strip(),
        "summary": facts.summary.strip(),
        "countries": list(facts.countries),
        "dossier_id": facts.dossier_id,
        "details": details,
    }
    changed = [name for name, value in new.items() if getattr(case, name) != value]
    for name in changed:
        setattr(case, name, new[name])
    return changed
