"""The preview says what the planner then does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tests.factories.case import join, make_case
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work, make_promise
from tests.support.planning import rows_of, sweep_at
from tracker.accounts import services as accounts
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.errors import NotVisible
from tracker.reminders import services
from tracker.reminders.planning import preview

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 14
WISHES: tuple[dict[str, Any], ...] = (
    {},
    {"delivery": "daily", "only_working_days": True},
    {"delivery": "weekly", "digest_day": 3, "overdue_every": 1},
    {"quiet_from": time(8), "quiet_until": time(11), "unwanted_kinds": frozenset({"before"})},
    {"away": True},
    {"paused_until": date(2026, 11, 25), "days_before": (2,)},
)


@pytest.fixture
def people(database: Database) -> list[Person]:
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        roles = ("legal_officer", "legal_officer", "coordinator", "head")
        return [make_person(session, role) for role in roles]


def office(database: Database, people: list[Person], seed: int) -> None:
    """Work of every age on cases of every level."""
    chance = random.Random(seed)  # noqa: S311 - the same work in each run
    officer, lead = people[:2]
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        for level in ("internal", "restricted"):
            case = make_case(session, lead=lead, level=level)
            join(session, case, officer)
            for _ in range(12):
                due = NOW.date() + timedelta(days=chance.randrange(-14, 20))
                kind = chance.choice(("follow_up", "deadline", "renewal"))
                who = chance.choice((officer, officer, lead, None))
                said = {"status": "waiting", "waiting_since": due} if chance.random() < 0.2 else {}
                make_due_work(session, case, who, due, kind=kind, next_plan_at=NOW, **said)
        accounts.set_roles(session, OPERATOR, people[3].id, {"head", "legal_officer"}, 1)


def wish(database: Database, who: Person, other: Person, wanted: dict[str, Any]) -> None:
    said = dict(wanted)
    if said.pop("away", False):
        said |= {"away_from": date(2026, 11, 24), "away_until": date(2026, 11, 30), "substitute_id": other.id}
    with clock.fixed(NOW), database.unit_of_work(acting(who)) as session:
        services.set_wishes(session, acting(who), services.Wishes(**said))


def foreseen(database: Database, who: Person) -> list[preview.Upcoming]:
    with clock.fixed(NOW), database.unit_of_work(acting(who)) as session:
        return preview.upcoming(session, acting(who), who.id, NOW, DAYS)


def flat(found: list[preview.Upcoming]) -> Iterator[preview.Upcoming]:
    for one in found:
        yield from one.lines or (one,)


@pytest.mark.parametrize("number", range(len(WISHES)))
def test_the_preview_is_what_sweeps_with_a_moving_clock_then_write(
    database: Database, people: list[Person], number: int
) -> None:
    office(database, people, number)
    wish(database, people[0], people[1], WISHES[number])
    sweep_at(database, NOW)
    said = {who.id: foreseen(database, who) for who in people}
    for hour in range(0, DAYS * 24 + 1, 4):
        at = NOW + timedelta(hours=hour)
        sweep_at(database, at)
        send(database, at)
    until = NOW + timedelta(days=DAYS)
    for who in people:
        rows = [row for row in rows_of(database, recipient_id=who.id) if row.status in ("sent", "planned")]
        came = sorted(
            (max(row.scheduled_at, NOW), row.kind, row.via, row.subject_id) for row in rows if row.scheduled_at <= until
        )
        foretold = sorted((one.at, one.kind, one.via, one.subject_id) for one in flat(said[who.id]))
        assert foretold == came
    assert sum(len(found) for found in said.values()) > 20


def send(database: Database, at: datetime) -> None:
    from sqlalchemy import text

    with database.unit_of_work(OPERATOR) as session:
        session.execute(
            text("UPDATE reminders SET status = 'sent' WHERE status = 'planned' AND send_at <= :at"), {"at": at}
        )


def test_a_digest_holds_its_lines(database: Database, people: list[Person]) -> None:
    office(database, people, 3)
    wish(database, people[0], people[1], {"delivery": "daily"})
    sweep_at(database, NOW)
    found = foreseen(database, people[0])
    digests = [one for one in found if one.kind == "digest"]
    assert digests and all(one.lines and {line.at for line in one.lines} == {one.at} for one in digests)
    assert len({one.at for one in digests}) == len(digests)
    assert found == sorted(found, key=lambda one: one.at)


def test_nobody_else_may_ask(database: Database, people: list[Person]) -> None:
    with database.unit_of_work(acting(people[1])) as session, pytest.raises(NotVisible):
        preview.upcoming(session, acting(people[1]), people[0].id, NOW)
    with database.unit_of_work(OPERATOR) as session:
        assert preview.upcoming(session, OPERATOR, people[0].id, NOW) == []


def test_without_a_passkey_nothing_sealed_is_foretold(database: Database, people: list[Person]) -> None:
    lead, tomorrow = people[0], NOW.date() + timedelta(days=1)
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        opened, sealed = (make_case(session, lead=lead, level=level) for level in ("internal", "sealed"))
        for case in (opened, sealed):
            make_due_work(session, case, lead, tomorrow, next_plan_at=NOW)
            make_promise(session, lead, "case", "period_ends", subject_id=case.id, case_id=case.id)
            case.expires_on, case.phase = tomorrow, "open"
    sweep_at(database, NOW)
    told = {}
    for is_assured in (True, False):
        actor = replace(acting(lead), is_assured=is_assured)
        with clock.fixed(NOW), database.unit_of_work(actor) as session:
            found = preview.upcoming(session, actor, lead.id, NOW)
        told[is_assured] = {(one.subject_type, one.case_id) for one in flat(found)}
    both = {(what, case.id) for what in ("follow_up", "case") for case in (opened, sealed)}
    assert told == {True: both, False: {(what, opened.id) for what in ("follow_up", "case")}}


def test_for_thousands_it_tells_the_first_and_how_many_are_left(
    database: Database, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST_SUBJECTS", 5)
    with clock.fixed(NOW), database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=people[0])
        for day in range(12):
            make_due_work(session, case, people[0], NOW.date() + timedelta(days=1 + day), next_plan_at=NOW)
    sweep_at(database, NOW)
    with clock.fixed(NOW), database.unit_of_work(acting(people[0])) as session:
        found = preview.preview(session, acting(people[0]), people[0].id, NOW)
    assert found.left_out == 7
    assert len({one.subject_id for one in found.upcoming}) == 5
