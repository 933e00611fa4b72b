"""Asking a second person to let a rule of law be changed, and changing it once both agree (ADR 26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.approvals import services as approvals
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Approval, Kind
from tracker.approvals.policy import may_ask
from tracker.audit.services import record
from tracker.clocks.correcting import corrected
from tracker.clocks.installed import InstalledRule, body_of, differing, installed, is_off
from tracker.clocks.models import Deed, Recomputation, RuleVersion
from tracker.clocks.queries import shipped_rules, version_number, versions_in_force
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid, NotVisible
from tracker.pathways.schema import Clock

NEEDS_SOURCE = frozenset({Deed.VERIFIED, Deed.CORRECTED})
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('clock_rule'), hashtext(:key))")


def deeds_for(rule: Clock) -> tuple[Deed, ...]:
    """What makes sense for a rule as it stands here."""
    if is_off(rule):
        return (Deed.SWITCHED_ON, Deed.RESTORED)
    found = [Deed.VERIFIED] if rule.certainty != "I" else []
    found += [Deed.CORRECTED, Deed.SWITCHED_OFF]
    if isinstance(rule, InstalledRule) and rule.decided.what != Deed.RESTORED:
        found.append(Deed.RESTORED)
    return tuple(found)


def ask_about_rule(
    session: Session,
    actor: Actor,
    rule_key: str,
    deed: Deed,
    reason: str,
    source: str = "",
    said: Mapping[str, Any] | None = None,
) -> Approval:
    """Ask a second person to agree to `deed`. `source`: what was looked at. `said`: the corrected fields, as typed.

    Raises NotPermitted, Invalid, and Conflict where the rule stands otherwise than `deed` needs.
    """
    shipped = known_rule(rule_key)
    version = versions_in_force(session).get(rule_key)
    standing = installed(shipped, version)
    if deed not in deeds_for(standing):
        raise Conflict(_("The rule has changed in the meantime: look at it again."))
    if deed in NEEDS_SOURCE and not source.strip():
        raise Invalid(Fault("looked_at", _("Say what you looked at: article, edition, where it can be read.")))
    body = _body_after(standing, shipped, deed, said or {})
    changes = differing(body_of(standing), body)
    if deed is Deed.CORRECTED and not changes:
        raise Invalid(Fault("", _("Nothing is different from the rule as it stands.")))
    payload = {
        "rule": rule_key,
        "what": str(deed),
        "body": body,
        "shipped": body_of(shipped),
        "after": version.number if version is not None else 0,
        "source": source.strip(),
        "changes": [list(one) for one in changes],
    }
    return approvals.ask(session, actor, Kind.CLOCK_RULE, payload, reason)


def change_rule_when_agreed(session: Session, event: ApprovalAgreed) -> None:
    """Keep the next version, and ask for what hangs on the rule to be reckoned anew.

    Raises NotPermitted when whoever asked may not any more, Conflict when the rule has changed since.
    """
    approval = event.approval
    if approval.kind != Kind.CLOCK_RULE:
        return
    require(may_ask(event.asked_by, Kind.CLOCK_RULE))
    said, key = approval.payload, str(approval.payload["rule"])
    session.execute(_ONE_AT_A_TIME, {"key": key})
    shipped = shipped_rules().get(key)
    if shipped is None or version_number(session, key) != said["after"] or differing(said["shipped"], body_of(shipped)):
        raise Conflict(_("The rule has changed since this was asked: ask anew."))
    number = int(said["after"]) + 1
    version = RuleVersion(
        rule_key=key,
        number=number,
        what=said["what"],
        body=said["body"],
        shipped=said["shipped"],
        reason=approval.reason,
        source=said["source"],
        asked_by_id=approval.asked_by_id,
        agreed_by_id=approval.decided_by_id,
        approval_id=approval.id,
    )
    session.add(version)
    session.flush()
    session.add(Recomputation(rule_key=key, number=number))
    session.flush()
    approvals.use(session, event.agreed_by, approval)
    record(session, event.agreed_by, "clock_rule.changed", "clock_rule", version.id, rule=key, what=version.what)


def _body_after(standing: Clock, shipped: Clock, deed: Deed, said: Mapping[str, Any]) -> dict[str, Any]:
    if deed is Deed.RESTORED:
        return body_of(shipped)
    if deed is Deed.VERIFIED:
        return {**body_of(standing), "certainty": "V"}
    return body_of(corrected(standing, said)) if deed is Deed.CORRECTED else body_of(standing)


def known_rule(rule_key: str) -> Clock:
    """The rule as it ships. Raises NotVisible."""
    rule = shipped_rules().get(rule_key)
    if rule is None:
        raise NotVisible
    return rule
