"""After a rule was changed whoever is responsible for a day that moved is told: once, in one mail, and no secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories.person import acting, make_person
from tests.integration.followups.test_recomputing import People, decide, follow, referral, run
from tests.support.acting import ActAs
from tests.support.smtp import ReceivedMail, SmtpSink
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.clocks.models import Deed
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.followups import services as follow_ups
from tracker.followups.models import FollowUp, FollowUpWatcher
from tracker.followups.recomputing import recompute_next
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.planning.asking import replan_case

Tick = Callable[..., Any]
KIND = "rule_changed"


@pytest.fixture
def people(act_as: ActAs) -> People:
    """Two legal officers, who decide about rules; the first does the work."""
    with act_as(OPERATOR) as session:
        return {name: make_person(session, "legal_officer", name=name) for name in ("legal_officer", "other", "third")}


def told(database: Database) -> dict[str, list[tuple[str, str]]]:
    """Who is told of a rule, by name: how, and what became of it."""
    found: dict[str, list[tuple[str, str]]] = {}
    with database.unit_of_work(OPERATOR) as session:
        query = select(Person.name, Reminder.via, Reminder.status).join(Reminder, Reminder.recipient_id == Person.id)
        for name, via, status in session.execute(query.where(Reminder.kind == KIND).order_by(Reminder.id)):
            found.setdefault(name, []).append((via, status))
    return found


def words(mail: ReceivedMail) -> str:
    """What the recipient reads as text."""
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def wish(database: Database, person: Person, **said: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=person.id, **said))


def test_each_person_is_told_of_all_their_days_in_one_mail_once_everything_is_reckoned(
    act_as: ActAs, people: People, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    officer, other = people["legal_officer"], people["other"]
    mine, secret = referral(act_as, officer, parties="LT PL"), referral(act_as, officer, level="sealed")
    work = [follow(act_as, officer, mine), follow(act_as, officer, mine, "PL"), follow(act_as, officer, secret)]
    theirs = follow(act_as, other, referral(act_as, other))
    with act_as(OPERATOR) as session:
        session.execute(update(FollowUp).where(FollowUp.id == work[1].id).values(due_on="2096-06-01"))
    decide(act_as, people, Deed.CORRECTED, amount=2)
    assert recompute_next(database, 1)
    tick()
    assert told(database) == {}, "half of it is nothing to be told"
    smtp_sink.mails.clear()  # whoever asked for the change was answered
    run(database)
    tick()
    assert told(database) == {"legal_officer": [("digest", "sent")] * 3, "other": [("digest", "sent")]}
    by_person = {mail.recipients[0]: words(mail) for mail in smtp_sink.mails}
    assert len(smtp_sink.mails) == len(by_person) == 2
    read = by_person[officer.email]
    assert "3 reminders for you." in read
    assert (
        f"Moved by a rule of law: due 14 May 2096, was 14 Apr 2096\n   {work[0].title}\n   {mine.reference}, " in read
    )
    assert "A rule of law now gives 14 May 2096; set by hand, and stays: 1 Jun 2096" in read
    assert "because a rule of law was changed" in read
    assert secret.reference not in read and read.count(mine.reference) == 2, "of what is sealed day and number alone"
    assert theirs.title in by_person[other.email] and mine.reference not in by_person[other.email]
    raw = b"".join(mail.content for mail in smtp_sink.mails).decode()
    assert secret.reference not in raw
    assert "Subject: [Tracker] 3 reminders" in raw and "Subject: [Tracker] 1 reminder" in raw
    tick()
    run(database)
    tick()
    assert len(smtp_sink.mails) == 2, "once"


def test_whoever_is_away_is_stood_in_for_and_work_that_nobody_has_is_told_to_the_lead(
    act_as: ActAs, people: People, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    officer, other, third = people["legal_officer"], people["other"], people["third"]
    wish(database, officer, away_from="2020-01-01", away_until="2090-01-01", substitute_id=third.id)
    stood_in, led = referral(act_as, officer), referral(act_as, other)
    follow(act_as, officer, stood_in)
    nobodys = follow(act_as, other, led)
    with act_as(OPERATOR) as session:
        session.execute(update(FollowUp).where(FollowUp.id == nobodys.id).values(assignee_id=None))
        session.add(FollowUpWatcher(follow_up_id=nobodys.id, person_id=third.id))
    decide(act_as, people, Deed.CORRECTED, amount=2)
    tick()
    smtp_sink.mails.clear()
    run(database)
    tick()
    assert told(database) == {"third": [("digest", "sent")] * 2, "other": [("digest", "sent")]}
    assert {mail.recipients[0] for mail in smtp_sink.mails} == {third.email, other.email}


def test_who_wants_no_mail_of_it_finds_it_in_the_bell_and_a_verified_rule_is_told_to_nobody(
    act_as: ActAs, people: People, database: Database, tick: Tick, smtp_sink: SmtpSink
) -> None:
    officer = people["legal_officer"]
    wish(database, officer, unwanted_kinds=[KIND])
    follow(act_as, officer, referral(act_as, officer))
    decide(act_as, people, Deed.VERIFIED)
    run(database)
    tick()
    assert told(database) == {}
    decide(act_as, people, Deed.SWITCHED_OFF)
    tick()
    smtp_sink.mails.clear()
    run(database)
    tick()
    assert told(database) == {"legal_officer": [("app", "shown")]}
    assert smtp_sink.mails == []


def test_what_somebody_may_not_see_any_more_or_has_set_since_is_not_told(
    act_as: ActAs, people: People, database: Database, tick: Tick
) -> None:
    officer, other = people["legal_officer"], people["other"]
    hidden, moved = referral(act_as, other), referral(act_as, officer)
    taken = follow(act_as, other, hidden)
    with act_as(OPERATOR) as session:
        session.execute(update(FollowUp).where(FollowUp.id == taken.id).values(assignee_id=officer.id))
    by_hand = follow(act_as, officer, moved)
    wish(database, officer, delivery="weekly")
    decide(act_as, people, Deed.CORRECTED, amount=2)
    run(database)
    tick()
    assert told(database) == {"legal_officer": [("digest", "planned")] * 2}
    with act_as(OPERATOR) as session:
        session.execute(update(Case).where(Case.id == hidden.id).values(level="sealed"))
        replan_case(session, hidden.id)
    with act_as(officer) as session:
        follow_ups.change_due(session, acting(officer), session.get_one(FollowUp, by_hand.id), date(2096, 7, 1))
    tick()
    assert told(database)["legal_officer"] == [("digest", "cancelled")] * 2
    assert told(database)["other"] == [("digest", "sent")], "the lead of what nobody may do now"
