"""The clocks of a case: in brief on its own page, whole on theirs, with the rule and every step of the computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action, decide
from tracker.access.queries import membership_of
from tracker.cases.clocks import clocks_on, labels_of
from tracker.cases.history import Projection
from tracker.cases.models import Case, CaseEvent
from tracker.cases.page_history import ShownEntry
from tracker.cases.projection import sight_of
from tracker.cases.queries import get_case, history_of
from tracker.cases.wording import entry_label
from tracker.clocks.queries import in_force, versions_in_force
from tracker.clocks.running import DATED, RunningClock, State, started_by
from tracker.clocks.words import CERTAINTY_WORDS, brief, calendar_words, decided_words, in_words, is_stated, kind_words
from tracker.core.web import actor, db
from tracker.followups.clocks import FollowedLine, followed_on, ledger_of
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.own_dates import own_dates, period_ends
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

IN_BRIEF = 8
_ASKED = (State.VAGUE, State.UNKNOWN, State.DEPENDS)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock on the page: in a line, step by step, what kind of date it is, and the entry that starts it.

    `holidays`: by which calendar its days were found, where holidays count.
    `ended`: the later entry that ended it, where one did; then `words` are those that it said until then.
    `stated`: the source of that entry, where the date is one that it cites; None where the date is reckoned.
    """

    clock: RunningClock
    words: str
    steps: Sequence[str]
    holidays: Sequence[str]
    kind: str
    certainty: str
    decided: str
    entry: str
    event_id: str
    ended: str = ""
    stated: str | None = None
    followed: FollowedLine | None = None


CAUSE_WORDS = {
    "followed": _l("follow-up made"),
    "corrected": _l("entry corrected"),
    "voided": _l("entry voided: the clock has stopped"),
    "rule_changed": _l("rule changed"),
    "details_edited": _l("facts of the case edited"),
    "sitting_moved": _l("sitting moved"),
}


@blueprint.get("/cases/<reference>/clocks")
@entrance(CASE_READERS)
def case_clocks(reference: str) -> str:
    case = get_case(db(), actor(), reference)
    events = [event for event in history_of(db(), actor(), case) if event.voided_at is None]
    definition = in_force(definitions().get(case.pathway), versions_in_force(db()))
    found = clocks_on(case, definition, events)
    followed = followed_on(db(), actor(), case)
    lines = _lines(definition, found, events, followed)
    today = today_here()
    membership = membership_of(db(), actor(), case.id)
    return render_template(
        "pages/case_clocks.html",
        case=case,
        today=today,
        running=[line for line in lines if line.clock.due_on is not None and line.clock.due_on >= today],
        asked=[line for line in lines if line.clock.state in _ASKED],
        passed=[line for line in lines if line.clock.due_on is not None and line.clock.due_on < today],
        without=_of_now(lines, sight_of(case, events), State.NONE),
        off=[line for line in lines if line.clock.state is State.OFF],
        over=[line for line in lines if line.clock.was is not None and line.clock.was.state in DATED],
        others=_of_now(lines, sight_of(case, events), State.OTHER),
        stopped=[one for one in followed if one.clock_on is None and one.is_active],
        ledger=ledger_of(db(), actor(), case),
        causes=CAUSE_WORDS,
        lonely=sum(
            1 for line in lines if not line.followed and line.clock.due_on is not None and line.clock.due_on >= today
        ),
        own_dates=own_dates(case, today),
        period_ends=period_ends(case, today),
        may_follow=bool(decide(actor(), Action.CREATE_FOLLOW_UP, case.level, membership)),
        may_correct=bool(decide(actor(), Action.VOID_ENTRY, case.level, membership)),
        may_start=bool(decide(actor(), Action.RECORD_EVENT, case.level, membership)),
        edit_url=url_for("cases.edit_case", reference=case.reference),
    )


def brief_clocks(
    case: Case, definition: Definition, sight: Projection, events: Sequence[ShownEntry], today: date
) -> list[tuple[RunningClock, str]]:
    """What still runs, and what the current status asks for, as words; the first few of them."""
    found = [one for one in clocks_on(case, definition, events) if one.state not in (State.OTHER, State.OVER)]
    of_now = started_by(found, sight.period_id)
    shown = [clock for clock in found if clock in of_now or (clock.due_on is not None and clock.due_on >= today)]
    labels = labels_of(definition)
    return [(clock, brief(clock, labels)) for clock in shown[:IN_BRIEF]]


def _lines(
    definition: Definition,
    found: Sequence[RunningClock],
    events: Sequence[CaseEvent],
    followed: Sequence[FollowedLine],
) -> list[ClockLine]:
    hanging = {(one.rule_key, one.party, one.event_id): one for one in followed}
    labels = labels_of(definition)
    named = {event.id: entry_label(event) for event in events}
    sources = {event.id: event.source or "" for event in events}
    return [
        ClockLine(
            clock,
            brief(clock.was or clock, labels),
            in_words(clock.found) if clock.found is not None else (),
            calendar_words(clock.found) if clock.found is not None else (),
            kind_words(clock.rule),
            str(CERTAINTY_WORDS[clock.rule.certainty]),
            decided_words(clock.rule),
            named[clock.event_id] if clock.event_id is not None else "",
            str(clock.event_id),
            named[clock.over_by] if clock.over_by is not None else "",
            sources[clock.event_id] if clock.event_id is not None and is_stated(clock.rule) else None,
            hanging.get((clock.rule.key, clock.party, clock.event_id)),
        )
        for clock in found
    ]


def _of_now(lines: Sequence[ClockLine], sight: Projection, state: State) -> list[ClockLine]:
    """Of rules without a date those that the current status names: the others tell nothing about today."""
    return [line for line in lines if line.clock.state is state and line.clock.event_id == sight.period_id]
