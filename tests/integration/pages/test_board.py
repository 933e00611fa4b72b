"""The board: what stands in which column, where cards may go, and what a drop does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf, act_as, client_of, people
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp
from tracker.pages.board_cases import case_columns
from tracker.pathways.store import definitions

__all__ = ["act_as", "client_of", "people"]

People = dict[str, Person]
BOARD = {"X-Requested-With": "board"}


def cards(act_as: ActAs, person: Person, *, is_assured: bool = True) -> dict[str, list[tuple[str, bool]]]:
    """By status, the titles of the board and whether each may be moved."""
    actor = replace(acting(person), is_assured=is_assured)
    with act_as(actor) as session:
        columns = case_columns(session, actor, definitions().get("country_accession"))
    return {
        column.status.key: [(card.title, card.may_move) for card in column.cards] for column in columns if column.cards
    }


def test_cases_stand_in_the_column_of_their_status(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, title="Thinks")
        make_case(session, (("considering", "2025-03-01"), ("political_support", "2025-04-01")), title="Supports")
        make_case(session, title="Secret", level="sealed", lead=people["other"])
    assert cards(act_as, people["legal_officer"]) == {
        "considering": [("Thinks", True)],
        "political_support": [("Supports", True)],
    }
    assert ("Secret", True) in cards(act_as, people["other"])["considering"]
    assert cards(act_as, people["coordinator"])["considering"] == [("Thinks", False)]
    assert cards(act_as, people["outside_counsel"]) == {}


def test_a_member_finds_a_case_where_a_sealed_entry_put_it(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Moves in secret", lead=people["other"])
        make_event(session, case, 2, "2025-05-01", "political_support", level="sealed")
    assert list(cards(act_as, people["other"])) == ["political_support"]
    assert list(cards(act_as, people["legal_officer"])) == ["considering"]


def test_without_a_passkey_no_card_stands_where_a_sealed_entry_put_it(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, title="Moves in secret", lead=people["other"])
        make_event(session, case, 2, "2025-05-01", "political_support", level="sealed")
    assert list(cards(act_as, people["other"], is_assured=False)) == ["considering"]


def test_a_card_may_go_where_the_pathway_leads(act_as: ActAs, people: People) -> None:
    with act_as(OPERATOR) as session:
        make_case(session)
    with act_as(people["legal_officer"]) as session:
        definition = definitions().get("country_accession")
        column = next(one for one in case_columns(session, acting(people["legal_officer"]), definition) if one.cards)
    lawful = {move.to for move in definition.status("considering").next if move.kind != "close"}
    assert lawful <= set(column.cards[0].targets) <= {move.to for move in definition.status("considering").next}


def test_work_is_given_to_somebody_by_a_drop_and_back_by_undo(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, make_case(session), people["other"])
    client = client_of(people["coordinator"])
    address, to = f"/board/follow-ups/{item.id}", str(people["head"].id)
    answer = client.post(address, data={"by": "assignee", "to": to}, headers=BOARD)
    assert answer.status_code == 200 and answer.get_json()["was"] == str(people["other"].id)
    assert standing(act_as, item).assignee_id == people["head"].id
    client.post(address, data={"by": "assignee", "to": answer.get_json()["was"]}, headers=BOARD)
    assert standing(act_as, item).assignee_id == people["other"].id
    client.post(address, data={"by": "assignee", "to": "nobody"}, headers=BOARD)
    assert standing(act_as, item).assignee_id is None


@pytest.mark.parametrize("state", ["open", "in_progress", "waiting", "done"])
@pytest.mark.parametrize("before", ["open", "in_progress", "waiting", "done", "cancelled"])
def test_every_column_takes_work_from_every_state(
    act_as: ActAs, people: People, client_of: ClientOf, before: str, state: str
) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, make_case(session), people["coordinator"], status=before)
    answer = client_of(people["coordinator"]).post(f"/board/follow-ups/{item.id}", data={"by": "state", "to": state})
    assert answer.status_code == 303
    assert standing(act_as, item).status == state


def test_a_drop_that_is_not_allowed_says_why_and_changes_nothing(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        item = make_follow_up(session, make_case(session), people["other"])
        sealed = make_follow_up(session, make_case(session, level="sealed", lead=people["other"]))
    client = client_of(people["head"])
    for data in ({"by": "state", "to": "done"}, {"by": "assignee", "to": str(people["head"].id)}):
        answer = client.post(f"/board/follow-ups/{item.id}", data=data, headers=BOARD)
        assert answer.status_code == 422 and answer.get_json()["message"]
    assert client.post(f"/board/follow-ups/{sealed.id}", data={"by": "state", "to": "done"}).status_code == 404
    found = standing(act_as, item)
    assert (found.status, found.assignee_id) == ("open", people["other"].id)
    answer = client_of(people["coordinator"]).post(f"/board/follow-ups/{item.id}", data={"by": "state", "to": "never"})
    assert answer.status_code == 422


def test_boards_of_work_show_what_one_sees(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        case, sealed = make_case(session), make_case(session, level="sealed", lead=people["other"])
        make_follow_up(session, case, people["head"], title="Of the head", due_on=clock.today())
        make_follow_up(session, case, people["head"], title="Was done", status="done", completed_on=clock.today())
        make_follow_up(session, sealed, people["other"], title="Sealed work")
        join(session, case, people["outside_counsel"], "reader")
    client = client_of(people["head"])
    mine, team, who = (
        client.get(f"/board?by={by}").get_data(as_text=True) for by in ("state", "state&whose=team", "assignee")
    )
    assert "Of the head" in mine and "Was done" in mine and "Of the head" in team and "Of the head" in who
    assert "Sealed work" not in mine + team + who
    assert "Sealed work" in client_of(people["other"]).get("/board?by=assignee").get_data(as_text=True)
    for by in ("assignee", "state&whose=team"):
        page = client_of(people["outside_counsel"]).get(f"/board?by={by}").get_data(as_text=True)
        assert "Of the head" not in page and "The head" not in page


def standing(act_as: ActAs, item: FollowUp) -> FollowUp:
    with act_as(OPERATOR) as session:
        found = session.get_one(FollowUp, item.id)
        session.expunge(found)
    return found
