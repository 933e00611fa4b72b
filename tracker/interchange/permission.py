"""What a person, rather than the operator, may import (product/access.md)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, decide
from tracker.access.queries import memberships_of
from tracker.core.actor import Actor
from tracker.interchange.findings import Findings, at_key
from tracker.interchange.loading import Rows
from tracker.interchange.schema import DossierFile

Memberships = Mapping[UUID, MembershipKind]
"""What the acting person is on the cases that stood here before the import."""


def check_permission(session: Session, actor: Actor, file: DossierFile, rows: Rows, findings: Findings) -> Memberships:
    """A person imports what they might enter by hand: new cases by role, changes of a case by their part in it."""
    if actor.is_operator:
        return {}
    standing = {case.path: row for case in file.cases or () if (row := rows.get("cases", case.ref)) is not None}
    memberships = memberships_of(session, actor, [row.id for row in standing.values()])
    for case in file.cases or ():
        row = standing.get(case.path)
        if row is None:
            decision = decide(actor, Action.OPEN_CASE)
        else:
            decision = decide(actor, Action.EDIT_FACTS, row.level, memberships.get(row.id))
        if not decision.allowed:
            findings.error(at_key(case.path, "ref"), "you may not open or change this case")
        elif row is not None and case.confidentiality not in (None, row.level):
            findings.error(
                at_key(case.path, "confidentiality"), "the level of a case changes on its page, not by import"
            )
    if not file.cases and not decide(actor, Action.RECORD_CONTACT).allowed:
        findings.error("", "you may not import")
    return memberships
