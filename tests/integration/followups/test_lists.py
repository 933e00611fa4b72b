"""Home's groups and the list: what is in them, in which order, and that paging loses nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR
from tracker.followups.listing import ANY, NOBODY, Filters, list_follow_ups
from tracker.followups.my_work import ROWS_OF_A_GROUP, my_follow_ups

TODAY = date(2026, 10, 14)
People = dict[str, Person]


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.fixture
def work(act_as: ActAs, people: People) -> None:
    """Eight pieces of work of the head on an open case, one of somebody else, one sealed."""
    head = people["head"]
    with act_as(OPERATOR) as session:
        case, sealed = make_case(session), make_case(session, level="sealed", lead=people["other"])
        make_follow_up(session, case, head, title="late", due_on=day(-1))
        make_follow_up(session, case, head, title="late and waiting", due_on=day(-1), status="waiting")
        make_follow_up(session, case, head, title="now", due_on=TODAY, status="in_progress")
        make_follow_up(session, case, head, title="soon", due_on=day(14))
        make_follow_up(session, case, head, title="later", due_on=day(15))
        make_follow_up(session, case, head, title="waiting", due_on=day(3), status="waiting")
        make_follow_up(session, case, head, title="some day")
        make_follow_up(session, case, head, title="done", due_on=day(-9), status="done")
        make_follow_up(session, case, people["other"], title="of another", due_on=day(1))
        make_follow_up(session, sealed, head, title="sealed", due_on=day(1))


def test_home_groups_what_is_mine_by_when_it_is_due(act_as: ActAs, people: People, work: None) -> None:
    with act_as(people["head"]) as session:
        groups = my_follow_ups(session, acting(people["head"]), TODAY)
    assert {key: [line.follow_up.title for line in group.lines] for key, group in groups.items()} == {
        "overdue": ["late", "late and waiting"],
        "today": ["now"],
        "soon": ["soon"],
        "later": ["later"],
        "waiting": ["waiting"],
        "undated": ["some day"],
    }


def test_the_team_is_everybody_whose_work_the_reader_sees(act_as: ActAs, people: People, work: None) -> None:
    with act_as(people["head"]) as session:
        seen = my_follow_ups(session, acting(people["head"]), TODAY, team=True)
        assert [line.follow_up.title for line in seen["soon"].lines] == ["of another", "soon"]
    with act_as(people["other"]) as session:
        seen = my_follow_ups(session, acting(people["other"]), TODAY, team=True)
        assert [line.follow_up.title for line in seen["soon"].lines] == ["of another", "sealed", "soon"]


def test_home_takes_one_statement_whatever_the_size(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session)
        for number in range(ROWS_OF_A_GROUP + 5):
            make_follow_up(session, case, people["head"], title=f"{number}", due_on=day(-number - 1))
    with act_as(people["head"]) as session:
        session.connection()
        statements: list[str] = []
        listener = lambda *said: statements.append(said[2])  # noqa: E731
        event.listen(session.get_bind(), "before_cursor_execute", listener)
        groups = my_follow_ups(session, acting(people["head"]), TODAY)
        event.remove(session.get_bind(), "before_cursor_execute", listener)
    assert len(groups["overdue"].lines) == ROWS_OF_A_GROUP and groups["overdue"].more
    assert len(statements) == 1


def titles(act_as: ActAs, person: Person, **filters) -> list[str]:
    with act_as(person) as session:
        page = list_follow_ups(session, acting(person), Filters(**filters), TODAY)
    return [line.follow_up.title for line in page.rows]


def test_filters_narrow_the_list(act_as: ActAs, people: People, work: None) -> None:
    head = people["head"]
    assert titles(act_as, head, overdue=True) == ["late", "late and waiting"]
    assert titles(act_as, head, status="waiting") == ["late and waiting", "waiting"]
    assert titles(act_as, head, assignee=people["other"].id) == ["of another"]
    assert titles(act_as, head, due_from=day(1), due_to=day(14)) == ["of another", "waiting", "soon"]
    assert titles(act_as, head, assignee=NOBODY) == []
    assert titles(act_as, head, case_reference="ACC-NONE") == []
    assert titles(act_as, head, status=ANY)[0] == "done"


def test_outside_counsel_sees_the_work_of_their_cases_only(act_as: ActAs, people: People, work: None) -> None:
    counsel = people["outside_counsel"]
    assert titles(act_as, counsel) == []
    with act_as(OPERATOR) as session:
        case = make_case(session)
        join(session, case, counsel, "reader")
        make_follow_up(session, case, title="on their case")
        make_follow_up(session, case, title="above the case", level="sealed")
    assert titles(act_as, counsel) == ["on their case", "above the case"]
    assert titles(act_as, people["administrator"]) == []


@pytest.mark.parametrize(("dated", "undated"), [(7, 0), (0, 7), (4, 3), (3, 4), (6, 1)])
def test_paging_forth_and_back_shows_every_row_once(act_as: ActAs, people: People, dated: int, undated: int) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        case = make_case(session)
        for number in range(dated):
            make_follow_up(session, case, title=f"dated {number}", due_on=day(number // 2))
        for number in range(undated):
            make_follow_up(session, case, title=f"undated {number}")
    forth: list[list[str]] = []
    back: list[list[str]] = []
    cursor: str | None = None
    with act_as(head) as session:
        while True:
            page = list_follow_ups(session, acting(head), Filters(), TODAY, cursor, size=3)
            forth.append([line.follow_up.title for line in page.rows])
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        while page.previous_cursor is not None:
            page = list_follow_ups(session, acting(head), Filters(), TODAY, page.previous_cursor, size=3)
            back.insert(0, [line.follow_up.title for line in page.rows])
    everything = [title for page_titles in forth for title in page_titles]
    assert len(set(everything)) == len(everything) == 7
    assert [title.split()[0] for title in everything] == ["dated"] * dated + ["undated"] * undated
    assert back == forth[:-1]


def test_a_cursor_of_another_list_shows_the_first_page(act_as: ActAs, people: People, work: None) -> None:
    from tracker.core.ids import new_id
    from tracker.core.pages import encode_cursor

    with act_as(people["head"]) as session:
        for cursor in (encode_cursor(["a name", new_id()]), encode_cursor([1]), "rubbish", "%%%"):
            page = list_follow_ups(session, acting(people["head"]), Filters(), TODAY, cursor)
            assert len(page.rows) == 8
