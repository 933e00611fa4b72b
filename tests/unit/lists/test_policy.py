"""Who saves views of a list, shares them, changes shared ones."""

from __future__ import annotations

from uuid import UUID

from tracker.accounts.models import SavedView
from tracker.core.actor import NOBODY, OPERATOR, person_actor
from tracker.lists.policy import may_change, may_save, may_share

HEAD = person_actor(UUID(int=7), frozenset({"head"}))
COUNSEL = person_actor(UUID(int=8), frozenset({"outside_counsel"}))


def test_persons_save_and_staff_shares() -> None:
    assert may_save(HEAD) and may_save(COUNSEL)
    assert may_save(NOBODY).hidden and may_save(OPERATOR).hidden
    assert may_share(HEAD) and not may_share(COUNSEL)


def test_a_view_is_changed_by_its_owner() -> None:
    view = SavedView(owner_id=HEAD.person_id, area="cases", name="All", query="", is_shared=True)
    assert may_change(HEAD, view) and not may_change(COUNSEL, view)
