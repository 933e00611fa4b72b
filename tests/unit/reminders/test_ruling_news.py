"""What is told after a change of a rule of law: to whom, when, and when not any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from tracker.core.working_days import working_days_of
from tracker.reminders.planning.people import Circle, Recipient
from tracker.reminders.planning.rules import DueFact, Wanted
from tracker.reminders.planning.ruling_news import MovedByRule, of_rule, still_says

DONE = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
NEW = date(2026, 12, 14)
FACT = DueFact(NEW, 4, "deadline", True)
MOVED = MovedByRule(3, DONE, NEW, by_hand=False)


def person(number: int, **wishes: Any) -> Recipient:
    calendar = working_days_of(None)
    return Recipient(person_id=UUID(int=number), zone="UTC", calendar=calendar, **wishes)


def circle(*people: Recipient, **said: Any) -> Circle:
    return Circle({one.person_id: one for one in people}, **said)


DOER, LEAD, WATCHER = person(1), person(2), person(3)
OFFICE = circle(DOER, LEAD, WATCHER, leads=(LEAD.person_id,))


def news(fact: DueFact = FACT, moved: MovedByRule | None = MOVED, **said: Any) -> list[Wanted]:
    given: dict[str, Any] = {"assignee": DOER, "circle": OFFICE, "now": DONE + timedelta(minutes=1)}
    return of_rule(fact, moved, **(given | said))


def test_whoever_does_it_gets_a_line_of_a_digest_at_the_instant_at_which_all_was_reckoned() -> None:
    (line,) = news()
    assert (line.kind, line.due_key, line.recipient_id, line.via) == (
        "rule_changed",
        "rule:3",
        DOER.person_id,
        "digest",
    )
    assert line.send_at == DONE


@pytest.mark.parametrize(
    ("fact", "moved"),
    [
        (FACT, None),
        (FACT, replace(MOVED, done_at=None)),
        (replace(FACT, is_active=False), MOVED),
        (replace(FACT, due_on=date(2026, 12, 20)), MOVED),
        (replace(FACT, due_on=None), MOVED),
        (FACT, replace(MOVED, done_at=DONE - timedelta(days=31))),
    ],
    ids=["no rule changed", "not all reckoned", "work is over", "another day since", "no day since", "old news"],
)
def test_nothing_is_told_before_the_end_nor_of_what_is_otherwise_by_now(
    fact: DueFact, moved: MovedByRule | None
) -> None:
    assert news(fact, moved) == []


@pytest.mark.parametrize(
    ("gives", "by_hand", "due_on", "to_check", "says"),
    [
        (NEW, False, NEW, None, True),
        (NEW, False, date(2026, 12, 1), None, False),
        (NEW, True, date(2026, 12, 1), NEW, True),
        (NEW, True, date(2026, 12, 1), None, False),
        (NEW, True, NEW, None, True),
        (None, False, date(2026, 12, 1), None, True),
    ],
    ids=["moved", "set since", "kept by hand", "settled by hand", "taken over", "no date any more"],
)
def test_what_the_rule_did_is_told_while_it_stands(
    gives: date | None, by_hand: bool, due_on: date, to_check: date | None, says: bool
) -> None:
    assert still_says(gives, by_hand, due_on, to_check) is says


def test_quiet_hours_and_digests_hold_it_back_but_not_on_the_eve_of_a_legal_deadline() -> None:
    quiet = person(1, quiet_from=time(20), quiet_until=time(7))
    assert [one.send_at for one in news(assignee=quiet)] == [datetime(2026, 11, 24, 7, tzinfo=UTC)]
    weekly = person(1, delivery="weekly", digest_day=5)
    assert [one.send_at for one in news(assignee=weekly)] == [datetime(2026, 11, 27, 9, tzinfo=UTC)]
    soon = replace(FACT, due_on=date(2026, 11, 24))
    (line,) = news(soon, replace(MOVED, gives=date(2026, 11, 24)), assignee=quiet)
    assert (line.send_at, line.via) == (DONE, "digest")


def test_whoever_wants_no_mail_finds_it_in_the_app() -> None:
    assert [one.via for one in news(assignee=person(1, unwanted_kinds=frozenset({"rule_changed"})))] == ["app"]


def test_what_nobody_does_is_told_to_those_who_lead_and_watchers_hear_as_well() -> None:
    everybody = circle(DOER, LEAD, WATCHER, leads=(LEAD.person_id,), watchers=(WATCHER.person_id,))
    assert {one.recipient_id for one in news(circle=everybody)} == {DOER.person_id, WATCHER.person_id}
    blind = replace(everybody, blind=frozenset({DOER.person_id, WATCHER.person_id}))
    assert {one.recipient_id for one in news(circle=blind)} == {LEAD.person_id}
    assert {one.recipient_id for one in news(circle=OFFICE, assignee=None)} == {LEAD.person_id}


def test_a_substitute_hears_once_of_what_two_would_have_heard() -> None:
    away = {"away_from": date(2026, 11, 1), "away_until": date(2026, 12, 1), "substitute_id": LEAD.person_id}
    doer, watcher = person(1, **away), person(3, **away)
    both = circle(doer, LEAD, watcher, watchers=(watcher.person_id,))
    assert [one.recipient_id for one in news(circle=both, assignee=doer)] == [LEAD.person_id]


def test_once_some_have_heard_nobody_hears_it_later() -> None:
    assert news(told={LEAD.person_id}) == []
    assert [one.recipient_id for one in news(told={DOER.person_id})] == [DOER.person_id]
