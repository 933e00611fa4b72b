"""Work that is planned around a sitting: it moves when the sitting does, is flagged where its day was set by hand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import acting, make_person
from tests.integration.sittings.test_sittings import FILE, NOW, confirm, give
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict
from tracker.core.working_days import WEEKDAYS_ONLY
from tracker.followups import services, timeline_sittings, timelines
from tracker.followups.models import ClockMove, FollowUp, FollowUpChange, Timeline
from tracker.followups.timeline_sittings import follow_sittings
from tracker.followups.timelines import NewRow
from tracker.sittings.models import Sitting

People = dict[str, Person]
DAY, LATER = date(2027, 6, 14), date(2027, 6, 28)
POSTPONED = FILE.replace("starts_on: 2027-06-14", "starts_on: 2027-06-28")


@pytest.fixture
def sitting(act_as: ActAs) -> Sitting:
    with act_as(OPERATOR) as session:
        row = Sitting(
            key="hrc-65", institution="hrc", name="65th session", starts_on=DAY, certainty="confirmed", source="It"
        )
        session.add(row)
        session.flush()
        return row


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("upr_preparation", "2026-09-01"),), pathway="un_mechanism", lead=officer)


def planned(
    act_as: ActAs, officer: Person, case: Case, sitting: Sitting, on: date = DAY
) -> tuple[Timeline, list[FollowUp]]:
    rows = [NewRow("One-pagers", date(2027, 4, 15), "-60"), NewRow("Geneva", date(2027, 5, 31), "-14")]
    said: dict[str, Any] = {"title": "Review", "reference_on": on, "rows": rows, "working_days": WEEKDAYS_ONLY}
    with act_as(officer) as session:
        return timelines.apply_timeline(session, acting(officer), case, sitting_id=sitting.id, **said)


def postpone(act_as: ActAs, sitting: Sitting, to: date = LATER) -> None:
    with act_as(OPERATOR) as session:
        session.get_one(Sitting, sitting.id).starts_on = to


def days(act_as: ActAs, made: list[FollowUp]) -> list[tuple[date | None, date | None]]:
    with act_as(OPERATOR) as session:
        rows = [session.get_one(FollowUp, one.id) for one in made]
        return [(row.due_on, row.due_to_check) for row in rows]


def ledger(act_as: ActAs) -> list[tuple[date | None, date | None, str, bool]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(ClockMove).order_by(ClockMove.new_on))
        return [(row.old_on, row.new_on, row.cause, row.is_by_hand) for row in rows]


def test_postponed_its_work_moves_and_the_ledger_says_from_where_to_where(
    act_as: ActAs, database: Any, officer: Person, case: Case, sitting: Sitting
) -> None:
    timeline, made = planned(act_as, officer, case, sitting)
    postpone(act_as, sitting)
    assert follow_sittings(database) == 1
    assert days(act_as, made) == [(date(2027, 4, 29), None), (date(2027, 6, 14), None)]
    assert ledger(act_as) == [
        (date(2027, 4, 15), date(2027, 4, 29), "sitting_moved", False),
        (date(2027, 5, 31), date(2027, 6, 14), "sitting_moved", False),
    ]
    with act_as(OPERATOR) as session:
        row = session.get_one(Timeline, timeline.id)
        assert (row.reference_on, row.sitting_on) == (LATER, LATER)
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "timeline.moved")).all()


def test_run_twice_it_has_one_effect_and_without_a_change_none(
    act_as: ActAs, database: Any, officer: Person, case: Case, sitting: Sitting
) -> None:
    _timeline, made = planned(act_as, officer, case, sitting)
    assert follow_sittings(database) == 0
    postpone(act_as, sitting)
    assert (follow_sittings(database), follow_sittings(database)) == (1, 0)
    assert len(ledger(act_as)) == 2 and days(act_as, made)[0] == (date(2027, 4, 29), None)


def test_a_day_set_by_hand_is_flagged_and_stays(
    act_as: ActAs, database: Any, officer: Person, case: Case, sitting: Sitting
) -> None:
    _timeline, made = planned(act_as, officer, case, sitting)
    with act_as(officer) as session:
        services.change_due(session, acting(officer), session.get_one(FollowUp, made[0].id), date(2027, 4, 1))
    postpone(act_as, sitting)
    follow_sittings(database)
    assert days(act_as, made) == [(date(2027, 4, 1), date(2027, 4, 29)), (date(2027, 6, 14), None)]
    assert (date(2027, 4, 15), date(2027, 4, 29), "sitting_moved", True) in ledger(act_as)


def test_done_work_keeps_its_day(act_as: ActAs, database: Any, officer: Person, case: Case, sitting: Sitting) -> None:
    _timeline, made = planned(act_as, officer, case, sitting)
    with act_as(officer) as session:
        services.complete(session, acting(officer), session.get_one(FollowUp, made[0].id))
    postpone(act_as, sitting)
    follow_sittings(database)
    assert days(act_as, made)[0] == (date(2027, 4, 15), None) and len(ledger(act_as)) == 1


def test_a_timeline_that_somebody_gave_another_day_stays_and_its_page_says_both(
    act_as: ActAs, database: Any, client_of: ClientOf, officer: Person, case: Case, sitting: Sitting
) -> None:
    timeline, made = planned(act_as, officer, case, sitting)
    with act_as(officer) as session:
        row, _case = timelines.get_timeline(session, acting(officer), timeline.id)
        timelines.move_reference(
            session, acting(officer), row, DAY + timedelta(days=2), [one.id for one in made], WEEKDAYS_ONLY
        )
    postpone(act_as, sitting)
    assert (follow_sittings(database), follow_sittings(database)) == (1, 0)
    assert days(act_as, made)[0] == (date(2027, 4, 17), None) and ledger(act_as) == []
    client = client_of(officer)
    assert "65th session, which begins on 28 Jun 2027" in words(client.get(f"/timelines/applied/{timeline.id}"))
    assert "its date is 28 Jun 2027 now" in words(client.get(f"/cases/{case.reference}"))


def test_one_that_cannot_be_moved_leaves_the_others_done(
    act_as: ActAs, database: Any, monkeypatch: pytest.MonkeyPatch, officer: Person, case: Case, sitting: Sitting
) -> None:
    bad, _made = planned(act_as, officer, case, sitting)
    _good, made = planned(act_as, officer, case, sitting)
    postpone(act_as, sitting)
    moves = timelines.move_reference

    def fails(session: Any, actor: Any, timeline: Timeline, *said: Any) -> Any:
        if timeline.id == bad.id:
            raise ValueError("no")
        return moves(session, actor, timeline, *said)

    monkeypatch.setattr(timeline_sittings, "move_reference", fails)
    assert follow_sittings(database) == 1
    assert days(act_as, made)[0] == (date(2027, 4, 29), None) and len(ledger(act_as)) == 2
    monkeypatch.undo()
    assert follow_sittings(database) == 1 and len(ledger(act_as)) == 4


def test_the_move_can_be_undone_and_is_not_done_again(
    act_as: ActAs, database: Any, officer: Person, case: Case, sitting: Sitting
) -> None:
    _timeline, made = planned(act_as, officer, case, sitting)
    postpone(act_as, sitting)
    follow_sittings(database)
    with act_as(OPERATOR) as session:
        changes = select(FollowUpChange.id).where(FollowUpChange.follow_up_id == made[0].id)
        deed = session.scalars(changes.order_by(FollowUpChange.id.desc())).first()
    assert deed is not None
    with act_as(officer) as session:
        services.undo(session, acting(officer), deed)
    assert days(act_as, made) == [(date(2027, 4, 15), None), (date(2027, 5, 31), None)]
    assert follow_sittings(database) == 0


def test_a_sitting_that_begins_on_another_day_by_now_is_refused(
    act_as: ActAs, officer: Person, case: Case, sitting: Sitting
) -> None:
    with pytest.raises(Conflict):
        planned(act_as, officer, case, sitting, DAY + timedelta(days=1))


def test_from_the_case_to_a_sitting_to_the_work_around_it(
    act_as: ActAs, client_of: ClientOf, officer: Person, case: Case, sitting: Sitting
) -> None:
    client = client_of(officer)
    page = client.get(f"/cases/{case.reference}/sittings")
    assert "65th session" in words(page)
    address = re.search(r'href="(/cases/[^"]+/timelines/new\?sitting=[^"]+)"', page.text)
    assert address is not None
    chosen = client.get(unescape(address[1]))
    assert "Around the sitting 65th session, which begins on 14 Jun 2027." in words(chosen)
    assert "Review date set: Date of the review" in words(chosen)
    around = {"sitting": str(sitting.id), "reference_on": DAY.isoformat()}
    asked = {"set": "status:upr_review_scheduled:review_on", **around}
    preview = client.get(f"/cases/{case.reference}/timelines/new", query_string=asked)
    assert 'value="2027-04-15"' in preview.text and "-60" in preview.text
    row = {"on": "1", "title": "One-pagers", "due": "2027-04-15", "offset": "-60", "who": "", "kind": "follow_up"}
    rows = {f"row-0-{name}": said for name, said in row.items()}
    answer = client.post(f"/cases/{case.reference}/timelines", data={**asked, **rows})
    assert answer.status_code == 303
    assert "Hangs on a sitting" in words(client.get(f"/cases/{case.reference}/sittings"))
    with act_as(OPERATOR) as session:
        kept = session.scalars(select(Timeline)).one()
        assert (kept.sitting_id, kept.sitting_on) == (sitting.id, DAY)


def test_before_a_new_day_is_taken_in_the_preview_says_what_would_move(
    act_as: ActAs, database: Any, people: People, client_of: ClientOf, officer: Person, case: Case, sitting: Sitting
) -> None:
    _timeline, made = planned(act_as, officer, case, sitting)
    with act_as(officer) as session:
        services.change_due(session, acting(officer), session.get_one(FollowUp, made[1].id), date(2027, 6, 1))
    with act_as(OPERATOR) as session:
        keeper = make_person(session, "administrator", "coordinator", name="Both")
    client = client_of(keeper)
    looked = give(client, POSTPONED)
    page = words(looked)
    assert f"{case.reference} · Review" in page and "One-pagers: 15 Apr 2027 becomes 29 Apr 2027" in page
    assert "set by hand: stays, and is flagged" in page
    assert days(act_as, made)[0] == (date(2027, 4, 15), None)
    confirm(client, looked.text)
    follow_sittings(database)
    assert days(act_as, made) == [(date(2027, 4, 29), None), (date(2027, 6, 1), date(2027, 6, 14))]
    assert "15 Apr 2027 29 Apr 2027 sitting moved" in words(client_of(officer).get(f"/cases/{case.reference}/clocks"))


def test_a_sealed_case_moves_along_and_the_preview_does_not_tell(
    act_as: ActAs, database: Any, people: People, client_of: ClientOf, officer: Person, sitting: Sitting
) -> None:
    plain = re.compile(r'"[\w-]+\.[\w-]{6}\.[\w-]{20,}"')  # tokens against forged forms

    def looked() -> str:
        with clock.fixed(NOW):
            return plain.sub("", give(client_of(people["administrator"]), POSTPONED).text)

    without = looked()
    with act_as(OPERATOR) as session:
        sealed = make_case(session, lead=officer, level="sealed")
        said: dict[str, Any] = {"title": "R", "reference_on": DAY, "rows": [NewRow("Secret", date(2027, 4, 15), "-60")]}
        _timeline, made = timelines.apply_timeline(
            session, OPERATOR, sealed, sitting_id=sitting.id, working_days=WEEKDAYS_ONLY, **said
        )
    assert looked() == without
    postpone(act_as, sitting)
    follow_sittings(database)
    assert days(act_as, made) == [(date(2027, 4, 29), None)]
