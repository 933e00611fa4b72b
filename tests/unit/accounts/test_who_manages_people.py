"""Every service about accounts refuses whoever is no administrator, whichever page or command calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tracker.accounts import invitations, services
from tracker.accounts.services import AccountDetails
from tracker.core.actor import Actor, person_actor
from tracker.core.errors import NotPermitted

UNASKED = cast(Session, None)
"""No database: who may not is refused before it is asked."""
SOMEBODY, DETAILS = UUID(int=9), AccountDetails("ada@example.org", "Ada")
Service = Callable[[Actor], object]
SERVICES: list[Service] = [
    lambda actor: services.create_person(UNASKED, actor, DETAILS, ["head"]),
    lambda actor: services.invite_person(UNASKED, actor, DETAILS, ["head"]),
    lambda actor: services.change_details(UNASKED, actor, SOMEBODY, DETAILS, 1),
    lambda actor: services.set_roles(UNASKED, actor, SOMEBODY, ["head"], 1),
    lambda actor: services.report_lost_factors(UNASKED, actor, SOMEBODY, "It fell into the sea"),
    lambda actor: services.deactivate_person(UNASKED, actor, SOMEBODY, 1, None),
    lambda actor: services.ask_for_hand_over(UNASKED, actor, SOMEBODY, None),
    lambda actor: services.reactivate_person(UNASKED, actor, SOMEBODY, 1),
    lambda actor: invitations.make_link(UNASKED, actor, SOMEBODY, "password"),
    lambda actor: invitations.withdraw_links(UNASKED, actor, SOMEBODY),
]


@pytest.mark.parametrize("role", ["legal_officer", "coordinator", "head", "outside_counsel"])
@pytest.mark.parametrize("service", SERVICES)
def test_only_administrators_manage_people(service: Service, role: str) -> None:
    with pytest.raises(NotPermitted):
        service(person_actor(UUID(int=7), frozenset({role})))
