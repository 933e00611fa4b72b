"""Saved views: one's own, shared ones, the usual one; each reader sees through them what they may see."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person, SavedView
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.lists.queries import get_view, views_of
from tracker.lists.services import change_view, forget_view, save_view

People = dict[str, Person]


def saved(act_as: ActAs, person: Person, name: str = "Mine", query: str = "phase=open", **how) -> SavedView:
    with act_as(person) as session:
        return save_view(session, acting(person), "cases", name, query, **how)


def names(act_as: ActAs, person: Person, area: str = "cases") -> list[str]:
    with act_as(person) as session:
        return [view.name for view in views_of(session, acting(person), area)]


def test_a_view_is_its_owners_until_it_is_shared(act_as: ActAs, people: People) -> None:
    officer, head, counsel = people["legal_officer"], people["head"], people["outside_counsel"]
    view = saved(act_as, officer)
    assert names(act_as, officer) == ["Mine"] and names(act_as, head) == []
    with act_as(head) as session, pytest.raises(NotVisible):
        get_view(session, acting(head), view.id)
    with act_as(officer) as session:
        change_view(session, acting(officer), get_view(session, acting(officer), view.id), shared=True)
    assert names(act_as, head) == ["Mine"] and names(act_as, counsel) == []
    assert names(act_as, officer, "contacts") == []


def test_the_database_itself_hides_private_views(act_as: ActAs, people: People) -> None:
    saved(act_as, people["legal_officer"])
    shared = saved(act_as, people["legal_officer"], "Shared", shared=True)
    with act_as(people["head"]) as session:
        assert [view.id for view in session.scalars(select(SavedView))] == [shared.id]
    with act_as(people["outside_counsel"]) as session:
        assert session.scalars(select(SavedView)).all() == []


def test_only_its_owner_changes_or_deletes_a_shared_view(act_as: ActAs, people: People) -> None:
    officer, head = people["legal_officer"], people["head"]
    view = saved(act_as, officer, shared=True)
    with act_as(head) as session:
        theirs = get_view(session, acting(head), view.id)
        with pytest.raises(NotPermitted):
            change_view(session, acting(head), theirs, name="Ours")
        with pytest.raises(NotPermitted):
            forget_view(session, acting(head), theirs)
    with act_as(officer) as session:
        forget_view(session, acting(officer), get_view(session, acting(officer), view.id))
    assert names(act_as, head) == []


def test_outside_counsel_keep_views_but_share_none(act_as: ActAs, people: People) -> None:
    counsel = people["outside_counsel"]
    view = saved(act_as, counsel)
    assert names(act_as, counsel) == ["Mine"]
    with act_as(counsel) as session, pytest.raises(NotPermitted):
        change_view(session, acting(counsel), get_view(session, acting(counsel), view.id), shared=True)


def test_one_view_of_a_list_is_the_usual_one(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    officer = people["legal_officer"]
    saved(act_as, officer, "First", "phase=open", default=True)
    second = saved(act_as, officer, "Second", "phase=prep", default=True)
    with act_as(officer) as session:
        assert [v.name for v in views_of(session, acting(officer), "cases") if v.is_default] == ["Second"]
    client = client_of(officer)
    assert client.get("/cases").location == f"/cases?phase=prep&view={second.id}"
    assert client.get("/cases?view=all").status_code == 200
    assert client_of(people["head"]).get("/cases").status_code == 200


def test_a_view_keeps_filters_and_forgets_the_page(act_as: ActAs, people: People) -> None:
    assert (
        saved(act_as, people["head"], query="phase=open&cursor=AAA&view=x&columns=due").query
        == "phase=open&columns=due"
    )
    with act_as(people["head"]) as session:
        for name, query in (("", "phase=open"), ("x" * 81, ""), ("long", "q=" + "x" * 3000)):
            with pytest.raises(Invalid):
                save_view(session, acting(people["head"]), "cases", name, query)
        with pytest.raises(Invalid):
            save_view(session, acting(people["head"]), "accounts", "Not a list", "")


def test_two_who_change_one_view_do_not_overwrite_each_other(act_as: ActAs, people: People) -> None:
    officer = people["legal_officer"]
    view = saved(act_as, officer)
    with act_as(officer) as session:
        found = get_view(session, acting(officer), view.id)
        first = found.version
        change_view(session, acting(officer), found, name="New", expected_version=first)
    with act_as(officer) as session, pytest.raises(Conflict):
        change_view(
            session, acting(officer), get_view(session, acting(officer), view.id), name="Old", expected_version=first
        )


def test_a_shared_view_shows_each_reader_what_they_may_see(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    officer, head = people["legal_officer"], people["head"]
    with act_as(OPERATOR) as session:
        make_case(session, title="for everybody")
        make_case(session, title="for the officer", level="sealed", lead=officer)
    client = client_of(officer)
    form = {"area": "cases", "name": "All of them", "query": "columns=title", "shared": "1"}
    address = client.post("/views", data=form).location
    assert "for the officer" in client.get(address).text
    page = client_of(head).get(f"{address}&panel=view").text
    assert "for everybody" in page and "for the officer" not in page and "All of them" in page
    assert "Shared by The legal officer" in page


def test_the_head_of_a_list_saves_renames_and_deletes(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    client = client_of(people["head"])
    address = client.post("/views", data={"area": "follow_ups", "name": "Late", "query": "due=overdue"}).location
    assert address.startswith("/follow-ups?due=overdue&view=")
    page = client.get(address).text
    assert 'aria-current="page">Late<' in page
    view_id = address.rpartition("=")[2]
    client.post(f"/views/{view_id}", data={"name": "Very late", "query": "due=overdue&priority=high"})
    assert "Very late" in client.get("/follow-ups").text
    assert client.post(f"/views/{view_id}/delete").location == "/follow-ups?due=overdue&priority=high"
    assert client.post(f"/views/{view_id}", data={"name": "Gone"}).status_code == 404


def test_a_view_that_is_refused_leads_back_to_the_list_as_it_was(people: People, client_of: ClientOf) -> None:
    sent = {"area": "cases", "query": "phase=open&q=two\rlines\x8f", "name": " "}
    answer = client_of(people["legal_officer"]).post("/views", data=sent)
    assert (answer.status_code, answer.location) == (303, "/cases?phase=open&q=two%0Dlines%C2%8F")
