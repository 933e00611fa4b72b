"""What keeps mail in order hears of no mail that is about sealed matters alone: no line, no count, no alarm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work, make_promise, make_reminder
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR, PLANNER
from tracker.core.database import Database
from tracker.reminders.letters.mail_figures import mail_figures
from tracker.reminders.models import Reminder
from tracker.reminders.planning.alarm import plan_watchdog
from tracker.reminders.queries import LedgerFilter, ledger
from tracker.reminders.watchdog import machinery

People = dict[str, Person]
LATE = timedelta(minutes=20)


@pytest.fixture
def people(database: Database) -> People:
    with database.unit_of_work(OPERATOR) as session:
        return {role: make_person(session, role) for role in ("administrator", "coordinator", "legal_officer")}


def case_of(database: Database, people: People, level: str) -> Case:
    with database.unit_of_work(OPERATOR) as session:
        return make_case(session, lead=session.merge(people["legal_officer"]), level=level)


def news(database: Database, person: Person) -> dict[str, Any]:
    """What the frame of this person's pages tells."""
    with database.unit_of_work(OPERATOR) as session:
        asked = text("SELECT app_news(:who, now(), true)")
        found: dict[str, Any] = session.execute(asked, {"who": person.id}).scalar_one()
        return found


def mail(database: Database, people: People, level: str, **said: Any) -> Reminder:
    """One about work on a case of `level`, to its lead."""
    case, lead = case_of(database, people, level), people["legal_officer"]
    with database.unit_of_work(OPERATOR) as session:
        return make_reminder(session, make_due_work(session, case, lead, None), lead, **said)


def digest_of(database: Database, people: People, *levels: str, is_bound: bool = False, **said: Any) -> Reminder:
    """A digest that waits with a line about a case of each level; `is_bound`: it was written once."""
    at = said.pop("at", clock.now() - LATE)
    whole = {"send_at": at, "created_at": at, **said}
    with database.unit_of_work(OPERATOR) as session:
        digest = make_promise(session, people["legal_officer"], "digest", "digest", **whole)
    for level in levels:
        mail(database, people, level, send_at=at, via="digest", digest_id=digest.id if is_bound else None)
    return digest


def seen(database: Database, person: Person, kind: str = "digest") -> int:
    """How many mails of the kind stand in this person's ledger."""
    with database.unit_of_work(acting(person)) as session:
        return len(ledger(session, acting(person), LedgerFilter(kind=kind)).rows)


def alarm(database: Database) -> int:
    with database.unit_of_work(PLANNER) as session:
        return plan_watchdog(session, clock.now())


@pytest.mark.parametrize("said", [{}, {"status": "sending"}, {"via": "app"}], ids=["planned", "in hand", "in the app"])
def test_late_mail_of_a_sealed_matter_is_no_alarm_on_any_page(
    database: Database, people: People, said: dict[str, Any]
) -> None:
    mail(database, people, "sealed", send_at=clock.now() - LATE, **said)
    assert [news(database, people[one])["late"] for one in ("administrator", "coordinator")] == [False, False]
    assert alarm(database) == 0
    mail(database, people, "internal", send_at=clock.now() - LATE, **said)
    assert [news(database, people[one])["late"] for one in ("administrator", "coordinator")] == [True, True]


@pytest.mark.parametrize("is_bound", [False, True], ids=["not written yet", "written"])
@pytest.mark.parametrize("status", ["planned", "dead"])
def test_a_digest_of_sealed_matters_alone_is_not_there_for_administrators(
    database: Database, people: People, status: str, is_bound: bool
) -> None:
    settled = {"status": status, "settled_at": clock.now() - timedelta(minutes=1) if status == "dead" else None}
    digest_of(database, people, "sealed", is_bound=is_bound, **settled)
    administrator = people["administrator"]
    assert seen(database, administrator) == 0
    assert seen(database, people["legal_officer"]) == 1, "their own"
    assert (news(database, administrator)["dead"], news(database, administrator)["late"]) == (0, False)
    with database.unit_of_work(acting(administrator)) as session:
        found = machinery(session, acting(administrator))
    assert (found.waiting, found.dead, found.oldest_unsent_at) == (0, 0, None)
    assert alarm(database) == 0


def test_a_digest_that_tells_something_open_too_is_there_as_without_the_rest(
    database: Database, people: People
) -> None:
    digest_of(database, people, "sealed", "internal", status="dead", settled_at=clock.now())
    assert seen(database, people["administrator"]) == 1
    assert news(database, people["administrator"])["dead"] == 1
    assert alarm(database) == 1


def test_a_promise_of_a_meeting_about_an_open_case_too_is_as_open(database: Database, people: People) -> None:
    """Sealed, and not there for administrators, is what was said where nobody but members of sealed cases may look."""
    cases = {level: case_of(database, people, level) for level in ("internal", "sealed")}
    about = {"open": list(cases.values()), "sealed": [cases["sealed"]]}
    with database.unit_of_work(OPERATOR) as session:
        for together in about.values():
            promise = make_commitment(session, make_engagement(session, *together), due_on=clock.today())
            lead = people["legal_officer"]
            make_promise(session, lead, "commitment", "commitment", subject_id=promise.id, status="dead")
    assert seen(database, people["administrator"], "commitment") == 1
    assert news(database, people["administrator"])["dead"] == 1


@pytest.mark.parametrize(("level", "counted"), [("internal", 1), ("restricted", 0), ("sealed", 0)])
def test_a_coordinator_counts_the_dead_letters_about_promises_that_they_can_read(
    database: Database, people: People, level: str, counted: int
) -> None:
    """The case is open, the meeting may be not."""
    case = case_of(database, people, "internal")
    with database.unit_of_work(OPERATOR) as session:
        meeting = make_engagement(session, case, level=level)
        promise = make_commitment(session, meeting, case, due_on=clock.today())
        lead, about = people["legal_officer"], {"subject_id": promise.id, "case_id": case.id}
        make_promise(session, lead, "commitment", "commitment", status="dead", **about)
    assert news(database, people["coordinator"])["dead"] == counted
    assert seen(database, people["coordinator"], "commitment") == counted


@pytest.mark.parametrize(("minutes", "waiting"), [(1, 0), (-1, 1)], ids=["held", "given up"])
def test_the_watchdogs_mail_counts_nothing_that_is_on_its_way_like_itself(
    database: Database, people: People, minutes: int, waiting: int
) -> None:
    """Sealed mail in the same batch would move what is before it and what behind."""
    lease = clock.now() + timedelta(minutes=minutes)
    mail(database, people, "internal", send_at=clock.now() - LATE, status="sending", lease_until=lease)
    with database.unit_of_work(acting(people["administrator"])) as session:
        assert mail_figures(session, "late", clock.now()).waiting == waiting
