"""The list of follow-ups: what its address asks for, and cells that are changed in place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.listing import ANY, Filters, list_follow_ups
from tracker.followups.models import FollowUp, FollowUpWatcher

People = dict[str, Person]
TITLE = re.compile(r'class="work-title"[^>]*>([^<]+)</a>')


@pytest.fixture
def work(act_as: ActAs, people: People) -> dict[str, UUID]:
    today = clock.today("Europe/Warsaw")
    head = people["head"]
    with act_as(OPERATOR) as session:
        case = make_case(session, title="The case")
        sealed = make_case(session, level="sealed", lead=people["other"])
        made = {
            "late": make_follow_up(session, case, head, title="late", due_on=today - timedelta(days=3)),
            "now": make_follow_up(session, case, title="now", due_on=today, priority="urgent"),
            "soon": make_follow_up(
                session, case, head, title="soon", due_on=today + timedelta(days=9), status="waiting"
            ),
            "put off": make_follow_up(
                session, case, title="put off", kind="hearing", snoozed_until=today + timedelta(days=5)
            ),
            "done": make_follow_up(session, case, head, title="done", status="done", due_on=today),
            "sealed": make_follow_up(session, sealed, title="sealed", due_on=today),
        }
        session.add(FollowUpWatcher(follow_up_id=made["now"].id, person_id=head.id))
        return {name: one.id for name, one in made.items()}


def titles(client, query: str) -> list[str]:
    return TITLE.findall(client.get(f"/follow-ups?{query}").text)


def test_filters_of_the_address_narrow_the_list(people: People, client_of: ClientOf, work: dict[str, UUID]) -> None:
    client = client_of(people["head"])
    assert titles(client, "x=1") == ["late", "now", "soon", "put off"]
    assert titles(client, "due=overdue") == titles(client, "overdue=1") == ["late"]
    assert titles(client, "due=today") == ["now"]
    assert titles(client, "due=14") == ["now", "soon"]
    assert titles(client, "due=none") == ["put off"]
    assert titles(client, "status=done&status=waiting") == ["done", "soon"]
    assert titles(client, "status=any&assignee=me") == ["late", "done", "soon"]
    assert titles(client, "priority=urgent&priority=high") == ["now"]
    assert titles(client, "kind=hearing") == titles(client, "snoozed=1") == ["put off"]
    assert "put off" not in titles(client, "snoozed=0")
    assert titles(client, "watching=1") == ["now"]
    assert titles(client, "q=SOON") == ["soon"]


def test_an_empty_answer_says_how_many_the_filters_hide(
    people: People, client_of: ClientOf, work: dict[str, UUID]
) -> None:
    page = client_of(people["head"]).get("/follow-ups?q=nothing").text
    assert "Your filters hide 4 follow-ups that are still to do." in page


@pytest.mark.parametrize(
    ("group", "headings"),
    [
        ("status", ["Open", "Waiting on others"]),
        ("priority", ["Normal", "Urgent"]),
        ("assignee", ["The head", "Nobody yet"]),
        ("case", 1),
        ("week", None),
    ],
)
def test_groups_stand_under_headings(
    people: People, client_of: ClientOf, work: dict[str, UUID], group: str, headings: object
) -> None:
    page = client_of(people["head"]).get(f"/follow-ups?group={group}").text
    found = re.findall(r'<tr class="group-row"[^>]*><th[^>]*>([^<]+)', page)
    if isinstance(headings, list):
        assert found == headings
    elif group == "case":
        assert len(found) == headings and found[0].endswith("The case")
    else:
        assert found[-1] == "Without a day" and found[0].startswith("Week of ")


@pytest.mark.parametrize("group", ["status", "assignee", "case"])
def test_paging_through_groups_shows_every_row_once(act_as: ActAs, people: People, group: str) -> None:
    today = date(2026, 5, 4)
    with act_as(OPERATOR) as session:
        cases = [make_case(session), make_case(session)]
        for number in range(13):
            make_follow_up(
                session,
                cases[number % 2],
                (people["head"], None, people["other"])[number % 3],
                title=f"{number}",
                due_on=None if number % 4 == 0 else today + timedelta(days=number % 5),
                status=("open", "waiting")[number % 2],
            )
    head = acting(people["head"])
    forth: list[list[str]] = []
    back: list[list[str]] = []
    with act_as(people["head"]) as session:
        page = list_follow_ups(session, head, Filters(), today, size=2, group=group)
        while True:
            forth.append([line.follow_up.title for line in page.rows])
            if page.next_cursor is None:
                break
            page = list_follow_ups(session, head, Filters(), today, page.next_cursor, 2, group=group)
        while page.previous_cursor is not None:
            page = list_follow_ups(session, head, Filters(), today, page.previous_cursor, 2, group=group)
            back.insert(0, [line.follow_up.title for line in page.rows])
        whole = list_follow_ups(session, head, Filters(), today, size=50, group=group)
    everything = [title for some in forth for title in some]
    assert everything == [line.follow_up.title for line in whole.rows]
    assert sorted(everything, key=int) == [str(number) for number in range(13)]
    assert back == forth[:-1]


def stored(act_as: ActAs, follow_up_id: UUID) -> FollowUp:
    with act_as(OPERATOR) as session:
        return session.scalars(select(FollowUp).where(FollowUp.id == follow_up_id)).one()


def change(client, follow_up_id: UUID, field: str, value: str, version: int = 1):
    form = {"field": field, "value": value, "version": str(version)}
    return client.post(f"/follow-ups/{follow_up_id}/cell", data=form)


def test_a_cell_is_changed_in_place(act_as: ActAs, people: People, client_of: ClientOf, work: dict[str, UUID]) -> None:
    client = client_of(people["coordinator"])
    answer = change(client, work["now"], "due", "1 Dec 2026").get_json()
    assert answer["value"] == "2026-12-01" and "1 Dec" in answer["html"] and answer["version"] == 2
    assert change(client, work["now"], "assignee", str(people["head"].id), 2).get_json()["html"].count("The head")
    assert change(client, work["now"], "priority", "low", 3).get_json()["value"] == "low"
    assert change(client, work["now"], "title", "  Ring   Riga ", 4).get_json()["value"] == "Ring Riga"
    found = stored(act_as, work["now"])
    assert (found.title, found.due_on, found.assignee_id, found.priority) == (
        "Ring Riga",
        date(2026, 12, 1),
        people["head"].id,
        "low",
    )
    assert change(client, work["now"], "due", "", 5).get_json()["value"] == ""


def test_what_a_cell_can_t_take_is_refused_in_words(
    act_as: ActAs, people: People, client_of: ClientOf, work: dict[str, UUID]
) -> None:
    client = client_of(people["coordinator"])
    for field, value in (("due", "soonish"), ("title", "  "), ("priority", "huge")):
        answer = change(client, work["now"], field, value)
        assert answer.status_code == 422 and answer.get_json()["message"], field
    assert change(client, work["now"], "status", "done").status_code == 403
    assert stored(act_as, work["now"]).version == 1


def test_a_cell_changed_meanwhile_shows_what_stands_now(
    act_as: ActAs, people: People, client_of: ClientOf, work: dict[str, UUID]
) -> None:
    client = client_of(people["coordinator"])
    change(client, work["now"], "title", "Theirs")
    second = change(client, work["now"], "title", "Mine")
    assert second.status_code == 409
    assert (second.get_json()["value"], second.get_json()["version"]) == ("Theirs", 2)
    assert stored(act_as, work["now"]).title == "Theirs"


def test_cells_are_changed_by_those_who_may(
    act_as: ActAs, people: People, client_of: ClientOf, work: dict[str, UUID]
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        join(session, case, people["outside_counsel"], "reader")
        theirs = make_follow_up(session, case, title="not theirs")
    counsel = client_of(people["outside_counsel"])
    assert change(counsel, theirs.id, "title", "Mine").status_code == 403
    assert "data-version=" not in counsel.get("/follow-ups").text
    assert change(counsel, work["sealed"], "title", "Mine").status_code == 404
    assert change(client_of(people["head"]), work["sealed"], "title", "Mine").status_code == 404


@pytest.mark.parametrize("address", ["/follow-ups", "/cases", "/follow-ups?group=assignee", "/cases?group=phase"])
def test_a_list_takes_eight_statements_at_most(
    database: Any, people: People, client_of: ClientOf, work: dict[str, UUID], address: str
) -> None:
    client = client_of(people["head"])
    client.get(address)
    statements: list[str] = []
    listener = lambda *said: statements.append(said[2])  # noqa: E731
    event.listen(database.app_engine, "before_cursor_execute", listener)
    client.get(address)
    event.remove(database.app_engine, "before_cursor_execute", listener)
    assert 3 <= len(statements) <= 8, statements


def test_a_full_page_weighs_no_more_than_sixty_kilobytes(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        for number in range(45):
            title = f"Extradition of a former official to the court of first instance, {number}"
            case = make_case(session, title=title, lead=people["head"])
            make_follow_up(
                session,
                case,
                people["head"],
                title=f"Ask the ministry about the file {number}",
                due_on=date(2026, 5, 4),
            )
    client = client_of(people["coordinator"])
    for address in ("/cases", "/follow-ups", "/cases?group=phase", "/follow-ups?group=assignee"):
        page = client.get(address).get_data()
        assert b"cursor=" in page and len(page) <= 60_000, f"{address}: {len(page)}"


def test_any_means_whatever_became_of_it() -> None:
    assert Filters(status=ANY).are_set and not Filters(status=ANY).only_active
