"""What is seen of secret things beside their own page, and looks at them that were refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, text

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, act_as, people
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry, AuditRefusal
from tracker.audit.refusals import forget_settled, settle_refusals
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.ids import new_id

__all__ = ["act_as", "people"]
People = dict[str, Person]


@pytest.fixture
def house(act_as: ActAs, people: People) -> dict[str, Any]:
    """A case of each level with work due today, led by the legal officer; on the open one sealed work and an entry."""
    officer, made = people["legal_officer"], dict[str, Any]()
    with act_as(OPERATOR) as session:
        for level in ("internal", "restricted", "sealed"):
            made[level] = case = make_case(session, level=level, lead=officer, title=f"Quicksilver {level}")
            said = {"title": "Quicksilver", "due_on": clock.today("UTC")}
            made[f"{level} work"] = make_follow_up(session, case, officer, **said)
        made["entry"] = make_event(session, made["internal"], 9, "2026-01-01", summary="Quicksilver", level="sealed")
        made["hidden work"] = make_follow_up(session, made["internal"], officer, title="Quicksilver", level="sealed")
    return made


def noted(act_as: ActAs, ending: str) -> list[tuple[str, Any, Any]]:
    """(action, about what, by whom) of the entries that end so."""
    columns = (AuditEntry.action, AuditEntry.object_id, AuditEntry.actor_id)
    with act_as(OPERATOR) as session:
        rows = session.execute(select(*columns).where(AuditEntry.action.like(f"%.{ending}"))).all()
        return sorted((row._tuple() for row in rows), key=str)


@pytest.mark.parametrize(
    "address",
    [
        *("/cases", "/follow-ups", "/", "/board?pathway=country_accession", "/board?by=state", "/calendar"),
        *("/search?q=quicksilver", "/search/panel?q=quicksilver"),
    ],
)
def test_whoever_sees_secret_things_in_a_list_leaves_one_entry_a_day(
    client: FlaskClient, act_as: ActAs, people: People, house: dict[str, Any], address: str
) -> None:
    reader = sign_in(client, people["legal_officer"])
    for _look in range(2):
        assert reader.get(address).status_code == 200
    found = noted(act_as, "shown")
    cases = {thing for action, thing, _who in found if action == "case.shown"}
    assert len(found) == len(set(found)), "each once"
    assert {who for _action, _thing, who in found} == {people["legal_officer"].id}
    assert cases == {house["restricted"].id, house["sealed"].id}
    assert {thing for action, thing, _who in found if action != "case.shown"} <= {
        house["entry"].id,
        house["hidden work"].id,
    }
    with clock.fixed(clock.now() + timedelta(days=1)):
        again = sign_in(client, people["legal_officer"])
        assert again.get("/cases").status_code == 200
    assert len(noted(act_as, "shown")) > len(found), "the next day anew"


def test_what_is_more_secret_than_its_case_is_noted_by_itself(
    client: FlaskClient, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    sign_in(client, people["legal_officer"]).get("/search?q=quicksilver")
    actions = {thing: action for action, thing, _who in noted(act_as, "shown")}
    assert actions[house["entry"].id] == "case_event.shown"
    assert actions[house["hidden work"].id] == "follow_up.shown"
    assert house["internal"].id not in actions
    trail = sign_in(client, people["head"]).get(f"/cases/{house['internal'].reference}/trail").text
    assert "in a list or a search" not in trail


def test_open_things_and_those_whom_nothing_secret_is_shown_leave_none(
    client: FlaskClient, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    reader = sign_in(client, people["head"])
    for address in ("/cases", "/follow-ups", "/?whose=team", "/board?by=state&whose=team", "/search?q=quicksilver"):
        assert "Quicksilver" in reader.get(address).text, address
    assert noted(act_as, "shown") == []


def ask_for_all(client: FlaskClient, house: dict[str, Any]) -> list[int]:
    """What a stranger tries: the pages of what they may not see, and of what is not there."""
    addresses = [
        *(f"/cases/{house['restricted'].reference}", f"/cases/{house['sealed'].reference.lower()}", "/cases/ACC-NONE"),
        f"/follow-ups/{house['sealed work'].id}",
        f"/follow-ups/{house['hidden work'].id}",
        f"/follow-ups/{new_id()}",
        f"/cases/{house['restricted'].reference}/members",
    ]
    return [client.get(address).status_code for address in addresses]


def test_a_look_that_was_refused_is_noted_by_the_job_once_a_day_where_there_is_something_secret(
    client: FlaskClient, database: Any, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    stranger = sign_in(client, people["head"])
    assert set(ask_for_all(stranger, house)) == {404}
    assert noted(act_as, "refused") == [], "not while somebody waits for the answer"
    assert settle_refusals(database) == 4
    about = {(action, thing) for action, thing, who in noted(act_as, "refused") if who == people["head"].id}
    assert about == {
        ("case.refused", house["restricted"].id),
        ("case.refused", house["sealed"].id),
        ("follow_up.refused", house["sealed work"].id),
        ("follow_up.refused", house["hidden work"].id),
    }
    ask_for_all(stranger, house)
    assert settle_refusals(database) == 0, "once a day"
    with act_as(OPERATOR) as session, clock.fixed(clock.now() + timedelta(days=3)):
        forget_settled(session)
        assert session.scalar(select(func.count()).select_from(AuditRefusal)) == 0


def test_members_read_who_tried_and_administrators_only_where_nothing_is_sealed(
    client: FlaskClient, database: Any, people: People, house: dict[str, Any]
) -> None:
    ask_for_all(sign_in(client, people["head"]), house)
    settle_refusals(database)
    trail = sign_in(client, people["legal_officer"]).get(f"/cases/{house['sealed'].reference}/trail").text
    assert "Look at the case refused" in trail and people["head"].name in trail
    page = sign_in(client, people["administrator"]).get("/audit").text
    assert house["restricted"].reference in page and house["sealed"].reference not in page
    assert page.count("Look at the case refused") == 1 and "Look at a follow-up refused" not in page


def test_what_members_may_not_do_and_what_needs_their_passkey_is_noted_and_a_wrong_turn_of_theirs_is_not(
    client: FlaskClient, database: Any, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    with act_as(OPERATOR) as session:
        join(session, session.merge(house["restricted"]), people["other"], "reader")
    reader, reference = sign_in(client, people["other"]), house["restricted"].reference
    assert reader.get(f"/cases/{reference}/events/{new_id()}").status_code in (404, 405)
    assert reader.post(f"/cases/{reference}/members/{new_id()}/end").status_code == 403
    settle_refusals(database)
    assert noted(act_as, "refused") == [("case.refused", house["restricted"].id, people["other"].id)]
    unassured = sign_in(client, people["legal_officer"], is_assured=False)
    assert unassured.get(f"/cases/{house['sealed'].reference}").status_code == 404
    settle_refusals(database)
    assert ("case.refused", house["sealed"].id, people["legal_officer"].id) in noted(act_as, "refused")


def test_a_wrong_turn_of_a_member_is_forgotten_and_hides_no_look_that_is_refused_later(
    client: FlaskClient, database: Any, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    reference = house["restricted"].reference
    with act_as(OPERATOR) as session:
        member = join(session, session.merge(house["restricted"]), people["other"], "member")
    reader = sign_in(client, people["other"])
    assert reader.get(f"/cases/{reference}/subjects/{new_id()}").status_code == 404
    assert settle_refusals(database) == 0
    with act_as(OPERATOR) as session:
        session.merge(member).ended_at = clock.now() - timedelta(seconds=1)
    assert reader.get(f"/cases/{reference}").status_code == 404
    assert settle_refusals(database) == 1


def test_what_is_hidden_and_what_is_not_there_cost_the_same_statements(
    app: Flask, client: FlaskClient, database: Any, people: People, house: dict[str, Any]
) -> None:
    stranger = sign_in(client, people["head"])
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)

    sql_event.listen(database.app_engine, "before_cursor_execute", note)
    try:
        asked = {}
        for name, reference in (("hidden", house["sealed"].reference), ("none", "ACC-NOWHERE1")):
            sent.clear()
            stranger.get(f"/cases/{reference}")
            asked[name] = list(sent)
    finally:
        sql_event.remove(database.app_engine, "before_cursor_execute", note)
    assert asked["hidden"] == asked["none"]


def test_nobody_floods_the_audit(
    client: FlaskClient, database: Any, act_as: ActAs, people: People, house: dict[str, Any]
) -> None:
    ids, junk = [new_id() for _ in range(2000)], [f"ACC-{number:05}" for number in range(2000)]
    ask = text(
        "SELECT app_note_refusals(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:asked AS text[]), 404, :now, '')"
    )
    with act_as(people["head"]) as session:
        session.execute(ask, {"ids": ids, "kinds": ["case"] * 2000, "asked": junk, "now": clock.now()})
    stranger = sign_in(client, people["head"])
    stranger.get(f"/cases/{house['sealed'].reference}")
    with act_as(OPERATOR) as session:
        assert session.scalar(select(func.count()).select_from(AuditRefusal)) == 2000
    assert [settle_refusals(database) for _ in range(4)] == [0] * 4
    stranger.get(f"/cases/{house['sealed'].reference}")
    assert settle_refusals(database) == 1, "what was no secret is forgotten, and makes room"


def test_what_is_no_id_does_not_stop_the_job(database: Any, act_as: ActAs, people: People) -> None:
    said = "ARRAY[uuidv7(), uuidv7()], ARRAY['follow_up', 'nothing'], ARRAY['x', 'y']"
    ask = text(f"SELECT app_note_refusals({said}, 404, now(), '')")
    with act_as(people["head"]) as session:
        session.execute(ask)
    assert settle_refusals(database) == 0
