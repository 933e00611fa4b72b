"""What was agreed to is carried out for whoever may still ask for it, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tracker.approvals.carrying_out import break_glass, erase, hand_over_rest, make_administrator
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Answer, Approval, Kind
from tracker.approvals.services import use
from tracker.core import clock
from tracker.core.actor import Actor, person_actor
from tracker.core.errors import NotPermitted

UNASKED = cast(Session, None)
"""No database: who may not is refused before it is asked."""
ASKER, SECOND, CONCERNED = UUID(int=7), UUID(int=8), UUID(int=9)


def somebody(role: str, person: UUID = ASKER) -> Actor:
    return person_actor(person, frozenset({role}))


def agreed_to(kind: Kind, **said: Any) -> Approval:
    approval = Approval(
        kind=kind, object_id=CONCERNED, payload={}, reason="", asked_by_id=ASKER, decided_by_id=SECOND,
        decision=Answer.AGREED, expires_at=clock.now() + timedelta(days=1), **said,
    )  # fmt: skip
    approval.digest = approval.content_digest()
    return approval


@pytest.mark.parametrize(
    ("carry_out", "kind", "role"),
    [
        (make_administrator, Kind.ADMINISTRATOR, "head"),
        (erase, Kind.ERASE, "head"),
        (break_glass, Kind.BREAK_GLASS, "administrator"),
        (hand_over_rest, Kind.HAND_OVER, "head"),
    ],
)
def test_whoever_has_lost_the_role_since_gets_nothing(
    carry_out: Callable[[Session, ApprovalAgreed], None], kind: Kind, role: str
) -> None:
    with pytest.raises(NotPermitted):
        carry_out(UNASKED, ApprovalAgreed(agreed_to(kind), somebody(role), somebody("head", SECOND)))


def test_a_third_person_carries_nothing_out() -> None:
    with pytest.raises(NotPermitted):
        use(UNASKED, somebody("head", CONCERNED), agreed_to(Kind.EXPORT_ALL))


def test_what_was_changed_since_is_not_carried_out() -> None:
    approval = agreed_to(Kind.EXPORT_ALL)
    approval.payload = {"area": "everything"}
    with pytest.raises(NotPermitted):
        use(UNASKED, somebody("head"), approval)
