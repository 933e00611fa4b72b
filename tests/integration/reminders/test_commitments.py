"""Commitments that no follow-up asks about: who is told, when, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from tests.factories.case import join, make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.person import acting, make_person
from tests.support.planning import rows_of, sweep_at
from tests.support.sign_in import sign_in
from tests.support.smtp import SmtpSink
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.engagements.commitment_services import add_commitments
from tracker.engagements.due_checks import make_check
from tracker.engagements.facts import CommitmentFacts, SideFacts
from tracker.engagements.models import Commitment, Engagement
from tracker.reminders import services
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning.preview import upcoming
from tracker.reminders.services import Wishes

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
DUE = date(2026, 12, 1)  # a Tuesday
WORDS = "We will join the referral"
FACTS = CommitmentFacts(text=WORDS, due_on=DUE, by=SideFacts(country="LV"))


@pytest.fixture
def people(database: Database) -> dict[str, Person]:
    with database.unit_of_work(OPERATOR) as session:
        roles = {"recorder": "legal_officer", "lead": "legal_officer", "other": "legal_officer", "boss": "coordinator"}
        return {name: make_person(session, role) for name, role in roles.items()}


def recorded(database: Database, who: Person, *cases: Case, level: str = "internal", on: Case | None = None) -> UUID:
    """A commitment made at a meeting about `cases`, itself on the case `on`."""
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        meeting = make_engagement(session, *cases, created_by_id=who.id, level=level)
        return make_commitment(session, meeting, on, due_on=DUE, created_by_id=who.id, created_at=NOW).id


def made_case(database: Database, lead: Person | None = None, level: str = "internal") -> Case:
    with database.unit_of_work(OPERATOR) as session:
        return make_case(session, lead=lead, level=level, title="Situation in Canaria")


def told(database: Database, status: str = "planned") -> set[tuple[str, UUID]]:
    rows = rows_of(database, subject_type="commitment", status=status)
    assert {row.kind for row in rows} <= {"commitment"}
    return {(row.due_key.partition(":")[2], row.recipient_id) for row in rows}


def changed(database: Database, commitment_id: UUID, **values: Any) -> None:
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(Commitment).where(Commitment.id == commitment_id).values(**values))


def test_whoever_recorded_a_word_without_a_case_hears_before_on_and_after_its_day(
    database: Database, people: dict[str, Person]
) -> None:
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        meeting_id = make_engagement(session, created_by_id=people["recorder"].id).id
    who = acting(people["recorder"])
    with clock.fixed(NOW), database.unit_of_work(who) as session:
        add_commitments(session, who, session.get_one(Engagement, meeting_id), [], [FACTS])
    sweep_at(database, NOW)
    assert {(offset, who) for offset, who in told(database) if not offset.startswith("w")} == {
        (offset, people["recorder"].id) for offset in ("-1", "0", "+1")
    }
    days = {row.due_key.partition(":")[2]: row.send_at.date() for row in rows_of(database, subject_type="commitment")}
    assert (days["-1"], days["0"], days["+1"]) == (date(2026, 11, 30), DUE, date(2026, 12, 2))
    before = len(rows_of(database))
    sweep_at(database, NOW)
    assert len(rows_of(database)) == before
    sweep_at(database, datetime(2026, 12, 8, 12, tzinfo=UTC))
    assert "w3" in {offset for offset, _ in told(database)}


def test_its_day_moved_there_and_back_and_its_end_are_followed(database: Database, people: dict[str, Person]) -> None:
    commitment_id = recorded(database, people["recorder"])
    sweep_at(database, NOW)
    first = {row.id for row in rows_of(database, status="planned")}
    changed(database, commitment_id, due_on=DUE + timedelta(days=7))
    sweep_at(database, NOW)
    assert {row.due_on for row in rows_of(database, status="planned")} == {DUE + timedelta(days=7)}
    assert {row.last_error for row in rows_of(database, status="cancelled")} == {"date_changed"}
    changed(database, commitment_id, due_on=DUE)
    sweep_at(database, NOW)
    assert {row.id for row in rows_of(database, status="planned")} == first
    changed(database, commitment_id, status="kept")
    sweep_at(database, NOW)
    assert told(database) == set()
    assert "closed" in {row.last_error for row in rows_of(database, status="cancelled")}


def test_an_imported_one_on_a_case_is_told_until_a_follow_up_asks_and_never_twice(
    database: Database, people: dict[str, Person]
) -> None:
    case = made_case(database, people["lead"])
    commitment_id = recorded(database, people["recorder"], case, on=case)
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["recorder"].id, people["lead"].id}
    lead = acting(people["lead"])
    with clock.fixed(NOW), database.unit_of_work(lead) as session:
        assert make_check(session, lead, session.get_one(Commitment, commitment_id)) is not None
    sweep_at(database, NOW)
    assert told(database) == set()
    assert {row.last_error for row in rows_of(database, subject_type="commitment")} == {"superseded"}
    assert rows_of(database, subject_type="follow_up", kind="commitment")


def test_one_that_is_made_with_its_follow_up_is_told_by_that_alone(
    database: Database, people: dict[str, Person]
) -> None:
    case = made_case(database, people["recorder"])
    who = acting(people["recorder"])
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        meeting_id = make_engagement(session, case, created_by_id=who.person_id).id
    facts = CommitmentFacts(text=WORDS, due_on=DUE, case_id=case.id, by=SideFacts(country="LV"))
    with clock.fixed(NOW), database.unit_of_work(who) as session:
        add_commitments(session, who, session.get_one(Engagement, meeting_id), [case.id], [facts])
    sweep_at(database, NOW)
    assert rows_of(database, subject_type="commitment") == []


def test_what_was_due_long_before_it_was_recorded_is_history(database: Database, people: dict[str, Person]) -> None:
    commitment_id = recorded(database, people["recorder"])
    changed(database, commitment_id, due_on=date(2024, 5, 1))
    sweep_at(database, NOW)
    assert rows_of(database) == []


def test_where_whoever_recorded_it_has_left_the_coordinators_hear(
    database: Database, people: dict[str, Person]
) -> None:
    recorded(database, people["recorder"])
    with database.unit_of_work(OPERATOR) as session:
        session.get_one(Person, people["recorder"].id).active = False
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["boss"].id}


def test_whoever_stands_in_is_told_instead(database: Database, people: dict[str, Person]) -> None:
    recorded(database, people["recorder"])
    said: dict[str, Any] = {"away_from": NOW.date(), "away_until": DUE, "substitute_id": people["other"].id}
    who = acting(people["recorder"])
    with clock.fixed(NOW), database.unit_of_work(who) as session:
        services.set_wishes(session, who, Wishes(**said))
    sweep_at(database, NOW)
    assert {("-1", people["other"].id), ("0", people["other"].id), ("+1", people["recorder"].id)} <= told(database)


def test_of_a_meeting_about_a_sealed_case_only_its_members_hear(database: Database, people: dict[str, Person]) -> None:
    case = made_case(database, people["lead"], level="sealed")
    recorded(database, people["recorder"], case)
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["lead"].id}


def test_a_sealed_case_at_the_same_meeting_takes_no_word_from_the_lead_of_the_open_one(
    database: Database, people: dict[str, Person]
) -> None:
    """Nor does it bring the coordinators any: all goes as if it was not there."""
    gone = made_case(database, people["lead"]), made_case(database, people["other"], "sealed")
    with database.unit_of_work(OPERATOR) as session:
        meeting = make_engagement(session, *gone)
        make_commitment(session, meeting, due_on=DUE, created_at=NOW)
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["lead"].id}


def test_two_sealed_cases_at_one_meeting_take_nothing_from_each_other(
    database: Database, people: dict[str, Person]
) -> None:
    cases = made_case(database, people["lead"], "sealed"), made_case(database, people["other"], "sealed")
    with database.unit_of_work(OPERATOR) as session:
        make_commitment(session, make_engagement(session, *cases, level="sealed"), due_on=DUE, created_at=NOW)
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["lead"].id, people["other"].id}


def test_what_was_sealed_after_planning_goes_to_nobody_who_may_not_see_it(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink, people: dict[str, Person]
) -> None:
    case = made_case(database, people["lead"])
    recorded(database, people["recorder"], case)
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["recorder"].id, people["lead"].id}
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE cases SET level = 'sealed'"))
    tick(datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert [mail.recipients for mail in smtp_sink.mails] == [[people["lead"].email]]
    (mail,) = smtp_sink.mails
    assert "Canaria" not in str(mail.message) and WORDS not in str(mail.message)


def test_the_mail_says_the_words_and_leads_to_the_commitment(
    database: Database,
    tick: Callable[..., Any],
    smtp_sink: SmtpSink,
    people: dict[str, Person],
) -> None:
    recorded(database, people["recorder"])
    tick(NOW)
    assert tick(datetime(2026, 11, 30, 12, tzinfo=UTC)).sent == 1
    (mail,) = smtp_sink.mails
    assert mail.recipients == [people["recorder"].email]
    assert str(mail.message["Subject"]) == "[Tracker] Commitment due 2026-12-01"
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    words = plain.get_content()
    assert WORDS in words and "you recorded this commitment" in words and "Case:" not in words


def test_settled_or_asked_about_after_planning_it_is_told_to_nobody(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink, people: dict[str, Person]
) -> None:
    one, other = recorded(database, people["recorder"]), recorded(database, people["other"])
    sweep_at(database, NOW)
    changed(database, one, status="kept")
    changed(database, other, due_on=DUE + timedelta(days=2))
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("DELETE FROM reminder_plans"))
    tick(datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert smtp_sink.mails == []
    assert {row.last_error for row in rows_of(database, status="cancelled")} == {"closed", "date_changed"}


def test_a_line_of_a_digest_tells_it_and_the_preview_tells_it_before(
    database: Database, tick: Callable[..., Any], smtp_sink: SmtpSink, people: dict[str, Person]
) -> None:
    recorder = people["recorder"]
    with database.unit_of_work(OPERATOR) as session:
        session.add(ReminderPreference(person_id=recorder.id, delivery="daily"))
    recorded(database, recorder)
    sweep_at(database, NOW)
    with clock.fixed(NOW), database.unit_of_work(acting(recorder)) as session:
        ahead = upcoming(session, acting(recorder), recorder.id, NOW, days=9)
    assert [[line.kind for line in one.lines] for one in ahead] == [["commitment"], ["commitment"]]
    tick(datetime(2026, 11, 30, 12, tzinfo=UTC))
    (mail,) = smtp_sink.mails
    plain = mail.message.get_body(("plain",))
    assert plain is not None and WORDS in plain.get_content()


def test_the_slow_sweep_asks_for_what_no_change_asked_for(database: Database, people: dict[str, Person]) -> None:
    recorded(database, people["recorder"])
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("DELETE FROM reminder_plans"))
        session.execute(text("UPDATE reminder_sweep SET next_at = :at"), {"at": NOW - timedelta(hours=1)})
    sweep_at(database, NOW)
    sweep_at(database, NOW)
    assert told(database)


def test_a_new_lead_of_the_meetings_case_hears_too(database: Database, people: dict[str, Person]) -> None:
    case = made_case(database)
    recorded(database, people["recorder"], case)
    sweep_at(database, NOW)
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        join(session, case, people["lead"], "lead")
        session.execute(text("SELECT app_plan_case(:id, :at)"), {"id": case.id, "at": NOW})
    sweep_at(database, NOW)
    assert {who for _, who in told(database)} == {people["recorder"].id, people["lead"].id}


def test_bell_and_ledger_show_it_to_those_who_see_it_only(
    database: Database, client: FlaskClient, people: dict[str, Person]
) -> None:
    recorded(database, people["recorder"])
    sweep_at(database, NOW)
    with database.unit_of_work(OPERATOR) as session:
        session.execute(text("UPDATE reminders SET scheduled_at = now() - interval '1 day', status = 'sent'"))
    sign_in(client, people["recorder"])
    shown = client.get("/reminders").text
    assert WORDS in shown and "see what it was about" not in shown
    row = rows_of(database)[0]
    assert client.get(f"/r/{row.number}").location.endswith(f"/commitments/{row.subject_id}")
    sign_in(client, people["boss"])
    assert WORDS in client.get("/ledger").text
