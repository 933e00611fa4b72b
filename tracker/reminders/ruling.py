"""Rules as data: what holds on one case, on one pathway, everywhere, where the person wishes nothing of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.access.policy import Action, Decision, decide, require
from tracker.access.queries import membership_of
from tracker.audit.services import record
from tracker.cases.models import Case
from tracker.cases.queries import get_case_by_id
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.pathways.store import definitions
from tracker.reminders.models import ReminderRule
from tracker.reminders.planning.asking import replan_case, replan_everything
from tracker.reminders.planning.due_facts import HABITS_COLUMNS, HABITS_JOINS, habits
from tracker.reminders.planning.rules import ChainStep, Habits
from tracker.reminders.planning.wishes import MOST_WORKING_DAYS, are_days, fault_of_days, fault_of_working_days

ADDRESSEES = ("lead", "coordinator", "head")
"""To whom a step of the chain may lead."""
MOST_STEPS = 5

Key = UUID | str | None
"""Of a rule: the case's id, the pathway's key, None for the one that holds everywhere."""

_EFFECTIVE = text(f"SELECT {HABITS_COLUMNS} FROM cases c {HABITS_JOINS} WHERE c.id = :case_id")  # noqa: S608

_NO_CASE = "(SELECT CAST(NULL AS uuid) AS id, CAST(:pathway AS text) AS pathway)"
_WIDE = text(f"SELECT {HABITS_COLUMNS} FROM {_NO_CASE} c {HABITS_JOINS}")  # noqa: S608


@dataclass(frozen=True, slots=True)
class RuleValues:
    """What a rule says; None: the wider one says it. Steps of overdue and waiting are working days."""

    days_before: tuple[int, ...] | None = None
    renewal_days_before: tuple[int, ...] | None = None
    overdue_every: int | None = None
    waiting_every: int | None = None
    escalation: tuple[ChainStep, ...] | None = None


def rule_of(session: Session, scope: str, key: Key = None) -> ReminderRule | None:
    """The rule of a case (by id), of a pathway (by key), or of all; None where nothing is said. One statement."""
    return session.scalar(_rule(scope, key))


def effective_rule(session: Session, case: Case) -> Habits:
    """What holds on `case`: its own word, else its pathway's, else everybody's, else the built-in. One statement."""
    return habits(session.execute(_EFFECTIVE, {"case_id": case.id}).one())


def wide_rule(session: Session, pathway: str | None) -> Habits:
    """What holds on the cases of `pathway` that say nothing themselves; None: of a pathway that says nothing either."""
    return habits(session.execute(_WIDE, {"pathway": pathway}).one())


def may_set_rule(session: Session, actor: Actor, scope: str, key: Key = None) -> Decision:
    """Of a case: whoever may say who works on it; wider ones: administrators, as mail is theirs. Raises NotVisible."""
    if scope == "case":
        case = get_case_by_id(session, actor, _id_of(key))
        return decide(actor, Action.MANAGE_MEMBERS, case.level, membership_of(session, actor, case.id))
    return decide(actor, Action.MANAGE_MAIL)


def set_rule(
    session: Session, actor: Actor, scope: str, key: Key, values: RuleValues, expected_version: int = 0
) -> ReminderRule:
    """Say what holds on a case, a pathway, or everywhere (`key` None); planning follows with the next ticks.

    `expected_version`: of the rule as it was shown; 0 where there was none. Raises NotVisible, NotPermitted, Invalid,
    Conflict.
    """
    require(may_set_rule(session, actor, scope, key))
    if faults := faults_of_rule(scope, key, values):
        raise Invalid(*faults)
    rule = rule_of(session, scope, key)
    if (rule.version if rule else 0) != expected_version:
        raise Conflict(_("Somebody changed these rules in the meantime."), rule.version if rule else 0)
    if rule is None:
        rule = ReminderRule(scope=scope, **_key_of(scope, key))
        session.add(rule)
    _apply(rule, values)
    rule.changed_by_id, rule.changed_at = actor.person_id, clock.now()
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(_("Somebody changed these rules in the meantime.")) from error
    record(session, actor, "reminder_rule.changed", "reminder_rule", rule.id, case_id=rule.case_id, scope=scope)
    if rule.case_id is not None:
        replan_case(session, rule.case_id)
    else:
        replan_everything(session)
    return rule


def faults_of_rule(scope: str, key: Key, values: RuleValues) -> list[Fault]:
    """What no rule may say; each names its field."""
    faults = []
    for name in ("days_before", "renewal_days_before"):
        days = getattr(values, name)
        if days is not None and not are_days(days):
            faults.append(fault_of_days(name))
    for name in ("overdue_every", "waiting_every"):
        count = getattr(values, name)
        if count is not None and not 1 <= count <= MOST_WORKING_DAYS:
            faults.append(fault_of_working_days(name))
    if values.escalation is not None and not _is_chain(values.escalation):
        words = _("Write up to %(most)s steps, each some working days after the one before it.", most=MOST_STEPS)
        faults.append(Fault("escalation", words))
    if scope == "pathway" and key not in {definition.key for definition in definitions().all()}:
        faults.append(Fault("pathway", _("Choose one of the pathways.")))
    return faults


def _is_chain(steps: tuple[ChainStep, ...]) -> bool:
    days = [step.after for step in steps]
    return (
        len(steps) <= MOST_STEPS
        and all(1 <= day <= MOST_WORKING_DAYS * 2 for day in days)
        and days == sorted(set(days))
        and all(step.to in ADDRESSEES for step in steps)
    )


def _apply(rule: ReminderRule, values: RuleValues) -> None:
    rule.days_before = _largest_first(values.days_before)
    rule.renewal_days_before = _largest_first(values.renewal_days_before)
    rule.overdue_every, rule.waiting_every = values.overdue_every, values.waiting_every
    chain = values.escalation
    rule.escalation = None if chain is None else [{"after": step.after, "to": step.to} for step in chain]


def _largest_first(days: tuple[int, ...] | None) -> list[int] | None:
    return None if days is None else sorted(set(days), reverse=True)


def _rule(scope: str, key: Key) -> Select[ReminderRule]:
    query = select(ReminderRule).where(ReminderRule.scope == scope)
    if scope == "case":
        return query.where(ReminderRule.case_id == _id_of(key))
    return query.where(ReminderRule.pathway == key) if scope == "pathway" else query


def _key_of(scope: str, key: Key) -> dict[str, Any]:
    if scope == "case":
        return {"case_id": _id_of(key)}
    return {"pathway": key} if scope == "pathway" else {}


def _id_of(key: Key) -> UUID:
    return key if isinstance(key, UUID) else UUID(str(key))
