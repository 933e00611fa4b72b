"""Standard timelines: kept, applied as ticked, moved with their reference date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import acting
from tests.integration.pages.test_typed_kept import sent_by
from tests.support.acting import ActAs, ClientOf
from tests.support.undoing import last_deed
from tracker.accounts.models import Person
from tracker.cases.models import Case, CaseEvent
from tracker.cases.services import replace_event
from tracker.cases.services.voiding import entry_from
from tracker.core.actor import OPERATOR
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid, NotPermitted
from tracker.core.working_days import WEEKDAYS_ONLY
from tracker.followups import services, timeline_sets, timelines
from tracker.followups.models import FollowUp, Timeline, TimelineSet
from tracker.followups.queries import get_follow_up
from tracker.followups.refusals import CannotUndo
from tracker.followups.timeline_sets import Item
from tracker.followups.timelines import NewRow

People = dict[str, Person]
DAY = date(2027, 3, 1)


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"])


def hearing_set(act_as: ActAs, officer: Person, pathway: str | None = None) -> TimelineSet:
    items = [Item("Send the file", "-30", "lead"), Item("Ring counsel", "-3wd", "me"), Item("Write the note", "+7")]
    with act_as(officer) as session:
        return timeline_sets.save_set(session, acting(officer), None, title="Hearing", pathway=pathway, items=items)


def applied(act_as: ActAs, officer: Person, case: Case) -> tuple[Timeline, list[FollowUp]]:
    rows = [NewRow("Send the file", date(2027, 1, 30), "-30"), NewRow("Write the note", date(2027, 3, 8), "+7")]
    with act_as(officer) as session:
        return timelines.apply_timeline(
            session, acting(officer), case, title="Hearing", reference_on=DAY, rows=rows, working_days=WEEKDAYS_ONLY
        )


def test_every_fault_of_a_set_is_named_and_others_do_not_keep_sets(act_as: ActAs, people: People) -> None:
    officer, head = people["legal_officer"], people["head"]
    with act_as(officer) as session, pytest.raises(Invalid) as refusal:
        items = [Item("", "+1"), Item("Write", "soon")]
        timeline_sets.save_set(session, acting(officer), None, title=" ", pathway="x", items=items)
    assert {fault.path for fault in refusal.value.faults} == {"title", "pathway", "items.0.title", "items.1.offset"}
    with act_as(head) as session, pytest.raises(NotPermitted):
        timeline_sets.save_set(session, acting(head), None, title="T", pathway=None, items=[Item("Write", "+1")])


def test_a_set_is_chosen_previewed_ticked_and_made(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    officer = people["legal_officer"]
    one = hearing_set(act_as, officer, case.pathway)
    client = client_of(officer)
    assert "Hearing" in client.get(f"/cases/{case.reference}/timelines/new").text
    address = f"/cases/{case.reference}/timelines/new?set={one.id}&reference_on=1+March+2027"
    page = client.get(address).text
    assert 'value="2027-01-30"' in page and 'value="2027-02-24"' in page and "Monday 1 March 2027" in page
    said = {"set": str(one.id), "reference_on": "2027-03-01"}
    said |= {"row-0-title": "Send the file", "row-0-due": "2027-01-30", "row-0-offset": "-30", "row-0-on": "1"}
    said |= {"row-1-title": "Ring counsel", "row-1-due": "2027-02-24", "row-1-offset": "-3wd"}
    said |= {"row-2-title": "Note", "row-2-due": "10 March 2027", "row-2-offset": "+7", "row-2-on": "1"}
    answer = client.post(f"/cases/{case.reference}/timelines", data=said)
    assert answer.status_code == 303
    assert "Send the file" in client.get(answer.location).text
    with act_as(OPERATOR) as session:
        made = session.scalars(select(FollowUp).order_by(FollowUp.due_on)).all()
    assert [(row.title, row.due_on, row.due_by_hand) for row in made] == [
        ("Send the file", date(2027, 1, 30), False), ("Note", date(2027, 3, 10), True),
    ]  # fmt: skip


def test_a_wrong_row_is_said_at_the_row_and_nothing_is_lost(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    one = hearing_set(act_as, people["legal_officer"])
    said = {"set": str(one.id), "reference_on": "2027-03-01", "row-0-title": "Send it", "row-0-due": "soon"}
    answer = client_of(people["coordinator"]).post(f"/cases/{case.reference}/timelines", data=said | {"row-0-on": "1"})
    assert answer.status_code == 422 and 'value="Send it"' in answer.text and 'value="soon"' in answer.text


def test_untouched_work_moves_and_what_was_set_by_hand_is_flagged(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    actor = acting(officer)
    timeline, (first, second) = applied(act_as, officer, case)
    with act_as(officer) as session:
        services.change_due(session, actor, get_follow_up(session, actor, second.id), date(2027, 3, 20))
    with act_as(officer) as session:
        found, _case = timelines.get_timeline(session, OPERATOR, timeline.id)
        new_on = DAY + timedelta(days=10)
        shifts = timelines.planned_shifts(session, actor, found, new_on, WEEKDAYS_ONLY)
        assert [(shift.state, shift.new) for shift in shifts] == [
            ("moves", date(2027, 2, 9)), ("by_hand", date(2027, 3, 18)),
        ]  # fmt: skip
        timelines.move_reference(session, actor, found, new_on, {first.id}, WEEKDAYS_ONLY)
    with act_as(officer) as session:
        one, two = (get_follow_up(session, actor, row.id) for row in (first, second))
        assert (one.due_on, one.due_by_hand, one.due_version) == (date(2027, 2, 9), False, 2)
        assert (two.due_on, two.due_to_check) == (date(2027, 3, 20), date(2027, 3, 18))
        timelines.settle_day(session, actor, two, take=True)
        assert (two.due_on, two.due_to_check, two.due_by_hand) == (date(2027, 3, 18), None, False)


def test_a_timeline_on_an_entry_offers_to_move_when_the_entry_is_corrected(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    officer = people["legal_officer"]
    with act_as(officer) as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
        rows = [NewRow("Send the file", date(2025, 3, 8), "+7")]
        timeline, _made = timelines.apply_timeline(
            session, acting(officer), case, title="Start", reference_on=date(2025, 3, 1), rows=rows,
            working_days=WEEKDAYS_ONLY, event=event,
        )  # fmt: skip
    with act_as(officer) as session:
        old = session.get_one(CaseEvent, event.id)
        entry = entry_from(old)
        entry = replace(entry, when=VagueDate("2025-03-05"))
        replace_event(session, acting(officer), case.id, old.id, "Wrong day", entry)
    client = client_of(officer)
    assert "now says 5 Mar 2025" in client.get(f"/timelines/applied/{timeline.id}").text
    assert "its date is 5 Mar 2025 now" in client.get(f"/cases/{case.reference}").text
    preview = client.get(f"/timelines/applied/{timeline.id}?reference_on=2025-03-05").text
    assert "12 Mar 2025" in preview


def test_a_timeline_is_undone_as_one(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    _timeline, made = applied(act_as, officer, case)
    with act_as(officer) as session:
        change_id = last_deed(session, officer, made[0].id)
        undone = services.undo(session, acting(officer), change_id)
        assert {row.status for row in undone} == {"cancelled"} and len(undone) == 2


def test_undoing_a_moved_timeline_puts_back_its_reference_date(act_as: ActAs, people: People, case: Case) -> None:
    officer, later = people["legal_officer"], DAY + timedelta(days=10)
    timeline, made = applied(act_as, officer, case)
    with act_as(officer) as session:
        kept, ids = timelines.get_timeline(session, OPERATOR, timeline.id)[0], [one.id for one in made]
        timelines.move_reference(session, acting(officer), kept, later, ids, WEEKDAYS_ONLY)
    with act_as(officer) as session:
        services.undo(session, acting(officer), last_deed(session, officer, made[1].id))
    with act_as(officer) as session:
        assert timelines.get_timeline(session, OPERATOR, timeline.id)[0].reference_on == DAY
        days = [get_follow_up(session, acting(officer), one.id).due_on for one in made]
        assert days == [date(2027, 1, 30), date(2027, 3, 8)]
        services.undo(session, acting(officer), last_deed(session, officer, made[1].id))
    with act_as(officer) as session:
        assert timelines.get_timeline(session, OPERATOR, timeline.id)[0].reference_on == later


def test_a_timeline_that_moved_on_is_not_put_back(act_as: ActAs, people: People, case: Case) -> None:
    officer = people["legal_officer"]
    timeline, made = applied(act_as, officer, case)
    with act_as(officer) as session:
        kept = timelines.get_timeline(session, OPERATOR, timeline.id)[0]
        timelines.move_reference(session, acting(officer), kept, DAY + timedelta(days=10), [made[0].id], WEEKDAYS_ONLY)
        first = last_deed(session, officer, made[0].id)
        kept.reference_on = DAY + timedelta(days=20)
    with act_as(officer) as session, pytest.raises(CannotUndo) as refusal:
        services.undo(session, acting(officer), first)
    assert [line.field for line in refusal.value.lines] == ["reference_on"]


def test_a_move_offers_the_timelines_of_its_pathway_and_goes_on_to_them(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    officer = people["legal_officer"]
    own, other = hearing_set(act_as, officer, case.pathway), hearing_set(act_as, officer, "sanctions")
    client, address = client_of(officer), f"/cases/{case.reference}/move"
    page = client.get(f"{address}?to=political_support").text
    assert str(own.id) in page and str(other.id) not in page
    sent = sent_by(page)
    for name, value in {"summary": "They do", "fact_text": "We do", "timeline": str(own.id), "step": "confirm"}.items():
        sent[name] = value
    answer = client.post(address, data=sent)
    assert answer.status_code == 303 and f"/timelines/new?set={own.id}&event=" in answer.location
    assert "Send the file" in client.get(answer.location).text


def test_only_what_has_days_is_offered_and_a_set_without_a_day_asks_for_one(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        address = f"/cases/{make_case(session, pathway='un_mechanism').reference}/timelines/new"
    client = client_of(people["legal_officer"])
    offered = client.get(address).text
    assert 'value="status:established"' in offered
    assert 'value="status:upr_review_scheduled"' not in offered  # its days hang on a fact: a preview would be empty
    asked = client.get(address, query_string={"set": "status:established", "event": "", "reference_on": ""})
    assert asked.status_code == 422 and "Choose an entry, or give a day." in asked.text


def test_a_pathway_without_any_timeline_says_so(
    act_as: ActAs, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with act_as(OPERATOR) as session:
        reference = make_case(session).reference
    monkeypatch.setattr("tracker.followups.timeline_choices._items_of_status", lambda _case, _key: ("", []))
    page = client_of(people["legal_officer"]).get(f"/cases/{reference}/timelines/new").text
    assert "There is no standard timeline yet" in page and 'name="set"' not in page
