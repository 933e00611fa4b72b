"""Looking again just before the mail, as its recipient: every kind, and what happened since it was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_promise, make_reminder
from tests.support.application import engines_of
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseWatcher
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import Database, become
from tracker.followups.models import FollowUp, FollowUpWatcher
from tracker.reminders.letters import Because, LetterFacts
from tracker.reminders.letters.recheck import NoLongerHolds, addressee, letter_facts
from tracker.reminders.models import Reminder, ReminderPreference
from tracker.reminders.outbox import Claimed

DUE = date(2026, 12, 1)
NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
Happening = Callable[[Session, dict[str, Any]], None]


def facts_of(database: Database, reminder_id: UUID, now: datetime = NOW) -> LetterFacts:
    """What the mail would say: as the one who sends it finds out."""
    with database.unit_of_work(OPERATOR) as session:
        row = session.get_one(Reminder, reminder_id)
        names = [name for name in Claimed.__dataclass_fields__ if name != "token"]
        claimed = Claimed(token=row.id, **{name: getattr(row, name) for name in names})
    with database.unit_of_work(person_actor(claimed.recipient_id, frozenset())) as session:
        to = addressee(session, claimed.recipient_id)
        become(session, to.actor)
        return letter_facts(session, claimed, to, now)


def reason_of(database: Database, reminder_id: UUID, now: datetime = NOW) -> str:
    """Why the mail must not go."""
    with pytest.raises(NoLongerHolds) as gone:
        facts_of(database, reminder_id, now)
    return gone.value.reason.value


def happen(database: Database, happened: Happening, office: dict[str, Any]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        happened(session, office)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database, but for what a transaction begins with."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SET", "SELECT SET_CONFIG", "ROLLBACK", "COMMIT", "BEGIN")):
            said.append(statement)

    for engine in engines_of(database):
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines_of(database):
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def office(database: Database) -> dict[str, Any]:
    """A case with a lead, a coordinator and an officer with overdue work; each has a row of their kind."""
    with database.unit_of_work(OPERATOR) as session:
        lead = make_person(session, "legal_officer", name="Lena Lead")
        officer = make_person(session, "legal_officer", name="Olga Officer")
        coordinator = make_person(session, "coordinator", name="Kira Coordinator")
        stand_in = make_person(session, "legal_officer", name="Sana Standin")
        watcher = make_person(session, "head", name="Wanda Watcher")
        case = make_case(session, lead=lead, title="Situation in Canaria", expires_on=DUE)
        work = make_due_work(session, case, officer, DUE, title="Ask the ministry", next_plan_at=None)
        session.add(FollowUpWatcher(follow_up_id=work.id, person_id=watcher.id))
        session.add(CaseWatcher(case_id=case.id, person_id=watcher.id))
        session.add(
            ReminderPreference(
                person_id=officer.id, away_from=DUE, away_until=DUE + timedelta(days=30), substitute_id=stand_in.id
            )
        )
        entry = make_event(session, case, 2, "2026-12-05", "filed_jointly")
        period = {"subject_id": case.id, "case_id": case.id, "due_on": DUE, "due_key": f"{DUE}:-7"}
        case.expires_on = DUE
        rows = {
            "assignee": make_reminder(session, work, officer, kind="overdue", due_key="1:+1"),
            "substitute": make_reminder(session, work, stand_in, kind="overdue", due_key="1:+1"),
            "lead": make_reminder(session, work, lead, kind="escalation", due_key="1:e3:lead"),
            "coordinator": make_reminder(session, work, coordinator, kind="escalation", due_key="1:e7:coordinator"),
            "watcher": make_reminder(session, work, watcher, kind="follow_up_changed", due_key="1:moved"),
            "status": make_promise(
                session, watcher, "case_event", "status_changed", subject_id=entry.id, case_id=case.id
            ),
            "period": make_promise(session, lead, "case", "renewal", **period),
        }
        people = {"lead": lead, "officer": officer, "coordinator": coordinator, "watcher": watcher}
        ids = {name: row.id for name, row in rows.items()}
        return people | {"stand_in": stand_in, "case": case, "work": work, "entry": entry, "rows": ids}


@pytest.mark.parametrize(
    ("row", "because"),
    [
        ("assignee", Because.ASSIGNED),
        ("substitute", Because.SUBSTITUTE),
        ("lead", Because.LEAD),
        ("coordinator", Because.COORDINATOR),
        ("watcher", Because.WATCHES_WORK),
        ("status", Because.WATCHES_CASE),
        ("period", Because.LEAD),
    ],
)
def test_what_still_holds_is_told_with_the_reason_for_telling_it(
    row: str, because: Because, office: dict[str, Any], database: Database, statements: list[str]
) -> None:
    facts = facts_of(database, office["rows"][row])
    matter = facts.matter
    assert matter is not None and matter.because is because and not matter.is_bare
    assert (matter.reference, matter.case_title) == (office["case"].reference, "Situation in Canaria")
    assert matter.case_id == office["case"].id
    seen = [one for one in statements if "set_config" not in one]
    assert len(seen) - 1 <= 2, "the addressee and the facts; one more is this test's look at the row"


def test_a_new_status_is_told_in_the_words_of_its_pathway(office: dict[str, Any], database: Database) -> None:
    matter = facts_of(database, office["rows"]["status"]).matter
    assert matter is not None and matter.since == date(2026, 12, 5)
    assert matter.status and "_" not in matter.status and matter.status != "filed_jointly"


def close(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(FollowUp).values(status="done", completed_on=DUE))


def move(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(FollowUp).values(due_version=2, due_on=DUE + timedelta(days=9)))
    session.execute(update(Case).values(expires_on=DUE + timedelta(days=365)))


def withdraw(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE cases SET level = 'restricted'"))
    session.execute(update(CaseMembership).values(ended_at=clock.now()))


def seal(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE cases SET level = 'sealed'"))
    session.execute(update(CaseMembership).values(ended_at=clock.now()))


def change_lead(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(CaseMembership).values(ended_at=clock.now()))
    join(session, office["case"], office["officer"], "lead")


def take_roles(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE person_roles SET role = 'legal_officer' WHERE role = 'coordinator'"))


def reassign(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(FollowUp).values(assignee_id=office["watcher"].id))


def name_another_substitute(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(ReminderPreference).values(substitute_id=office["lead"].id))


def stop_watching(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("DELETE FROM follow_up_watchers"))
    session.execute(text("DELETE FROM case_watchers"))


def deactivate(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(Person).values(active=False))


def void_the_entry(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("UPDATE case_events SET voided_at = now(), void_reason = 'Wrong'"))


def close_the_case(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(Case).values(phase="closed"))


def unwish(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("DELETE FROM reminder_preferences"))
    kinds = ["overdue", "escalation", "follow_up_changed", "status_changed", "renewal"]
    for name in ("officer", "lead", "coordinator", "watcher", "stand_in"):
        session.add(ReminderPreference(person_id=office[name].id, unwanted_kinds=kinds))


def pause(session: Session, office: dict[str, Any]) -> None:
    session.execute(text("DELETE FROM reminder_preferences"))
    for name in ("officer", "lead", "coordinator", "watcher", "stand_in"):
        session.add(ReminderPreference(person_id=office[name].id, paused_until=date(2026, 12, 8)))


def outlive(session: Session, office: dict[str, Any]) -> None:
    session.execute(update(Reminder).values(useful_until=NOW))


ALL_OF_WORK = ("assignee", "substitute", "lead", "coordinator")
EVERYBODY = (*ALL_OF_WORK, "watcher", "status", "period")
HAPPENINGS = [
    *[(close, row, "closed") for row in ALL_OF_WORK],
    *[(move, row, "date_changed") for row in (*ALL_OF_WORK, "period")],
    (move, "watcher", "superseded"),
    *[(withdraw, row, "not_visible") for row in EVERYBODY],
    *[(seal, row, "not_visible") for row in EVERYBODY],
    *[(deactivate, row, "recipient_inactive") for row in EVERYBODY],
    *[(unwish, row, "unwanted") for row in EVERYBODY],
    *[(pause, row, "unwanted") for row in EVERYBODY],
    *[(outlive, row, "superseded") for row in EVERYBODY],
    (change_lead, "lead", "reassigned"),
    (change_lead, "period", "reassigned"),
    (take_roles, "coordinator", "reassigned"),
    (reassign, "assignee", "reassigned"),
    (reassign, "substitute", "reassigned"),
    (name_another_substitute, "substitute", "reassigned"),
    (stop_watching, "watcher", "unwanted"),
    (stop_watching, "status", "unwanted"),
    (void_the_entry, "status", "closed"),
    (close_the_case, "period", "closed"),
]


@pytest.mark.parametrize(
    ("happened", "row", "reason"), HAPPENINGS, ids=lambda value: value.__name__ if callable(value) else value
)
def test_what_no_longer_holds_is_not_told(
    happened: Happening, row: str, reason: str, office: dict[str, Any], database: Database
) -> None:
    happen(database, happened, office)
    assert reason_of(database, office["rows"][row]) == reason


@pytest.mark.parametrize(
    ("happened", "row"), [(change_lead, "watcher"), (change_lead, "coordinator"), (void_the_entry, "assignee")]
)
def test_what_does_not_concern_a_mail_leaves_it_alone(
    happened: Happening, row: str, office: dict[str, Any], database: Database
) -> None:
    happen(database, happened, office)
    assert facts_of(database, office["rows"][row]).matter is not None


def test_an_entry_above_its_case_is_no_news_for_those_who_may_not_see_it(
    office: dict[str, Any], database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        entry = make_event(session, office["case"], 3, "2026-12-05", "filed_jointly", level="sealed")
        said: dict[str, Any] = {"subject_id": entry.id, "case_id": office["case"].id}
        row = make_promise(session, office["watcher"], "case_event", "status_changed", **said)
    assert reason_of(database, row.id) == "not_visible"
    with database.unit_of_work(OPERATOR) as session:
        join(session, office["case"], office["watcher"])
    matter = facts_of(database, row.id).matter
    assert matter is not None and matter.is_bare and matter.status == ""


def test_that_a_watched_follow_up_is_done_is_news_until_it_is_open_again(
    office: dict[str, Any], database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        close(session, office)
        key = "1:done:2026-12-01"
        row = make_reminder(session, office["work"], office["watcher"], kind="follow_up_changed", due_key=key)
    matter = facts_of(database, row.id).matter
    assert matter is not None and matter.change == "done"
    assert reason_of(database, office["rows"]["watcher"]) == "superseded", "where it moved to matters no more"
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(status="open", completed_on=None))
    assert reason_of(database, row.id) == "superseded"


@pytest.mark.parametrize("level", ["restricted", "sealed"])
@pytest.mark.parametrize("row", EVERYBODY)
def test_of_a_restricted_matter_only_number_and_day_leave_the_database(
    row: str, level: str, office: dict[str, Any], database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        for name in ("officer", "coordinator", "watcher", "stand_in"):
            join(session, office["case"], office[name])
        session.execute(text("UPDATE cases SET level = :level"), {"level": level})
    matter = facts_of(database, office["rows"][row]).matter
    assert matter is not None and matter.is_bare
    assert (matter.title, matter.reference, matter.case_title, matter.status) == ("", "", "", "")
    assert matter.case_id is None and matter.since is None and matter.change == ""


def test_waiting_is_told_while_it_waits(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(status="waiting", waiting_since=date(2026, 11, 20)))
        row = make_reminder(session, office["work"], office["officer"], kind="waiting", due_key="1:n5:2026-11-20")
    matter = facts_of(database, row.id).matter
    assert matter is not None and matter.since == date(2026, 11, 20)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(waiting_since=date(2026, 12, 1)))
    assert reason_of(database, row.id) == "date_changed"
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(status="open"))
    assert reason_of(database, row.id) == "closed"


def test_work_that_nobody_does_is_told_to_the_lead_as_such(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(FollowUp).values(assignee_id=None))
        row = make_reminder(session, office["work"], office["lead"], kind="escalation", due_key="1:e0:lead")
    matter = facts_of(database, row.id).matter
    assert matter is not None and (matter.change, matter.because) == ("orphan", Because.LEAD)


def test_whoever_stands_in_for_the_lead_hears_of_what_escalates(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=office["lead"].id, substitute_id=office["stand_in"].id))
        row = make_reminder(session, office["work"], office["stand_in"], kind="escalation", due_key="1:e3:lead")
    matter = facts_of(database, row.id).matter
    assert matter is not None and matter.because is Because.SUBSTITUTE
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminder_preferences SET substitute_id = NULL"))
    assert reason_of(database, row.id) == "reassigned"


# Digests


def test_whoever_stands_in_for_a_watcher_hears_of_what_changed_until_another_does(
    office: dict[str, Any], database: Database
) -> None:
    stand_in, case = office["stand_in"], office["case"]
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=office["watcher"].id, substitute_id=stand_in.id))
        entry = {"subject_id": office["entry"].id, "case_id": case.id}
        rows = [
            make_promise(session, stand_in, "case_event", "status_changed", **entry).id,
            make_reminder(session, office["work"], stand_in, kind="follow_up_changed", due_key="1:moved").id,
        ]
    for row in rows:
        matter = facts_of(database, row).matter
        assert matter is not None and matter.because is Because.SUBSTITUTE
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminder_preferences SET substitute_id = NULL"))
    assert [reason_of(database, row) for row in rows] == ["unwanted", "unwanted"]


def make_digest(session: Session, office: dict[str, Any], person: Person) -> UUID:
    return make_promise(session, person, "digest", "digest", due_key="2026-12-07T09:00").id


def wait_for_digest(session: Session, row: Reminder) -> UUID:
    row.via = "digest"
    session.flush()
    return row.id


def test_a_digest_tells_every_kind_in_four_statements_and_leaves_out_what_no_longer_holds(
    office: dict[str, Any], database: Database, statements: list[str]
) -> None:
    officer, case = office["officer"], office["case"]
    with database.unit_of_work(OPERATOR) as session:
        join(session, case, officer, "lead")
        session.add(CaseWatcher(case_id=case.id, person_id=officer.id))
        works = [make_due_work(session, case, officer, DUE, title=f"Work {n}", next_plan_at=None) for n in range(30)]
        kept = {
            wait_for_digest(session, make_reminder(session, work, officer, kind="overdue", due_key="1:+1"))
            for work in works
        }
        for subject_type, kind, said in (
            ("case_event", "status_changed", {"subject_id": office["entry"].id, "case_id": case.id}),
            ("case", "renewal", {"subject_id": case.id, "case_id": case.id, "due_on": DUE}),
        ):
            kept.add(wait_for_digest(session, make_promise(session, officer, subject_type, kind, **said)))
        closed = make_due_work(session, case, officer, DUE, status="done", next_plan_at=None)
        moved = make_due_work(session, case, officer, DUE, due_version=2, next_plan_at=None)
        sealed = make_due_work(session, make_case(session, level="sealed"), officer, DUE, next_plan_at=None)
        gone = {
            wait_for_digest(session, make_reminder(session, closed, officer)): "closed",
            wait_for_digest(session, make_reminder(session, moved, officer, due_key="1:0")): "date_changed",
            wait_for_digest(session, make_reminder(session, sealed, officer)): "not_visible",
        }
        later = make_due_work(session, case, officer, DUE, next_plan_at=None)
        wait_for_digest(session, make_reminder(session, later, officer, send_at=NOW + timedelta(days=1)))
        make_reminder(session, later, officer, kind="before", due_key="1:-3")
        digest = make_digest(session, office, officer)
    statements.clear()
    facts = facts_of(database, digest)
    seen = [one for one in statements if "set_config" not in one]
    assert len(seen) - 2 <= 4, "the addressee is one more, and this test's look at the row"
    assert set(facts.taken) == kept and len(facts.lines) == 32
    assert {reminder_id: str(reason) for reminder_id, reason in facts.dropped} == gone


def test_several_rows_about_one_thing_are_one_line_the_latest(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        day = wait_for_digest(
            session,
            make_reminder(session, office["work"], office["officer"], send_at=NOW - timedelta(days=6)),
        )
        late = session.get_one(Reminder, office["rows"]["assignee"])
        late.scheduled_at = late.send_at = NOW - timedelta(days=5)
        wait_for_digest(session, late)
        digest = make_digest(session, office, office["officer"])
    facts = facts_of(database, digest)
    assert [line.kind for line in facts.lines] == ["overdue"]
    assert set(facts.taken) == {day, office["rows"]["assignee"]}


def test_a_digest_that_was_written_before_keeps_its_lines(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        first = session.get_one(Reminder, office["rows"]["assignee"])
        wait_for_digest(session, first)
        digest = make_digest(session, office, office["officer"])
        first.digest_id = digest
        other = make_due_work(session, office["case"], office["officer"], DUE, next_plan_at=None)
        wait_for_digest(session, make_reminder(session, other, office["officer"]))
    assert facts_of(database, digest).taken == (first.id,)


def test_a_digest_of_which_nothing_is_left_does_not_go_and_says_what_became_of_its_rows(
    office: dict[str, Any], database: Database
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        wait_for_digest(session, session.get_one(Reminder, office["rows"]["assignee"]))
        digest = make_digest(session, office, office["officer"])
        close(session, office)
    with pytest.raises(NoLongerHolds) as gone:
        facts_of(database, digest)
    assert gone.value.reason == "superseded"
    assert gone.value.dropped == ((office["rows"]["assignee"], "closed"),)


def test_another_persons_rows_are_in_nobodys_digest(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        wait_for_digest(session, session.get_one(Reminder, office["rows"]["assignee"]))
        digest = make_digest(session, office, office["coordinator"])
    assert reason_of(database, digest) == "superseded"


# Summaries and the watchdog


def test_a_head_hears_of_the_week_as_they_see_it(
    office: dict[str, Any], database: Database, statements: list[str]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        head = office["watcher"]
        hidden = make_case(session, level="sealed", title="Zxhidden")
        own = make_case(session, level="restricted", title="Zxmine", expires_on=date(2026, 12, 20))
        join(session, own, head)
        own.expires_on = date(2026, 12, 20)
        for case in (hidden, own):
            make_due_work(session, case, None, DUE, title="Zxlate", next_plan_at=None)
            make_due_work(session, case, None, date(2026, 12, 9), title="Zxsoon", next_plan_at=None)
        make_due_work(session, office["case"], None, date(2026, 12, 10), title="Sign", next_plan_at=None)
        make_due_work(
            session, office["case"], None, DUE, status="done", completed_on=date(2026, 12, 4), next_plan_at=None
        )
        said: dict[str, Any] = {"entered_at": NOW - timedelta(days=2)}
        make_event(session, office["case"], 3, "2026-12-05", "filed_jointly", **said)
        make_event(session, office["case"], 4, "2020-01-01", "considering", **said)
        make_event(session, hidden, 2, "2026-12-05", "filed_jointly", **said)
        row = make_promise(session, head, "summary", "summary", due_key="2026-W50")
    statements.clear()
    week = facts_of(database, row.id).week
    assert week is not None and week.week == "2026-W50"
    assert (week.overdue, week.due_soon, week.done, week.moved, week.ending) == (2, 2, 1, 1, 1)
    assert [line.title for line in week.overdue_lines] == ["Ask the ministry"]
    assert [line.title for line in week.due_soon_lines] == ["Sign"]
    assert [line.title for line in week.moved_lines] == ["Situation in Canaria"] and week.ending_lines == ()
    assert len([one for one in statements if "set_config" not in one]) - 2 <= 5


def test_a_summary_goes_to_heads_only(office: dict[str, Any], database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        row = make_promise(session, office["officer"], "summary", "summary", due_key="2026-W50")
    assert reason_of(database, row.id) == "not_visible"


def test_the_watchdog_tells_administrators_numbers(office: dict[str, Any], database: Database) -> None:
    now = clock.now()
    with database.unit_of_work(OPERATOR) as session:
        administrator = make_person(session, "administrator")
        session.execute(
            update(Reminder).values(scheduled_at=now - timedelta(minutes=50), created_at=now - timedelta(hours=2))
        )
        session.execute(
            update(Reminder)
            .where(Reminder.id == office["rows"]["lead"])
            .values(status="dead", settled_at=now, last_error="smtp_550")
        )
        session.execute(
            update(Reminder)
            .where(Reminder.id == office["rows"]["status"])
            .values(status="sent", settled_at=now - timedelta(hours=3))
        )
        row = make_promise(session, administrator, "watchdog", "watchdog", due_key="dead:2026-12-07T09")
        other = make_promise(session, office["officer"], "watchdog", "watchdog", due_key="2026-12-07")
    mail = facts_of(database, row.id, now).mail
    assert mail is not None and mail.is_stuck
    assert (mail.waiting, mail.oldest_minutes, mail.dead, mail.incident) == (5, 50, 1, "dead")
    assert mail.last_sent_at == now - timedelta(hours=3)
    assert reason_of(database, other.id, now) == "not_visible"
