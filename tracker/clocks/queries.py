"""What holds in this installation: the rules that ship, with the last decision of two persons laid over each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Person
from tracker.approvals.models import Approval, Kind
from tracker.approvals.queries import visible_approvals
from tracker.clocks.installed import Version, Versions, installed
from tracker.clocks.models import Recomputation, RuleVersion
from tracker.clocks.rulebook import rules_of
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.reads import Read, Rows
from tracker.core.statements import kept_statement
from tracker.pathways.schema import Clock, Definition
from tracker.pathways.spoken import spoken_rule
from tracker.pathways.store import definitions

_ASKED, _AGREED = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a rule's history, with the names of both, as far as the reader knows them."""

    version: RuleVersion
    asked_by: str | None
    agreed_by: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody asked about a rule, and nobody has answered."""

    approval: Approval
    asked_by: str


def versions_read() -> Read[Versions]:
    """The last decision about each rule: few rows, and none in a house that takes the rules as they ship."""
    return Read(_last_versions(), {}, _by_key)


def versions_in_force(session: Session) -> Versions:
    """The same as a statement of its own."""
    return versions_read().alone(session)


def in_force(definition: Definition, versions: Versions) -> Definition:
    """`definition` with its rules as they hold here, in the reader's language; itself where nothing was decided."""
    if all(one.key not in versions for one in definition.clocks):
        return definition
    shipped = definitions().as_written(definition.key, definition.version).clocks
    clocks = (
        spoken_rule(installed(written, versions[said.key])) if said.key in versions else said
        for said, written in zip(definition.clocks, shipped, strict=True)
    )
    return definition.model_copy(update={"clocks": tuple(clocks)})


def shipped_rules() -> dict[str, Clock]:
    """Every rule of the definitions of this process, as it ships, by key."""
    return rules_of(definitions().newest_as_written())


def installed_rules(session: Session) -> dict[str, Clock]:
    """Every rule as it holds here, by key."""
    versions = versions_in_force(session)
    return {key: installed(rule, versions.get(key)) for key, rule in shipped_rules().items()}


def version_number(session: Session, rule_key: str) -> int:
    """Of the version that holds now; 0 while it is the rule that ships."""
    query = select(RuleVersion.number).where(RuleVersion.rule_key == rule_key).order_by(RuleVersion.number.desc())
    return session.scalar(query.limit(1)) or 0


def changes_of(session: Session, rule_key: str) -> Sequence[Change]:
    """Every version of a rule, newest first."""
    rows = session.execute(
        select(RuleVersion, _ASKED.name, _AGREED.name)
        .outerjoin(_ASKED, _ASKED.id == RuleVersion.asked_by_id)
        .outerjoin(_AGREED, _AGREED.id == RuleVersion.agreed_by_id)
        .where(RuleVersion.rule_key == rule_key)
        .order_by(RuleVersion.number.desc())
    )
    return [Change(*row) for row in rows]


def waiting_about(session: Session, actor: Actor, rule_key: str) -> Waiting | None:
    """The request about the rule that waits for a second person, for those who may know of it."""
    row = session.execute(
        visible_approvals(actor)
        .add_columns(Person.name)
        .join(Person, Person.id == Approval.asked_by_id)
        .where(
            Approval.kind == Kind.CLOCK_RULE,
            Approval.payload["rule"].astext == rule_key,
            Approval.decision.is_(None),
            Approval.expires_at > clock.now(),
        )
        .order_by(Approval.asked_at)
        .limit(1)
    ).first()
    return Waiting(row[0], row[1]) if row is not None else None


def last_recomputation(session: Session, rule_key: str) -> Recomputation | None:
    """The work that the newest version made, as far as it was begun."""
    query = select(Recomputation).where(Recomputation.rule_key == rule_key).order_by(Recomputation.number.desc())
    return session.scalar(query.limit(1))


@kept_statement
def _last_versions() -> Select[str, int, str, object, object, str, str, datetime, str, str]:
    return (
        select(
            RuleVersion.rule_key,
            RuleVersion.number,
            RuleVersion.what,
            RuleVersion.body,
            RuleVersion.shipped,
            RuleVersion.reason,
            RuleVersion.source,
            RuleVersion.at,
            _ASKED.name.label("asked_by"),
            _AGREED.name.label("agreed_by"),
        )
        .ext(distinct_on(RuleVersion.rule_key))
        .outerjoin(_ASKED, _ASKED.id == RuleVersion.asked_by_id)
        .outerjoin(_AGREED, _AGREED.id == RuleVersion.agreed_by_id)
        .order_by(RuleVersion.rule_key, RuleVersion.number.desc())
    )


def _by_key(rows: Rows) -> Versions:
    return {
        key: Version(key, number, what, body, shipped, at, asked_by, agreed_by, reason, source)
        for key, number, what, body, shipped, reason, source, at, asked_by, agreed_by in rows
    }
