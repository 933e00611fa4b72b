"""The calendar: each thing on its day, Mine and Team, and nothing of what one may not see."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from tests.factories.case import join, make_case
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

__all__ = ["act_as", "client_of", "people"]

People = dict[str, Person]
DAY = date(2027, 3, 17)


def text_of(page: str, day: date) -> str:
    """The cell of `day`."""
    cells: list[str] = re.findall(r"<td.*?</td>", page, re.DOTALL)
    return next(cell for cell in cells if f'data-day="{day.isoformat()}"' in cell)


@pytest.fixture
def days(act_as: ActAs, people: People) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Ends then", lead=head)
        sealed = make_case(session, level="sealed", title="Sealed end", lead=people["other"])
        case.expires_on = sealed.expires_on = DAY
        make_follow_up(session, case, head, title="Mine to do", due_on=DAY)
        make_follow_up(session, case, head, title="Before the judge", due_on=DAY, kind="hearing")
        make_follow_up(session, case, people["coordinator"], title="Of another", due_on=DAY + timedelta(days=1))
        make_follow_up(session, case, head, title="Was done", due_on=DAY, status="done")
        make_follow_up(session, sealed, people["other"], title="Sealed work", due_on=DAY)
        make_engagement(session, case, occurred_on=DAY.isoformat(), sort_on=DAY, summary="Talk in Riga")
        make_engagement(session, case, occurred_on="2027-03", sort_on=date(2027, 3, 31), summary="Some day in March")


@pytest.mark.parametrize("view", ["month", "week"])
def test_each_thing_stands_on_its_day(people: People, days: None, client_of: ClientOf, view: str) -> None:
    page = client_of(people["head"]).get(f"/calendar?view={view}&day={DAY}").get_data(as_text=True)
    cell = text_of(page, DAY)
    shown = ["Talk in Riga", "Ends then", "Before the judge", "Mine to do"]
    assert [title for title in shown if title in cell] == (shown if view == "week" else shown[:3])
    assert "+1" in cell or view == "week"
    for absent in ("Of another", "Was done", "Sealed", "Some day in March"):
        assert absent not in page


def test_the_team_is_all_that_one_sees(people: People, days: None, client_of: ClientOf) -> None:
    address = f"/calendar?view=agenda&day={DAY}&whose=team"
    page = client_of(people["head"]).get(address).get_data(as_text=True)
    assert "Mine to do" in page and "Of another" in page and "Sealed" not in page
    page = client_of(people["other"]).get(address).get_data(as_text=True)
    assert "Sealed work" in page and "Sealed end" in page


def test_ones_own_meetings_are_those_of_ones_cases_and_those_that_one_recorded(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["other"])
        said = {"occurred_on": DAY.isoformat(), "sort_on": DAY}
        make_engagement(session, case, summary="Talk of others", **said)
        make_engagement(session, case, summary="Talk of mine", created_by_id=head.id, **said)
    address = f"/calendar?view=agenda&day={DAY}"
    mine, team = (client_of(head).get(f"{address}{whose}").text for whose in ("", "&whose=team"))
    assert "Talk of mine" in mine and "Talk of others" not in mine
    assert "Talk of mine" in team and "Talk of others" in team


def test_counsel_sees_their_cases_only(act_as: ActAs, people: People, days: None, client_of: ClientOf) -> None:
    counsel = people["outside_counsel"]
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Theirs")
        join(session, case, counsel, "member")
        make_follow_up(session, case, counsel, title="For counsel", due_on=DAY)
    page = client_of(counsel).get(f"/calendar?view=agenda&day={DAY}&whose=team").get_data(as_text=True)
    assert "For counsel" in page and "Mine to do" not in page and "Riga" not in page


def test_holidays_of_ones_country_and_today_are_marked(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        session.get_one(Person, people["head"].id).country = "LT"
    client = client_of(people["head"])
    page = client.get("/calendar?view=month&day=2027-03-01").get_data(as_text=True)
    assert "Public holiday" in text_of(page, date(2027, 3, 11)) and "Public holiday" not in text_of(page, DAY)
    assert client.get("/calendar").get_data(as_text=True).count('aria-current="date"') == 1


@pytest.mark.parametrize("said", ["view=never&day=2027-13-45", "day=0001-01-01", "day=9999-12-31&view=agenda"])
def test_an_address_that_means_nothing_shows_something(people: People, client_of: ClientOf, said: str) -> None:
    assert client_of(people["head"]).get(f"/calendar?{said}").status_code == 200


def test_an_empty_agenda_of_ones_own_does_not_say_that_nobody_has_anything(people: People, client_of: ClientOf) -> None:
    client = client_of(people["head"])
    mine, team = (client.get(f"/calendar?view=agenda&day=2031-05-01{whose}").text for whose in ("", "&whose=team"))
    assert "Nothing of yours is due in these four weeks" in mine
    assert "Nothing is due in these four weeks" in team and "Nothing of yours" not in team
