"""What people do with records of periods: one function per intention."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access.policy import Action
from tracker.audit.services import record as note_in_trail
from tracker.cases.models import Case
from tracker.cases.services.guard import said_why, take_case
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.dates import VagueDate, is_vague_date
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.core.languages import format_vague
from tracker.followups.hanging import carry_along
from tracker.followups.locking import one_maker
from tracker.followups.models import FollowUp
from tracker.followups.rules import LONGEST_TITLE
from tracker.followups.services import add_follow_up
from tracker.periods.models import END_KINDS, KINDS, Period, PeriodFollowUp, PeriodRecord
from tracker.periods.queries import get_period, get_record, span_of, work_on_periods
from tracker.periods.reckoned import rule_choices
from tracker.periods.rules import Between, Span, ends_before_it_begins, overlapped_by, seam


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a record says of itself, all of it at once."""

    kind: str
    title: str
    holder: str | None = None
    authority: str | None = None
    rule_key: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A period: `begins_on` and `ends_on` as exactly as they are known (YYYY[-MM[-DD]]), a beginning of None unknown.

    `end_kind`: `day` (then `ends_on` says it), `open`, `unknown`. `is_overlapping`: somebody says
    that the acts overlap.
    """

    begins_on: str | None = None
    ends_on: str | None = None
    end_kind: str = "day"
    basis: str | None = None
    source: str | None = None
    is_overlapping: bool = False

    @property
    def span(self) -> Span:
        return Span("", VagueDate(self.begins_on), VagueDate(self.ends_on), is_open=self.end_kind == "open")


def open_record(
    session: Session, actor: Actor, case_id: UUID, facts: RecordFacts, ref: str | None = None
) -> PeriodRecord:
    """Begin a record on a case. Raises NotVisible, NotPermitted, Invalid."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    require_record(facts)
    made = PeriodRecord(case_id=case.id, created_by_id=actor.person_id, **_clean(facts))
    if ref is not None:
        made.ref = ref
    session.add(made)
    session.flush()
    note_in_trail(session, actor, "period_record.opened", "period_record", made.id, case_id=case.id, kind=made.kind)
    return made


def edit_record(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, facts: RecordFacts, expected_version: int | None
) -> PeriodRecord:
    """Say otherwise what a record is; its periods stay. Raises NotVisible, NotPermitted, Invalid, Conflict."""
    case, record = _taken(session, actor, case_id, record_id, expected_version)
    require_record(facts)
    values = _clean(facts)
    changed = sorted(name for name, value in values.items() if getattr(record, name) != value)
    for name in changed:
        setattr(record, name, values[name])
    session.flush()
    if changed:
        note_in_trail(
            session, actor, "period_record.edited", "period_record", record.id, case_id=case.id, fields=changed
        )
    return record


def strike_out_record(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, reason: str, expected_version: int | None
) -> None:
    """Take a record off that should not stand; it is kept. Raises NotVisible, NotPermitted, Invalid, Conflict."""
    case, record = _taken(session, actor, case_id, record_id, expected_version)
    record.voided_at, record.void_reason = clock.now(), said_why(reason)
    session.flush()
    note_in_trail(session, actor, "period_record.struck_out", "period_record", record.id, case_id=case.id)


def add_period(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, facts: PeriodFacts, ref: str | None = None
) -> Period:
    """Enter a period; a renewal is one more. Raises NotVisible, NotPermitted, Invalid where it surely overlaps."""
    case, record = _taken(session, actor, case_id, record_id, None)
    made = _enter(session, actor, record, facts, ref=ref)
    _note(session, actor, "added", case, made)
    return made


def correct_period(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, period_id: UUID, facts: PeriodFacts, reason: str
) -> Period:
    """Strike a period out and enter it anew; both are kept, and work that hangs on its end goes along.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case, record = _taken(session, actor, case_id, record_id, None)
    old = get_period(session, record, period_id)
    require_period(facts, [one for one in standing_on(session, record) if one.id != old.id])
    _strike(session, actor, old, reason)
    made = _enter(session, actor, record, facts, ref=old.ref, replaces=old)
    _note(session, actor, "corrected", case, made)
    _carry_work(session, actor, case, old, made)
    return made


def strike_out_period(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, period_id: UUID, reason: str
) -> None:
    """Take a period off that should not stand; it is kept. Work that hangs on it keeps its day.

    Raises NotVisible, NotPermitted, Invalid.
    """
    case, record = _taken(session, actor, case_id, record_id, None)
    old = get_period(session, record, period_id)
    _strike(session, actor, old, said_why(reason))
    _note(session, actor, "struck_out", case, old)


def follow_period(
    session: Session, actor: Actor, case: Case, record_id: UUID, period_id: UUID, assignee_id: UUID | None
) -> FollowUp:
    """Make the follow-up of an end: a renewal, of which one is reminded long before.

    Raises NotVisible, NotPermitted, Invalid, Conflict where one is open already or the end is not known to the day.
    """
    one_maker(session, case.id)
    record = get_record(session, actor, case, record_id)
    period = get_period(session, record, period_id)
    if period.end.exact is None:
        raise Conflict(_("The end of this period is not known to the day."))
    if any(line.is_active for line in work_on_periods(session, actor, case).get(period.id, ())):
        raise Conflict(_("A follow-up hangs on this period already."))
    follow_up = add_follow_up(
        session,
        actor,
        case,
        title=str(_("Ends: %(title)s", title=record.title))[:LONGEST_TITLE],
        due_on=period.end.exact,
        assignee_id=assignee_id,
        kind="renewal",
        notes=period.basis,
    )
    session.add(PeriodFollowUp(follow_up_id=follow_up.id, period_id=period.id, due_on=period.end.exact))
    session.flush()
    return follow_up


def standing_on(session: Session, record: PeriodRecord) -> list[Period]:
    """The periods of a record that were not struck out."""
    return list(session.scalars(select(Period).where(Period.record_id == record.id, Period.voided_at.is_(None))))


def require_record(facts: RecordFacts) -> None:
    """Raises Invalid."""
    faults = []
    if facts.kind not in KINDS:
        faults.append(Fault("kind", _("Choose one of the kinds offered.")))
    if not facts.title.strip():
        faults.append(Fault("title", _("Give the record a title.")))
    if facts.rule_key is not None and facts.rule_key not in rule_choices():
        faults.append(Fault("rule_key", _("Choose one of the kinds offered.")))
    if faults:
        raise Invalid(*faults)


def require_period(facts: PeriodFacts, others: list[Period]) -> None:
    """Raises Invalid; also where it surely shares a day with another, unless somebody said that the acts overlap."""
    faults = [
        Fault(name, _("Write a date that exists."))
        for name, said in (("begins_on", facts.begins_on), ("ends_on", facts.ends_on))
        if said is not None and not is_vague_date(said)
    ]
    if facts.end_kind not in END_KINDS:
        faults.append(Fault("end_kind", _("Choose one of the kinds offered.")))
    elif facts.end_kind == "day" and facts.ends_on is None:
        faults.append(Fault("ends_on", _("Give the last day, or say that the end is open or unknown.")))
    elif facts.end_kind != "day" and facts.ends_on is not None:
        faults.append(Fault("ends_on", _("An open or unknown end has no day.")))
    if faults:
        raise Invalid(*faults)
    if ends_before_it_begins(facts.span):
        raise Invalid(Fault("ends_on", _("The period would end before it begins.")))
    if not facts.is_overlapping:
        _refuse_overlap(facts, others)


def _refuse_overlap(facts: PeriodFacts, others: list[Period]) -> None:
    by_id = {one.id: one for one in others}
    found = overlapped_by([span_of(one) for one in others], facts.span)
    if not found:
        return
    with_it = by_id[found[0].key]
    shared = seam(found[0], facts.span)
    days = shared.least if shared.kind is Between.OVERLAP else 0
    words = _(
        "It overlaps the period from %(first)s to %(last)s",
        first=format_vague(with_it.begin),
        last=_("open") if with_it.end_kind == "open" else format_vague(with_it.end),
    )
    by_days = ngettext("by %(num)s day.", "by %(num)s days.", days) if days else ""
    again = _("Correct one of them; or tick that the acts overlap, and it is entered and marked.")
    raise Invalid(Fault("begins_on", f"{words} {by_days} {again}" if by_days else f"{words}. {again}"))


def _enter(
    session: Session,
    actor: Actor,
    record: PeriodRecord,
    facts: PeriodFacts,
    *,
    ref: str | None = None,
    replaces: Period | None = None,
) -> Period:
    others = standing_on(session, record)
    require_period(facts, others)
    values = asdict(facts) | {"is_overlapping": bool(overlapped_by([span_of(one) for one in others], facts.span))}
    made = Period(
        record_id=record.id,
        ends_by=VagueDate(facts.ends_on).latest,
        entered_by_id=actor.person_id,
        replaces_id=replaces.id if replaces is not None else None,
        **values,
    )
    if ref is not None:
        made.ref = ref
    session.add(made)
    session.flush()
    return made


def _strike(session: Session, actor: Actor, period: Period, reason: str) -> None:
    period.voided_at, period.voided_by_id, period.void_reason = clock.now(), actor.person_id, reason.strip() or None
    session.flush()


def _carry_work(session: Session, actor: Actor, case: Case, old: Period, made: Period) -> None:
    for line in work_on_periods(session, actor, case).get(old.id, ()):
        hanging = session.get_one(PeriodFollowUp, line.id)
        hanging.period_id = made.id
        if carry_along(session, actor, line.id, line.made_for, made.end.exact):
            hanging.due_on = made.end.exact
    session.flush()


def _taken(
    session: Session, actor: Actor, case_id: UUID, record_id: UUID, expected_version: int | None
) -> tuple[Case, PeriodRecord]:
    """The locked case and its record, as it is now."""
    case = take_case(session, actor, case_id, Action.EDIT_FACTS)
    record = get_record(session, actor, case, record_id)
    session.refresh(record)
    if expected_version is not None and expected_version != record.version:
        raise Conflict(_("Somebody else changed this record in the meantime. Look, and save again."), record.version)
    return case, record


def _clean(facts: RecordFacts) -> dict[str, Any]:
    return asdict(facts) | {"title": facts.title.strip()}


def _note(session: Session, actor: Actor, what: str, case: Case, period: Period) -> None:
    note_in_trail(session, actor, f"period.{what}", "period_record", period.record_id, case_id=case.id)
