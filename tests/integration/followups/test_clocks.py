"""Follow-ups that hang on a clock: made, moved with it, flagged where set by hand, kept where it stops; the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.at_once import require_one_of_two
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh
from tracker.cases.services import replace_event, void_event
from tracker.cases.services.voiding import entry_from
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Conflict, NotPermitted
from tracker.followups import services
from tracker.followups.clocks import follow_clock
from tracker.followups.models import ClockMove, FollowedClock, FollowUp
from tracker.followups.timelines import settle_day

People = dict[str, Person]
RULE = "rome_statute_18_2"


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    return referral(act_as, officer, {"LT": "2096-03-14", "PL": "2096-03"})


def referral(act_as: ActAs, officer: Person, received: dict[str, str], level: str | None = None) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("preliminary_examination", "2094-09-30"),), pathway="icc_referral", lead=officer)
        facts = {"crimes": "Deportation", "received_on": received}
        make_event(session, case, 2, "2096-03-12", "investigation_open", facts=facts, level=level)
        refresh(session, case)
        return case


def entry_of(act_as: ActAs, case: Case) -> UUID:
    with act_as(OPERATOR) as session:
        standing = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.voided_at.is_(None))
        return session.scalars(standing.order_by(CaseEvent.place.desc())).first()  # type: ignore[return-value]


def followed(act_as: ActAs, officer: Person, case: Case, party: str = "LT") -> FollowUp:
    entry = entry_of(act_as, case)
    with act_as(officer) as session:
        return follow_clock(session, acting(officer), case, entry, RULE, party, officer.id)


def correct(act_as: ActAs, officer: Person, case: Case, received: dict[str, str]) -> None:
    with act_as(officer) as session:
        old = session.get_one(CaseEvent, entry_of(act_as, case))
        anew = replace(entry_from(old), facts={**old.facts, "received_on": received})
        replace_event(session, acting(officer), case.id, old.id, "Wrong day", anew)


def now(act_as: ActAs, follow_up: FollowUp) -> FollowUp:
    with act_as(OPERATOR) as session:
        return session.get_one(FollowUp, follow_up.id)


def moves(act_as: ActAs) -> list[tuple[date | None, date | None, str, bool]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(ClockMove).order_by(ClockMove.at, ClockMove.id))
        return [(row.old_on, row.new_on, row.cause, row.is_by_hand) for row in rows]


def test_the_follow_up_of_a_clock_says_the_day_and_why(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    assert (made.title, made.due_on) == ("A State's month to ask for deferral (LT)", date(2096, 4, 14))
    assert made.kind == "follow_up", "it binds a State, so it is no deadline of ours"
    assert "1 month on: Saturday, 14 April 2096." in (made.notes or "")
    assert (made.notes or "").startswith("As reckoned on "), "its day moves with the clock, and these words do not"
    assert moves(act_as) == [(None, date(2096, 4, 14), "followed", False)]


def test_of_two_at_once_one_makes_the_follow_up_of_a_clock(act_as: ActAs, officer: Person, case: Case) -> None:
    entry, actor = entry_of(act_as, case), acting(officer)
    require_one_of_two(
        act_as, officer, lambda session: follow_clock(session, actor, case, entry, RULE, "LT", officer.id)
    )


def test_what_the_law_sets_for_a_party_is_a_deadline(act_as: ActAs, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        details = {"forum": "Poland"}
        case = make_case(session, (), pathway="universal_jurisdiction", lead=officer, details=details)
        make_event(session, case, 1, "2096-11-02", "opening_refused", facts={"served_on": "2096-11-05"})
        refresh(session, case)
    entry = entry_of(act_as, case)
    with act_as(officer) as session:
        made = follow_clock(session, acting(officer), case, entry, "pl_kpk_460", "", None)
    assert (made.kind, made.due_on) == ("deadline", date(2096, 11, 12))


def test_an_unverified_rule_says_so_in_the_title_and_what_it_hangs_on_in_the_notes(
    act_as: ActAs, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (), pathway="arrest_warrant", lead=officer)
        make_event(session, case, 1, "2096-11-02", "arrested")
        refresh(session, case)
    entry = entry_of(act_as, case)
    with act_as(officer) as session:
        made = follow_clock(session, acting(officer), case, entry, "eaw_decision", "", None)
    assert made.title == "European arrest warrant: decision without consent: unverified rule"
    assert "Only if: It was an arrest on a European arrest warrant" in (made.notes or "")
    assert "[V2: unverified rule: seen in a secondary text only]" in (made.notes or "")


@pytest.mark.parametrize("party", ["PL", "BY", ""])
def test_no_follow_up_hangs_on_a_clock_without_a_date(act_as: ActAs, officer: Person, case: Case, party: str) -> None:
    with pytest.raises(Conflict, match="no date"):
        followed(act_as, officer, case, party)


def test_a_clock_is_followed_once(act_as: ActAs, officer: Person, case: Case) -> None:
    followed(act_as, officer, case)
    with pytest.raises(Conflict, match="already"):
        followed(act_as, officer, case)


def test_a_corrected_day_moves_the_follow_up_and_is_written_down(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    correct(act_as, officer, case, {"LT": "2096-03-20"})
    moved = now(act_as, made)
    assert (moved.due_on, moved.due_to_check, moved.due_version) == (date(2096, 4, 20), None, 2)
    assert moves(act_as)[-1] == (date(2096, 4, 14), date(2096, 4, 20), "corrected", False)
    correct(act_as, officer, case, {"LT": "2096-03-31"})
    assert now(act_as, made).due_on == date(2096, 4, 30)


def test_a_day_set_by_hand_is_flagged_and_stays(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    with act_as(officer) as session:
        services.change_due(session, acting(officer), session.get_one(FollowUp, made.id), date(2096, 4, 1))
    correct(act_as, officer, case, {"LT": "2096-03-20"})
    kept = now(act_as, made)
    assert (kept.due_on, kept.due_to_check) == (date(2096, 4, 1), date(2096, 4, 20))
    assert moves(act_as)[-1] == (date(2096, 4, 14), date(2096, 4, 20), "corrected", True)
    with act_as(officer) as session:
        settle_day(session, acting(officer), session.get_one(FollowUp, made.id), take=True)
    correct(act_as, officer, case, {"LT": "2096-03-21"})
    assert now(act_as, made).due_on == date(2096, 4, 21), "taken over, it follows its clock again"


def test_a_correction_that_changes_no_day_changes_nothing(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    correct(act_as, officer, case, {"LT": "2096-03-14", "PL": "2096-03-02"})
    assert (now(act_as, made).due_on, now(act_as, made).due_version) == (date(2096, 4, 14), 1)
    assert len(moves(act_as)) == 1
    correct(act_as, officer, case, {"LT": "2096-03-16"})
    assert now(act_as, made).due_on == date(2096, 4, 16), "it hangs on the entry that stands"


@pytest.mark.parametrize("received", [{"LT": "2096-03"}, {"PL": "2096-03-14"}])
def test_a_day_that_became_vague_moves_nothing(
    act_as: ActAs, officer: Person, case: Case, received: dict[str, str]
) -> None:
    made = followed(act_as, officer, case)
    correct(act_as, officer, case, received)
    assert now(act_as, made).due_on == date(2096, 4, 14)
    assert moves(act_as)[-1] == (date(2096, 4, 14), None, "corrected", False)


def test_done_work_keeps_its_day(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    with act_as(officer) as session:
        services.complete(session, acting(officer), session.get_one(FollowUp, made.id))
    correct(act_as, officer, case, {"LT": "2096-03-20"})
    assert now(act_as, made).due_on == date(2096, 4, 14)
    assert moves(act_as)[-1][:2] == (date(2096, 4, 14), date(2096, 4, 20))


def test_a_voided_entry_stops_the_clock_and_leaves_the_work(act_as: ActAs, officer: Person, case: Case) -> None:
    made = followed(act_as, officer, case)
    with act_as(officer) as session:
        void_event(session, acting(officer), case.id, entry_of(act_as, case), "It never happened")
    assert (now(act_as, made).due_on, now(act_as, made).status) == (date(2096, 4, 14), "open")
    assert moves(act_as)[-1] == (date(2096, 4, 14), None, "voided", False)


def test_whoever_may_make_no_follow_up_follows_no_clock(act_as: ActAs, people: People, case: Case) -> None:
    entry, head = entry_of(act_as, case), people["head"]
    with act_as(head) as session, pytest.raises(NotPermitted):
        follow_clock(session, acting(head), case, entry, RULE, "LT", None)


def test_the_page_makes_the_follow_up_shows_it_and_the_ledger(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    address = f"/cases/{case.reference}/clocks"
    assert "Follow this clock" in as_officer.get(address).text
    said = {"event": str(entry_of(act_as, case)), "rule": RULE, "party": "LT"}
    assert as_officer.post(f"{address}/follow", data=said).status_code == 303
    correct(act_as, officer, case, {"LT": "2096-03-20"})
    page = words(as_officer.get(address))
    assert "Follow this clock" not in page and "What moved" in page
    assert "14 Apr 2096 20 Apr 2096 entry corrected" in page
    again = as_officer.post(f"{address}/follow", data={**said, "event": "no id"}, follow_redirects=True)
    assert "This clock has no date any more." in again.text


def test_the_follow_up_of_a_restricted_entry_and_its_ledger_are_as_restricted(
    act_as: ActAs, client_of: ClientOf, officer: Person, people: People
) -> None:
    case = referral(act_as, officer, {"LT": "2096-03-14"}, level="restricted")
    made = followed(act_as, officer, case)
    assert made.level == "restricted"
    coordinator = people["coordinator"]
    with act_as(coordinator) as session:
        assert session.scalars(select(FollowedClock)).all() == []
        assert session.scalars(select(ClockMove)).all() == []
    page = client_of(coordinator).get(f"/cases/{case.reference}/clocks").text
    assert "month to ask for deferral" not in page and "What moved" not in page


WRITE = """INSERT INTO clock_moves (id, follow_up_id, at, by_id, cause, is_by_hand)
           VALUES (gen_random_uuid(), :follow_up, now(), :person, 'followed', false)"""


def test_the_ledger_is_written_in_ones_own_name_and_never_changed(
    act_as: ActAs, officer: Person, people: People, case: Case
) -> None:
    made = followed(act_as, officer, case)
    other = {"follow_up": made.id, "person": people["head"].id}
    for statement in (WRITE, "UPDATE clock_moves SET new_on = NULL", "DELETE FROM clock_moves"):
        with pytest.raises(ProgrammingError), act_as(officer) as session:
            session.execute(text(statement), other)
    with pytest.raises(ProgrammingError), act_as(officer) as session:
        session.execute(text("DELETE FROM followed_clocks"))


def test_the_canton_of_a_case_moves_its_days_and_another_one_is_refused(
    act_as: ActAs, officer: Person, as_officer: FlaskClient
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (), pathway="universal_jurisdiction", lead=officer, details={"forum": "CH"})
        make_event(session, case, 1, "2096-10-20", "opening_refused", facts={"served_on": "2096-10-22"})
        refresh(session, case)
    entry = entry_of(act_as, case)
    with act_as(officer) as session:
        made = follow_clock(session, acting(officer), case, entry, "ch_stpo_396", "", officer.id)
    assert made.due_on == date(2096, 11, 1)
    sent = {
        "title": case.title,
        "detail_forum": "CH",
        "detail_court_calendar": "CH-XX",
        "version": current(act_as, case),
    }
    answer = as_officer.post(f"/cases/{case.reference}/edit", data=sent)
    assert answer.status_code == 422 and "“CH-XX” is no calendar of a Land or canton" in words(answer)
    sent |= {"detail_court_calendar": "CH-SG"}
    assert as_officer.post(f"/cases/{case.reference}/edit", data=sent).status_code == 303
    assert now(act_as, made).due_on == date(2096, 11, 2)
    assert moves(act_as)[-1] == (date(2096, 11, 1), date(2096, 11, 2), "details_edited", False)
    assert "facts of the case edited" in words(as_officer.get(f"/cases/{case.reference}/clocks"))


def current(act_as: ActAs, case: Case) -> int:
    with act_as(OPERATOR) as session:
        return session.get_one(Case, case.id).version


def test_a_clock_that_nobody_follows_says_so_until_somebody_does(
    act_as: ActAs, officer: Person, as_officer: FlaskClient, case: Case
) -> None:
    assert "1 reminds nobody" in words(as_officer.get(f"/cases/{case.reference}"))
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "1 running clock reminds nobody." in page and "Follow this clock" in page
    followed(act_as, officer, case)
    assert "reminds nobody" not in words(as_officer.get(f"/cases/{case.reference}"))
    assert "eminds nobody" not in words(as_officer.get(f"/cases/{case.reference}/clocks"))


def test_before_an_entry_is_corrected_the_clocks_that_move_with_it_can_be_looked_at(
    act_as: ActAs, officer: Person, as_officer: FlaskClient
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("submitted", "2024-09-30"),), pathway="icc_referral", lead=officer)
        event = make_event(session, case, 2, "2026-06-12", "suspended_unsc")
        refresh(session, case)
    sent = {
        "void_reason": "Wrong day",
        "summary": "Deferred",
        "occurred_on": "2026-06-20",
        "again": "1",
        "version": current(act_as, case),
    }
    answer = as_officer.post(f"/cases/{case.reference}/events/{event.id}/correct", data=sent)
    assert answer.status_code == 200, words(answer)
    assert "12 Jun 2027 becomes 20 Jun 2027" in words(answer) and "2026-06-20" in answer.text
    assert "12 months on: Sunday, 20 June 2027." in words(answer), "step by step, as everywhere"
    with act_as(OPERATOR) as session:
        assert session.get_one(CaseEvent, event.id).voided_at is None, "looked at, and nothing written"
    answer = as_officer.post(
        f"/cases/{case.reference}/events/{event.id}/correct", data={**sent, "occurred_on": "2026-06-12"}
    )
    assert "No clock comes out otherwise." in words(answer)


@pytest.mark.parametrize(("level", "due_on"), [(None, date(2096, 12, 14)), ("restricted", date(2096, 12, 21))])
def test_what_ended_a_clock_leaves_its_work_alone_but_a_more_secret_entry_ends_nothing_for_it(
    act_as: ActAs, officer: Person, level: str | None, due_on: date
) -> None:
    """Whoever corrects the day sees that entry; readers of the follow-up must not learn of it by a day that stays."""
    details = {"forum": "Poland"}
    with act_as(OPERATOR) as session:
        case = make_case(session, (), pathway="universal_jurisdiction", lead=officer, details=details)
        filed = make_event(session, case, 1, "2096-11-02", "complaint_filed")
        refresh(session, case)
    with act_as(officer) as session:
        made = follow_clock(session, acting(officer), case, filed.id, "pl_kpk_306_3", "", officer.id)
    with act_as(OPERATOR) as session:
        stored = session.get_one(Case, case.id)
        make_event(session, stored, 2, "2096-11-18", "opening_refused", level=level)
        refresh(session, stored)
    with act_as(officer) as session:
        old = session.get_one(CaseEvent, filed.id)
        anew = replace(entry_from(old), when=VagueDate("2096-11-09"))
        replace_event(session, acting(officer), case.id, old.id, "Wrong day", anew)
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, made.id).due_on == due_on
