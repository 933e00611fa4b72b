"""The navigation says in which room one is."""

from __future__ import annotations

import re

import pytest
from babel import Locale

from tests.factories.case import make_case
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR
from tracker.core.catalogues import translations_of

HERE = re.compile(r'<a href="([^"]+)"[^>]*aria-current="page"')


@pytest.mark.parametrize(
    ("address", "room"),
    [
        ("/cases/{case}", "/cases"),
        ("/cases/{case}/follow-ups/new", "/cases"),
        ("/cases/{case}/comments/new", "/cases"),
        ("/follow-ups/new", "/follow-ups"),
        ("/ledger", "/ledger"),
        ("/workload", "/overview"),
        ("/cases/{case}/reminders", "/cases"),
        ("/preferences/reminders", "/reminders"),
    ],
)
def test_a_page_is_marked_in_the_room_that_it_belongs_to(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf, address: str, room: str
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["coordinator"]).reference
    page = client_of(people["coordinator"]).get(address.format(case=case)).text
    assert set(HERE.findall(page)) == {room}


def test_what_administrators_set_for_all_reminders_belongs_to_the_room_of_reminders(
    people: dict[str, Person], client_of: ClientOf
) -> None:
    page = client_of(people["administrator"]).get("/settings/reminders").text
    assert set(HERE.findall(page)) == {"/reminders"}


def test_what_one_wishes_for_oneself_belongs_to_no_room(people: dict[str, Person], client_of: ClientOf) -> None:
    assert not HERE.findall(client_of(people["coordinator"]).get("/preferences").text)


def test_its_rooms_are_those_of_ones_roles_and_language_whoever_came_before(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf
) -> None:
    officer, administrator = people["legal_officer"], people["administrator"]
    with act_as(OPERATOR) as session:
        session.merge(people["other"]).language = "be"
    seen = [_rooms(client_of(one).get("/preferences").text) for one in (officer, administrator, people["other"])]
    again = [_rooms(client_of(one).get("/preferences").text) for one in (people["other"], administrator, officer)]
    assert seen == again[::-1]
    of_officer, of_administrator, of_other = seen
    assert of_officer["/cases"] == "Cases" and "/accounts" not in of_officer
    assert of_administrator["/accounts"] == "Accounts" and "/cases" not in of_administrator
    assert of_other.keys() == of_officer.keys()
    assert of_other["/cases"] == translations_of(Locale.parse("be")).gettext("Cases") != "Cases"


def _rooms(page: str) -> dict[str, str]:
    """The words of each room of the navigation by its address."""
    listed = page[page.index("<nav") : page.index("</nav>")]
    links = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', listed, re.DOTALL)
    return {address: re.sub(r"<kbd.*|<[^>]*>", "", words, flags=re.DOTALL).strip() for address, words in links}
