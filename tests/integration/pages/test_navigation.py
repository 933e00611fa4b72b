"""The navigation says in which room one is."""

from __future__ import annotations

import re

import pytest

from tests.factories.case import make_case
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

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
        ("/settings/reminders", "/reminders"),
    ],
)
def test_a_page_is_marked_in_the_room_that_it_belongs_to(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf, address: str, room: str
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["coordinator"]).reference
    page = client_of(people["coordinator"]).get(address.format(case=case)).text
    assert set(HERE.findall(page)) == {room}


def test_what_one_wishes_for_oneself_belongs_to_no_room(people: dict[str, Person], client_of: ClientOf) -> None:
    assert not HERE.findall(client_of(people["coordinator"]).get("/preferences").text)
