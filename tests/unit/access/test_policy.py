"""The matrix of product/access.md, written down a second time and compared cell by cell."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from tracker.access.policy import Action, decide, may_lower, require, sees
from tracker.core.actor import NOBODY, OPERATOR, PLANNER, Actor, person_actor
from tracker.core.errors import NotPermitted, NotVisible

ROLES = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator")
LEVELS = ("public", "internal", "restricted", "sealed")
MEMBERSHIPS = (None, "reader", "member", "lead")

# One line for each row of the page: what it covers; roles on public and internal; memberships on any level.
PAGE = """
read comment be_assigned                                           | legal_officer coordinator head | reader member lead
record_event move_status edit_facts void_entry upload              | legal_officer                  | member lead
create_follow_up assign_follow_up record_engagement record_contact | legal_officer coordinator      | member lead
close reopen delete_case destroy merge                             | head                           | lead
raise_level manage_members                                         | legal_officer coordinator      | lead
lower_level unseal                                                 |                                | lead
export_list                                                        | legal_officer coordinator head | member lead
"""
WITHOUT_A_CASE = {
    "open_case": {"legal_officer", "coordinator"},
    "export_list": {"legal_officer", "coordinator", "head"},
    "record_engagement": {"legal_officer", "coordinator"},
    "record_contact": {"legal_officer", "coordinator"},
    "export_all": {"administrator"},
    "erase_person": {"administrator"},
    "manage_people": {"administrator"},
    "manage_roles": {"administrator"},
    "manage_pathways": {"administrator"},
    "manage_calendars": {"administrator"},
    "manage_mail": {"administrator"},
    "read_audit": {"administrator"},
}


def read_page() -> dict[str, tuple[set[str], set[str]]]:
    table = {}
    for line in PAGE.strip().splitlines():
        actions, roles, memberships = line.split("|")
        for action in actions.split():
            table[action] = (set(roles.split()), set(memberships.split()))
    return table


ON_A_CASE = read_page()


def somebody(*roles: str) -> Actor:
    return person_actor(UUID(int=7), frozenset(roles))


def is_seen(role: str, level: str, membership: str | None) -> bool:
    if role == "administrator":
        return False
    if membership:
        return True
    return role != "outside_counsel" and level in ("public", "internal")


def is_granted(role: str, level: str, membership: str | None, action: str) -> bool:
    if not is_seen(role, level, membership) or action not in ON_A_CASE:
        return False
    roles, memberships = ON_A_CASE[action]
    return membership in memberships or (role in roles and level in ("public", "internal"))


CELLS = list(product(ROLES, LEVELS, MEMBERSHIPS, [action.value for action in Action]))


@pytest.mark.parametrize(("role", "level"), list(product(ROLES, LEVELS)))
def test_every_cell_of_the_matrix_is_as_the_page_says(role: str, level: str) -> None:
    wrong = [
        (membership, action)
        for membership, action in product(MEMBERSHIPS, Action)
        if decide(somebody(role), action, level, membership).allowed != is_granted(role, level, membership, action)
    ]
    assert wrong == []


def test_the_page_names_every_action() -> None:
    assert set(ON_A_CASE) | set(WITHOUT_A_CASE) == {action.value for action in Action}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_done_without_a_case_goes_by_role_alone(role: str) -> None:
    allowed = {action.value for action in Action if decide(somebody(role), action)}
    assert allowed == {action for action, roles in WITHOUT_A_CASE.items() if role in roles}


def test_what_is_not_seen_is_hidden_and_what_is_seen_is_refused_openly() -> None:
    wrong = []
    for role, level, membership, action in CELLS:
        decision = decide(somebody(role), Action(action), level, membership)
        if decision.hidden != (not is_seen(role, level, membership)):
            wrong.append((role, level, membership, action))
    assert wrong == []


def test_two_roles_together_give_what_either_gives() -> None:
    both = somebody("head", "coordinator")
    assert decide(both, Action.CLOSE, "internal")
    assert decide(both, Action.CREATE_FOLLOW_UP, "internal")
    assert not decide(both, Action.MOVE_STATUS, "internal")


def test_an_administrator_who_is_also_counsel_sees_as_counsel() -> None:
    assert sees(somebody("administrator", "outside_counsel"), "sealed", "reader")
    assert not sees(somebody("administrator"), "sealed", "reader")


def test_the_operator_may_everything() -> None:
    assert all(decide(OPERATOR, action, level) for action, level in product(Action, (None, *LEVELS)))


NOBODIES = (NOBODY, PLANNER, somebody())


@pytest.mark.parametrize("actor", NOBODIES)
def test_who_is_nobody_may_nothing(actor: Actor) -> None:
    assert not any(decide(actor, action, level, "lead") for action, level in product(Action, (None, *LEVELS)))


@pytest.mark.parametrize("actor", [NOBODY, PLANNER])
def test_who_is_nobody_does_not_learn_that_there_is_anything(actor: Actor) -> None:
    assert all(decide(actor, action, level, "lead").hidden for action, level in product(Action, (None, *LEVELS)))


def test_without_a_passkey_a_member_sees_what_is_restricted_and_nothing_sealed() -> None:
    lead = person_actor(UUID(int=7), frozenset({"legal_officer"}), is_assured=False)
    assert decide(lead, Action.CLOSE, "restricted", "lead")
    assert decide(lead, Action.READ, "sealed", "lead").hidden


def test_a_refusal_says_what_it_would_take() -> None:
    def why(action: Action, membership: str | None) -> str:
        return str(decide(somebody("coordinator"), action, "internal", membership).reason)

    assert why(Action.CLOSE, "reader") == why(Action.CLOSE, None) == "Only a lead of this case may do this."
    assert why(Action.RECORD_EVENT, None) == "Your role does not allow this."
    assert why(Action.RECORD_EVENT, "reader") == "Your part in this case does not allow this. Ask its lead."


@pytest.mark.parametrize(
    ("stands", "wanted", "role", "membership", "allowed", "second"),
    [
        ("restricted", "internal", "legal_officer", "lead", True, False),
        ("restricted", "internal", "legal_officer", "member", False, False),
        ("restricted", "internal", "coordinator", None, False, False),
        ("internal", "public", "head", None, False, False),
        ("internal", "internal", "outside_counsel", None, True, False),
        ("internal", "sealed", "outside_counsel", None, True, False),
        ("sealed", "internal", "legal_officer", "lead", False, True),
        ("sealed", "restricted", "legal_officer", "member", False, False),
    ],
)
def test_a_lead_makes_less_secret_and_of_what_is_sealed_two_persons_do(
    stands: str, wanted: str, role: str, membership: str | None, allowed: bool, second: bool
) -> None:
    decision = may_lower(somebody(role), stands, wanted, membership)
    assert (decision.allowed, decision.needs_second_person) == (allowed, second)
    assert may_lower(OPERATOR, stands, wanted, None)


def test_exporting_restricted_cases_needs_a_fresh_sign_in() -> None:
    lead = somebody("legal_officer")
    assert not decide(lead, Action.CLOSE, "restricted", "lead").needs_fresh_sign_in
    assert decide(lead, Action.EXPORT_LIST, "restricted", "lead").needs_fresh_sign_in
    assert decide(lead, Action.EXPORT_LIST, "sealed", "member").needs_fresh_sign_in
    assert not decide(lead, Action.EXPORT_LIST, "internal", "lead").needs_fresh_sign_in


def test_unsealing_and_mass_export_need_a_second_person() -> None:
    assert decide(somebody("legal_officer"), Action.UNSEAL, "sealed", "lead").needs_second_person
    assert not decide(somebody("legal_officer"), Action.LOWER_LEVEL, "restricted", "lead").needs_second_person
    assert decide(somebody("administrator"), Action.EXPORT_ALL).needs_second_person


def test_require_tells_hidden_from_refused() -> None:
    require(decide(somebody("head"), Action.CLOSE, "internal"))
    with pytest.raises(NotPermitted):
        require(decide(somebody("head"), Action.MOVE_STATUS, "internal"))
    with pytest.raises(NotVisible):
        require(decide(somebody("head"), Action.READ, "sealed"))
