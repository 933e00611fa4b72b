"""After a change of a rule the days that hang on it are reckoned anew: once, in batches; no secret shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.approvals import services as approvals
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh
from tracker.clocks import running
from tracker.clocks.models import Deed, Recomputation
from tracker.clocks.services import ask_about_rule
from tracker.core.actor import OPERATOR
from tracker.followups import recomputing
from tracker.followups.clocks import follow_clock
from tracker.followups.models import ClockMove, FollowedClock, FollowUp, FollowUpChange
from tracker.followups.recomputing import recompute_next
from tracker.followups.timelines import settle_day
from tracker.pathways.schema import Definition

People = dict[str, Person]
RULE = "rome_statute_18_2"


def referral(act_as: ActAs, lead: Person, level: str = "internal", parties: str = "LT") -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("submitted", "2094-09-30"),), pathway="icc_referral", lead=lead, level=level)
        received = dict.fromkeys(parties.split(), "2096-03-14")
        make_event(session, case, 2, "2096-03-12", "investigation_open", facts={"received_on": received})
        refresh(session, case)
        return case


def follow(act_as: ActAs, officer: Person, case: Case, party: str = "LT") -> FollowUp:
    with act_as(OPERATOR) as session:
        entry = session.scalars(
            select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.status == "investigation_open")
        ).one()
    with act_as(officer) as session:
        return follow_clock(session, acting(officer), case, entry, RULE, party, officer.id)


def decide(act_as: ActAs, people: People, deed: Deed, **said: Any) -> None:
    with act_as(people["legal_officer"]) as session:
        asked = ask_about_rule(session, acting(people["legal_officer"]), RULE, deed, "So", "Here", said)
    with act_as(people["other"]) as session:
        approvals.agree(session, acting(people["other"]), asked.id)


def run(database: Any, batch: int = 1000) -> int:
    """Until nothing is left; how many batches it took."""
    batches = 0
    while recompute_next(database, batch):
        batches += 1
    return batches


def days(act_as: ActAs) -> dict[str, tuple[date | None, date | None]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.id))
        return {row.title: (row.due_on, row.due_to_check) for row in rows}


def ledger(act_as: ActAs) -> list[tuple[date | None, date | None, bool, int | None]]:
    with act_as(OPERATOR) as session:
        query = select(ClockMove).where(ClockMove.cause == "rule_changed").order_by(ClockMove.id)
        return [(one.old_on, one.new_on, one.is_by_hand, one.rule_version) for one in session.scalars(query)]


def work(act_as: ActAs) -> Recomputation:
    with act_as(OPERATOR) as session:
        return session.scalars(select(Recomputation).order_by(Recomputation.number.desc())).first()  # type: ignore[return-value]


APRIL, MAY, JUNE = date(2096, 4, 14), date(2096, 5, 14), date(2096, 6, 1)


def test_follow_ups_move_with_their_rule_and_a_day_set_by_hand_is_flagged_and_stays(
    act_as: ActAs, people: People, database: Any
) -> None:
    officer = people["legal_officer"]
    case = referral(act_as, officer, parties="LT PL")
    follow(act_as, officer, case)
    by_hand = follow(act_as, officer, case, "PL")
    with act_as(officer) as session:
        held = session.get_one(FollowUp, by_hand.id)
        session.execute(text("UPDATE follow_ups SET due_on = '2096-06-01' WHERE id = :id"), {"id": held.id})
    decide(act_as, people, Deed.CORRECTED, amount=2)
    assert days(act_as)[by_hand.title] == (JUNE, None), "nothing moves before the job"
    run(database)
    (moved, flagged) = days(act_as).values()
    assert (moved, flagged) == ((MAY, None), (JUNE, MAY))
    assert ledger(act_as) == [(APRIL, MAY, False, 1), (APRIL, MAY, True, 1)]
    done = work(act_as)
    assert (done.total, done.done, done.moved, done.flagged, done.stopped, done.failed) == (2, 2, 1, 1, 0, 0)
    assert done.finished_at is not None
    with act_as(officer) as session:
        assert session.get_one(Case, case.id).next_due_on == MAY
        settle_day(session, acting(officer), session.get_one(FollowUp, by_hand.id), take=True)
    assert days(act_as)[by_hand.title] == (MAY, None)
    with act_as(OPERATOR) as session:
        kinds = session.scalars(select(FollowUpChange.kind).where(FollowUpChange.by_id.is_(None))).all()
        planned = session.scalar(text("SELECT count(*) FROM follow_up_plans WHERE next_plan_at <= now()"))
    assert sorted(kinds) == ["due_changed", "edited"] and planned


def test_a_rule_that_is_verified_moves_nothing_and_a_second_run_finds_nothing(
    act_as: ActAs, people: People, database: Any
) -> None:
    follow(act_as, people["legal_officer"], referral(act_as, people["legal_officer"]))
    decide(act_as, people, Deed.VERIFIED)
    assert run(database) == 2, "one batch, and the end"
    assert (ledger(act_as), list(days(act_as).values())) == ([], [(APRIL, None)])
    assert run(database) == 0
    decide(act_as, people, Deed.CORRECTED, amount=2)
    run(database)
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE clock_recomputations SET finished_at = NULL"))
        session.execute(text("UPDATE followed_clocks SET rule_version = 0"))
    run(database)
    assert ledger(act_as) == [(APRIL, MAY, False, 2)], "reckoned again it says the same"


@pytest.mark.parametrize("ending", [": unverified rule", ": неправеранае правіла"])
def test_once_a_rule_is_verified_titles_of_work_on_it_say_unverified_no_more(
    act_as: ActAs, people: People, database: Any, ending: str
) -> None:
    officer = people["legal_officer"]
    case = referral(act_as, officer, parties="LT PL")
    made, written = follow(act_as, officer, case), follow(act_as, officer, case, "PL")
    with act_as(OPERATOR) as session:
        for work, title in ((made, f"A State's month{ending}"), (written, f"Whether{ending} or not")):
            session.get_one(FollowUp, work.id).title = title
    decide(act_as, people, Deed.CORRECTED, certainty="K")
    run(database)
    decide(act_as, people, Deed.VERIFIED)
    run(database)
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, made.id).title == "A State's month"
        assert session.get_one(FollowUp, written.id).title == f"Whether{ending} or not", "somebody's own words"
        (said,) = session.scalars(select(FollowUpChange).where(FollowUpChange.kind == "edited"))
        assert (said.before, said.after) == ({"title": f"A State's month{ending}"}, {"title": "A State's month"})


def test_a_rule_that_is_switched_off_stops_clocks_and_their_work_keeps_its_day(
    act_as: ActAs, people: People, database: Any
) -> None:
    follow(act_as, people["legal_officer"], referral(act_as, people["legal_officer"]))
    decide(act_as, people, Deed.SWITCHED_OFF)
    run(database)
    assert list(days(act_as).values()) == [(APRIL, None)]
    decide(act_as, people, Deed.SWITCHED_ON)
    run(database)
    assert list(days(act_as).values()) == [(APRIL, None)]
    assert ledger(act_as) == [(APRIL, None, False, 1), (None, APRIL, False, 2)]


def test_killed_between_two_batches_it_goes_on_where_it_was_and_loses_nothing(
    act_as: ActAs, people: People, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = people["legal_officer"]
    for _number in range(5):
        follow(act_as, officer, referral(act_as, officer))
    decide(act_as, people, Deed.CORRECTED, amount=2)
    assert recompute_next(database, 2)

    def dies(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(recomputing, "_count", dies)
        with pytest.raises(KeyboardInterrupt):
            recompute_next(database, 2)
    assert (work(act_as).done, len(ledger(act_as))) == (2, 2), "the batch that died left nothing"
    run(database, 2)
    assert ledger(act_as) == [(APRIL, MAY, False, 1)] * 5
    assert set(days(act_as).values()) == {(MAY, None)}
    assert (work(act_as).done, work(act_as).moved) == (5, 5)


def test_one_that_can_not_be_reckoned_leaves_the_others_right(
    act_as: ActAs, people: People, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = people["legal_officer"]
    bad, good = referral(act_as, officer), referral(act_as, officer)
    for case in (bad, good):
        follow(act_as, officer, case)
    decide(act_as, people, Deed.CORRECTED, amount=2)
    reckoned = running.clocks_of

    def fails(definition: Definition, details: Any, told: Any) -> Any:
        if details.get("unreadable"):
            raise ValueError("no such day")
        return reckoned(definition, details, told)

    with act_as(OPERATOR) as session:
        session.get_one(Case, bad.id).details = {"unreadable": True}
    monkeypatch.setattr(running, "clocks_of", fails)
    run(database)
    assert (work(act_as).done, work(act_as).moved, work(act_as).failed) == (2, 1, 1)
    assert {day for day, _flag in _by_case(act_as)} == {APRIL, MAY}


def _by_case(act_as: ActAs) -> list[tuple[date | None, date | None]]:
    with act_as(OPERATOR) as session:
        return [(one.due_on, one.due_to_check) for one in session.scalars(select(FollowUp))]


def test_what_readers_of_a_follow_up_do_not_see_moves_it_not_and_secret_work_is_counted_nowhere(
    act_as: ActAs, people: People, database: Any
) -> None:
    officer = people["legal_officer"]
    case = referral(act_as, officer)
    follow(act_as, officer, case)
    follow(act_as, officer, referral(act_as, officer, level="sealed"))
    with act_as(OPERATOR) as session:
        facts = {"received_on": {"LT": "2097-01-01"}}
        make_event(
            session, session.get_one(Case, case.id), 3, "2096-12-31", "investigation_open", facts=facts, level="sealed"
        )
    decide(act_as, people, Deed.CORRECTED, amount=2)
    run(database)
    assert {day for day, _flag in _by_case(act_as)} == {MAY}, (
        "a sealed entry starts the clock anew only for whoever sees it"
    )
    done = work(act_as)
    assert (done.total, done.done, done.moved) == (1, 1, 1)


def test_an_older_change_that_was_not_worked_yet_reckons_by_the_newest(
    act_as: ActAs, people: People, database: Any
) -> None:
    follow(act_as, people["legal_officer"], referral(act_as, people["legal_officer"]))
    decide(act_as, people, Deed.CORRECTED, amount=2)
    decide(act_as, people, Deed.CORRECTED, amount=3)
    run(database)
    assert ledger(act_as) == [(APRIL, date(2096, 6, 14), False, 2)]
    with act_as(OPERATOR) as session:
        assert session.scalars(select(FollowedClock.rule_version)).all() == [2]
        assert session.scalars(select(Recomputation).where(Recomputation.finished_at.is_(None))).all() == []


def test_while_one_works_no_other_does(act_as: ActAs, people: People, database: Any) -> None:
    follow(act_as, people["legal_officer"], referral(act_as, people["legal_officer"]))
    decide(act_as, people, Deed.CORRECTED, amount=2)
    with act_as(OPERATOR) as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('clock_recomputation'))"))
        assert not recompute_next(database)
    assert ledger(act_as) == []
    with act_as(OPERATOR) as session:
        session.execute(select(FollowUp).with_for_update()).all()
        assert not recompute_next(database), "held by somebody: at the next tick"
    run(database)
    assert len(ledger(act_as)) == 1
