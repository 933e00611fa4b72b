"""Who asks for what needs two persons, and who may be the second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tracker.access.levels import MembershipKind
from tracker.approvals.models import Approval, Kind
from tracker.approvals.policy import Standing, may_answer, may_ask
from tracker.core.actor import NOBODY, Actor, person_actor

ME, ASKER, CONCERNED = UUID(int=7), UUID(int=8), UUID(int=9)
ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")
STAFF = {"legal_officer", "coordinator", "head"}
READERS = {*STAFF, "outside_counsel"}
LEAD, MEMBER, READER = MembershipKind.LEAD, MembershipKind.MEMBER, MembershipKind.READER


def somebody(role: str, person: UUID = ME, *, is_assured: bool = True) -> Actor:
    return person_actor(person, frozenset({role}), is_assured=is_assured)


def asked_for(kind: Kind, **said: Any) -> Approval:
    return Approval(kind=kind, asked_by_id=ASKER, payload=said.pop("payload", {}), reason="", **said)


def seconds(kind: Kind, standing: Standing | None = None) -> set[str]:
    return {role for role in ROLES if may_answer(somebody(role), asked_for(kind), standing or Standing())}


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (Kind.BREAK_GLASS, STAFF),
        (Kind.EXPORT_ALL, {*READERS, "administrator"}),
        *((kind, {"administrator"}) for kind in (Kind.ERASE, Kind.ADMINISTRATOR, Kind.FACTORS, Kind.HAND_OVER)),
    ],
)
def test_who_asks_by_role(kind: Kind, roles: set[str]) -> None:
    assert {role for role in ROLES if may_ask(somebody(role), kind)} == roles
    assert not may_ask(NOBODY, kind)


@pytest.mark.parametrize("kind", [Kind.UNSEAL, Kind.DESTROY])
def test_a_lead_asks_about_the_case(kind: Kind) -> None:
    assert may_ask(somebody("legal_officer"), kind, "sealed", Standing(LEAD))
    assert not may_ask(somebody("legal_officer"), kind, "sealed", Standing(MEMBER))
    assert may_ask(somebody("legal_officer"), kind, "sealed").hidden
    assert may_ask(somebody("head"), Kind.DESTROY, "internal")
    assert not may_ask(somebody("head"), Kind.UNSEAL, "internal")


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (Kind.ADMINISTRATOR, {"administrator"}),
        *((kind, {"head", "administrator"}) for kind in (Kind.BREAK_GLASS, Kind.FACTORS, Kind.HAND_OVER)),
        *((kind, {"head"}) for kind in (Kind.EXPORT_ALL, Kind.ERASE, Kind.DESTROY)),
        (Kind.UNSEAL, set()),
    ],
)
def test_who_is_the_second_by_role(kind: Kind, roles: set[str]) -> None:
    assert seconds(kind) == roles


def test_a_head_is_the_second_for_an_administrator_where_there_is_no_other() -> None:
    assert seconds(Kind.ADMINISTRATOR, Standing(other_administrators=False)) == {"administrator", "head"}


@pytest.mark.parametrize("kind", [Kind.EXPORT_ALL, Kind.ERASE, Kind.DESTROY])
def test_whoever_leads_a_case_and_works_on_cases_is_the_second_too(kind: Kind) -> None:
    assert seconds(kind, Standing(leads=True)) == STAFF


@pytest.mark.parametrize(("membership", "roles"), [(LEAD, READERS), (MEMBER, READERS), (READER, set()), (None, set())])
def test_a_sealed_case_is_opened_by_another_who_works_on_it(membership: MembershipKind | None, roles: set[str]) -> None:
    assert seconds(Kind.UNSEAL, Standing(membership)) == roles
    unassured = somebody("legal_officer", is_assured=False)
    assert not may_answer(unassured, asked_for(Kind.UNSEAL), Standing(membership))


@pytest.mark.parametrize("kind", list(Kind))
def test_nobody_agrees_with_themselves(kind: Kind) -> None:
    standing = Standing(LEAD, leads=True, other_administrators=False)
    assert not any(may_answer(somebody(role, ASKER), asked_for(kind), standing) for role in ROLES)
    assert not may_answer(NOBODY, asked_for(kind), standing)
    assert not any(may_answer(replace(somebody(role), person_id=None), asked_for(kind), standing) for role in ROLES)


@pytest.mark.parametrize("kind", [Kind.FACTORS, Kind.HAND_OVER])
def test_nobody_agrees_to_what_they_get(kind: Kind) -> None:
    head = somebody("head", CONCERNED)
    assert not may_answer(head, asked_for(kind, object_id=CONCERNED), Standing())
    assert not may_answer(head, asked_for(kind, payload={"successor": str(CONCERNED)}), Standing())
    assert may_answer(head, asked_for(kind, object_id=ME, payload={"successor": str(ME)}), Standing())
    assert may_answer(head, asked_for(Kind.EXPORT_ALL, object_id=CONCERNED), Standing())
