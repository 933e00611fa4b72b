"""Entries that change no status, entries for members only, and the projection that tells no secret."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases import services
from tracker.cases.listing import CaseFilters, list_cases
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh, sight_of
from tracker.cases.queries import get_case, history_of, visible_events
from tracker.cases.services import NewEntry
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible

STANDING = ["status", "phase", "status_since", "left_status", "resume_to", "outcome", "expires_on", "flags"]
PROJECTED = [*STANDING, "lead_id", "gap_count"]


def note(on: str | None = "2025-06-01", **said: Any) -> NewEntry:
    return NewEntry(when=VagueDate(on), summary="A visit", **said)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


def test_an_entry_without_a_status_changes_the_activity_only(act_as: ActAs, officer: Person, case: Case) -> None:
    with act_as(officer) as session:
        services.record_event(session, acting(officer), case.id, note(flags=("appeal_pending",)))
        after = session.get_one(Case, case.id)
    assert (after.status, after.flags) == ("considering", ["appeal_pending"])
    assert after.activity_at > case.activity_at


def test_an_unknown_date_needs_a_place(act_as: ActAs, officer: Person, case: Case) -> None:
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.record_event(session, acting(officer), case.id, note(None))
    assert [fault.path for fault in refusal.value.faults] == ["after"]


def test_a_place_that_the_date_contradicts_is_refused_by_name(act_as: ActAs, officer: Person, case: Case) -> None:
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.record_event(session, acting(officer), case.id, note(after="start"))
    assert "Event 1" in refusal.value.faults[0].message


def test_every_fault_of_an_entry_is_told_at_once(act_as: ActAs, officer: Person, case: Case) -> None:
    wrong = NewEntry(
        when=VagueDate("2025-06-01"),
        summary=" ",
        known_on=date(2999, 1, 1),
        expires_on=date(2020, 1, 1),
        flags=("A B",),
    )
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        services.record_event(session, acting(officer), case.id, wrong)
    assert {fault.path for fault in refusal.value.faults} == {"summary", "known_on", "expires_on", "flags"}


def test_a_head_reads_and_does_not_record(act_as: ActAs, people: dict[str, Person], case: Case) -> None:
    head = people["head"]
    with act_as(head) as session, pytest.raises(NotPermitted):
        services.record_event(session, acting(head), case.id, note())


def test_a_sealed_entry_leaves_no_hole_for_strangers(
    act_as: ActAs, officer: Person, people: dict[str, Person], case: Case
) -> None:
    other = people["other"]
    secret = NewEntry(
        when=VagueDate("2025-06-01"), summary="In confidence", level="sealed", status="decision_taken", reference_no="1"
    )
    with act_as(officer) as session:
        services.change_status(session, acting(officer), case.id, secret)
    with act_as(other) as session:
        seen = get_case(session, acting(other), case.reference)
        history = history_of(session, acting(other), seen)
        assert (seen.status, seen.version, seen.activity_at) == ("considering", case.version, case.activity_at)
        assert [event.summary for event in history] == ["Event 1"]
        assert list_cases(session, acting(other), CaseFilters(), None).rows[0].status == "considering"
        assert session.scalar(select(func.count()).select_from(CaseEvent)) == 1  # row-level security, without the rule
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0  # nor does the trail tell of it
    with act_as(officer) as session:
        assert list_cases(session, acting(officer), CaseFilters(), None).rows[0].status == "decision_taken"


def test_a_stranger_finds_a_place_beside_an_entry_that_they_do_not_see(
    act_as: ActAs, officer: Person, people: dict[str, Person], case: Case
) -> None:
    other = people["other"]
    with act_as(officer) as session:
        services.record_event(session, acting(officer), case.id, note(level="sealed"))
    with act_as(other) as session:
        event = services.record_event(session, acting(other), case.id, note("2025-07-01"))
        assert event.place > 1


def test_only_members_make_entries_for_members(act_as: ActAs, people: dict[str, Person], case: Case) -> None:
    other = people["other"]
    with act_as(other) as session, pytest.raises(Invalid) as refusal:
        services.record_event(session, acting(other), case.id, note(level="restricted"))
    assert [fault.path for fault in refusal.value.faults] == ["level"]


def test_no_row_tells_more_or_less_than_its_history(act_as: ActAs, officer: Person, people: dict[str, Person]) -> None:
    with act_as(OPERATOR) as session:
        first = make_case(session, (("considering", "2025"), ("declined_for_now", "2026")), lead=officer)
        make_event(session, first, 3, "2026-02", "considering", level="sealed")
        second = make_case(session, (("tabled", None), ("adopted", "2026-01")), pathway="political_resolution")
        refresh(session, first)
        session.flush()
    with act_as(officer) as session:
        services.record_event(session, acting(officer), first.id, note("2026-03", flags=("immunity_issue",)))
        services.record_event(session, acting(officer), second.id, note("2026-03", expires_on=date(2027, 1, 1)))
        services.add_member(session, acting(officer), second.id, people["head"].id, "lead", "Leads it")
    with act_as(OPERATOR) as session:
        for case in session.scalars(select(Case)):
            before = {name: getattr(case, name) for name in PROJECTED}
            refresh(session, case)
            assert {name: getattr(case, name) for name in PROJECTED} == before


def test_the_reader_of_a_restricted_case_sees_all_of_it(act_as: ActAs, people: dict[str, Person]) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session, level="restricted")
        make_event(session, case, 2, "2026", "political_support", level="sealed")
        join(session, case, counsel, "reader")
        refresh(session, case)
        session.flush()
        assert case.status == "political_support"
    with act_as(counsel) as session:
        events = sorted(session.scalars(visible_events(acting(counsel))), key=lambda event: event.place)
        assert sight_of(case, events).status == "political_support"


def test_a_former_member_loses_sight_at_once(act_as: ActAs, officer: Person, people: dict[str, Person]) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=officer)
        membership = join(session, case, counsel)
    with act_as(officer) as session:
        services.end_membership(session, acting(officer), case.id, membership.id)
    with act_as(counsel) as session, pytest.raises(NotVisible):
        get_case(session, acting(counsel), case.reference)


def in_threads(count: int, work: Any) -> Counter[str]:
    """Run `work(number)` in as many threads at once; how often each answer came."""
    answers: Counter[str] = Counter()
    barrier, lock = threading.Barrier(count), threading.Lock()

    def run(number: int) -> None:
        barrier.wait()
        answer = work(number)
        with lock:
            answers[answer] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.fixture
def many_sessions(app: Flask, database: Any) -> Any:
    """Connections for fifty people at once."""
    from tracker.core.database import Database

    wide = Database(
        str(database.engine.url.render_as_string(hide_password=False)), pool_size=50, handlers=database.handlers
    )
    yield wide
    wide.dispose()


def test_fifty_people_record_at_once_and_no_entry_is_lost(
    app: Flask, act_as: ActAs, officer: Person, case: Case, many_sessions: Any
) -> None:
    def record(number: int) -> str:
        with app.app_context(), many_sessions.unit_of_work(acting(officer)) as session:
            services.record_event(session, acting(officer), case.id, note())
        return "recorded"

    assert in_threads(50, record) == {"recorded": 50}
    with act_as(OPERATOR) as session:
        places = session.scalars(select(CaseEvent.place).where(CaseEvent.case_id == case.id)).all()
    assert len(set(places)) == 51


def test_fifty_people_move_at_once_one_moves_and_each_other_is_told(
    app: Flask, act_as: ActAs, officer: Person, case: Case, many_sessions: Any
) -> None:
    def move(number: int) -> str:
        new = NewEntry(
            when=VagueDate("2025-06-01"), summary="Decided", status="decision_taken", reference_no=str(number)
        )
        try:
            with app.app_context(), many_sessions.unit_of_work(acting(officer)) as session:
                services.change_status(session, acting(officer), case.id, new, case.version)
        except Conflict as told:
            return f"told of version {told.current_version}"
        return "moved"

    answers = in_threads(50, move)
    assert answers == {"moved": 1, f"told of version {case.version + 1}": 49}
    with act_as(OPERATOR) as session:
        assert session.scalar(select(func.count()).where(CaseEvent.case_id == case.id)) == 2
