"""Three weeks of an office, tick by tick: mail of every kind arrives, once, for whom it is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work
from tests.support.smtp import ReceivedMail, SmtpSink
from tracker.accounts.models import Person
from tracker.cases.models import CaseWatcher
from tracker.cases.services.entries import NewEntry
from tracker.cases.services.moving import change_status
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.dates import VagueDate
from tracker.followups.models import FollowUp, FollowUpWatcher
from tracker.followups.services import assign, complete
from tracker.reminders.models import Reminder, ReminderPreference

START = datetime(2026, 11, 22, 18, tzinfo=UTC)
END = datetime(2026, 12, 15, tzinfo=UTC)
DUE = date(2026, 12, 1)
SUPPORT = NewEntry(
    when=VagueDate("2026-11-24"), summary="They support it.", status="political_support", facts={"text": "Support."}
)


def an_office(database: Database) -> dict[str, Any]:
    """One of each role, one who reads digests; work due on the first of December, and all that can be told of it."""
    with clock.fixed(START), database.unit_of_work(OPERATOR) as session:
        roles = {"officer": "legal_officer", "lead": "legal_officer", "coordinator": "coordinator", "head": "head"}
        people = {name: make_person(session, role) for name, role in roles.items()}
        people |= {"reader": make_person(session, "legal_officer"), "admin": make_person(session, "administrator")}
        session.add(ReminderPreference(person_id=people["reader"].id, delivery="daily"))
        case = make_case(session, lead=people["lead"], title="Situation in Canaria")
        case.expires_on = date(2026, 12, 30)
        plan = "SELECT app_plan_subject('case', :id, :id, :at), app_plan_subject('summary', :head, NULL, :at)"
        session.execute(text(plan), {"id": case.id, "head": people["head"].id, "at": START})
        session.add(CaseWatcher(case_id=case.id, person_id=people["head"].id))
        work = make_due_work(session, case, people["officer"], DUE)
        promise = make_commitment(session, case=case, due_on=DUE)
        due: dict[str, Any] = {
            "waits": make_due_work(
                session, case, people["officer"], None, status="waiting", waiting_since=date(2026, 11, 16)
            ),
            "checked": make_due_work(session, case, people["officer"], DUE, commitment_id=promise.id),
            "watched": make_due_work(session, case, people["officer"], DUE),
            "given": make_due_work(session, case, people["lead"], date(2026, 12, 31)),
            **{f"read {n}": make_due_work(session, case, people["reader"], DUE) for n in range(3)},
        }
        session.add(FollowUpWatcher(follow_up_id=due["watched"].id, person_id=people["head"].id))
        return people | due | {"case": case, "work": work}


def live(office: dict[str, Any], database: Database, tick: Callable[..., Any]) -> None:
    """Ticks every three hours; on the second day people act."""
    now = START
    while now < END:
        if now == START + timedelta(days=2):
            _act(office, database, now)
        tick(now)
        now += timedelta(hours=3)


def _act(office: dict[str, Any], database: Database, now: datetime) -> None:
    lead = acting(office["lead"])
    with clock.fixed(now), database.unit_of_work(lead) as session:
        change_status(session, lead, office["case"].id, SUPPORT)
        assign(session, lead, session.get_one(FollowUp, office["given"].id), office["officer"].id)
        complete(session, lead, session.get_one(FollowUp, office["watched"].id))


def subjects(sink: SmtpSink, person: Person) -> Counter[str]:
    """The subjects of somebody's mails, without days and references."""
    return Counter(shape(mail) for mail in sink.mails if mail.recipients == [person.email])


def shape(mail: ReceivedMail) -> str:
    return re.sub(r"\d{4}-(\d\d-\d\d|W\d\d)|ACC-[\w-]+|\[Tracker\] |[·,]", "", str(mail.message["Subject"])).strip()


def test_mail_of_every_kind_arrives_once_for_whom_it_is_meant(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    office = an_office(database)
    live(office, database, tick)
    officer = subjects(smtp_sink, office["officer"])
    assert {
        "Follow-up due",
        "Follow-up overdue since",
        "Commitment due",
        "Waiting since",
        "Follow-up for you due",
    } <= {*officer}
    assert set(subjects(smtp_sink, office["lead"])) == {"Overdue since", "Period ends"}
    assert set(subjects(smtp_sink, office["coordinator"])) == {"Overdue since"}
    head = subjects(smtp_sink, office["head"])
    assert head == {"Status changed": 1, "Follow-up done": 1, "Weekly summary": 4}
    reader = subjects(smtp_sink, office["reader"])
    assert reader["3 reminders"] >= 5 and set(reader) == {"3 reminders"}
    # Ticks that come every three hours are late for much, and send it all: nothing is stuck, and nobody is alarmed.
    assert subjects(smtp_sink, office["admin"]) == {}
    ids = [mail.message["Message-ID"] for mail in smtp_sink.mails]
    assert len(ids) == len(set(ids))
    with database.unit_of_work(OPERATOR) as session:
        unsent = select(Reminder.kind, Reminder.status).where(
            Reminder.send_at <= END, Reminder.status.not_in(("sent", "cancelled"))
        )
        assert session.execute(unsent).all() == []
        lines = session.execute(select(Reminder.digest_id).where(Reminder.via == "digest", Reminder.status == "sent"))
        assert all(line.digest_id is not None for line in lines.all())


def test_mails_about_one_case_stand_in_one_thread(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink
) -> None:
    office = an_office(database)
    tick(START)
    live(office, database, tick)
    of_case = [mail.message for mail in smtp_sink.mails if office["case"].reference in str(mail.message["Subject"])]
    assert len(of_case) > 10 and len({mail["References"] for mail in of_case}) == 1
    others = [mail.message for mail in smtp_sink.mails if mail.message not in of_case]
    assert others and {mail["References"] for mail in others} == {None}
