"""This house's own dates on a case, which bind nobody: silence after letters, meetings and promises, reviews of who
sees it; and the ends of periods on record.

They are counted by the functions and from the rules of the clocks, and are never shown as law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _

from tracker.access.policy import Action, decide
from tracker.access.queries import membership_of
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.services.reviews import last_review
from tracker.clocks.house import house_rule
from tracker.clocks.reckoning import OutOfRange, Reckoning, reckon
from tracker.clocks.silence import Dealing, unanswered
from tracker.clocks.words import CERTAINTY_WORDS, in_words, kind_words
from tracker.core.languages import words_of_key
from tracker.core.web import actor, db
from tracker.engagements.commitments import commitments_read
from tracker.engagements.models import Engagement
from tracker.engagements.queries import engagements_of_case
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.pathways.spoken import spoken_rule
from tracker.periods.queries import ordered, periods_of, records_on, span_of
from tracker.periods.rules import latest
from tracker.periods.words import span_words, state_words

LOOKED_BACK = timedelta(days=365)
"""Silence of longer ago is history."""


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A day on which to look again: by which rule, counted how, and about what."""

    rule_key: str
    label: str
    due_on: date
    about: str
    url: str
    steps: Sequence[str]
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The last period of a record, in words."""

    title: str
    words: str
    url: str


def own_dates(case: Case, today: date) -> list[OwnDate]:
    """Those of `case`, of what the reader sees, by day. Six statements, and one more for who leads it."""
    found = [*_after_dealings(case, today), *_after_promises(case, today), *_while_waiting(case), *_reviews(case)]
    return sorted(found, key=lambda one: (one.due_on, one.label, one.about))


def period_ends(case: Case, today: date) -> list[PeriodEnd]:
    """Where each record of periods stands. Two statements."""
    records = records_on(db(), actor(), case)
    entered = periods_of(db(), records) if records else {}
    ends = []
    for record in records:
        last = latest([span_of(one) for one in ordered(line.period for line in entered.get(record.id, ()))])
        if last is not None:
            url = url_for("periods.record_page", reference=case.reference, record_id=record.id)
            ends.append(PeriodEnd(record.title, f"{span_words(last)}, {state_words(last, today)}", url))
    return ends


def _after_dealings(case: Case, today: date) -> Iterator[OwnDate]:
    """The last letter, meeting or call with each, where nothing was recorded since."""
    met = {line.engagement.id: line.engagement for line in engagements_of_case(db(), actor(), case.id)}
    for dealing in unanswered(_dealing(one) for one in met.values()):
        if dealing.day is not None and dealing.day >= today - LOOKED_BACK:
            meeting = met[dealing.key]
            country = next((one.contact.country for one in meeting.participants if one.contact), None)
            about = meeting.summary or words_of_key(meeting.kind)
            url = url_for("engagements.engagement_page", engagement_id=meeting.id)
            yield from _own_date(dealing.rule_key, dealing.day, country, about, url)


def _dealing(meeting: Engagement) -> Dealing:
    parties = frozenset(str(one.contact_id or one.name) for one in meeting.participants)
    return Dealing(meeting.id, meeting.kind == "letter", meeting.when.exact, meeting.sort_on, parties)


def _after_promises(case: Case, today: date) -> Iterator[OwnDate]:
    """Open promises whose day has come."""
    for line in commitments_read(actor(), case.id).alone(db()):
        said = line.commitment
        if said.status == "open" and said.due_on is not None and today - LOOKED_BACK <= said.due_on <= today:
            url = url_for("engagements.commitment_page", commitment_id=said.id)
            yield from _own_date("silence_promise", said.due_on, line.by.country, said.text, url)


def _while_waiting(case: Case) -> Iterator[OwnDate]:
    """Work that waits for somebody: the first nudge, as its assignee is given it."""
    rows = db().execute(
        visible_follow_ups(actor())
        .with_only_columns(
            FollowUp.id, FollowUp.title, FollowUp.waiting_since, Person.country, maintain_column_froms=True
        )
        .outerjoin(Person, Person.id == FollowUp.assignee_id)
        .where(FollowUp.case_id == case.id, FollowUp.status == "waiting", FollowUp.waiting_since.is_not(None))
        .order_by(FollowUp.waiting_since, FollowUp.id)
    )
    for row in rows:
        url = url_for("followups.follow_up_page", follow_up_id=row.id)
        yield from _own_date("silence_waiting", row.waiting_since, row.country, row.title, url)


def _reviews(case: Case) -> Iterator[OwnDate]:
    """For its leads alone, whose business it is."""
    membership = membership_of(db(), actor(), case.id)
    if case.review_due_on is None or not decide(actor(), Action.LOWER_LEVEL, case.level, membership):
        return
    last = last_review(db(), case.id)
    found = _counted("access_review", last.reviewed_at.date(), None) if last is not None else None
    is_of_last = found is not None and found.due_on == case.review_due_on
    url = url_for("cases.review", reference=case.reference)
    yield _line("access_review", case.review_due_on, found if is_of_last else None, case.title, url)


def _own_date(rule_key: str, day: date, country: str | None, about: str, url: str) -> Iterator[OwnDate]:
    found = _counted(rule_key, day, country)
    if found is not None:
        yield _line(rule_key, found.due_on, found, about, url)


def _counted(rule_key: str, day: date, country: str | None) -> Reckoning | None:
    try:
        return reckon(house_rule(rule_key), day, country)
    except OutOfRange:
        return None


def _line(rule_key: str, due_on: date, found: Reckoning | None, about: str, url: str) -> OwnDate:
    rule = spoken_rule(house_rule(rule_key))
    words = CERTAINTY_WORDS[rule.certainty]
    source = _(
        "Source: %(source)s [%(certainty)s: %(words)s]", source=rule.source, certainty=rule.certainty, words=words
    )
    steps = in_words(found) if found is not None else ()
    return OwnDate(rule_key, rule.label, due_on, about, url, steps, kind_words(rule), str(source))
