"""Views of lists are refused before the database is asked; what is on no case is taken out by staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tracker.accounts.models import SavedView
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.errors import NotPermitted, NotVisible
from tracker.lists import services
from tracker.lists.export import may_take

UNASKED = cast(Session, None)
HEAD = person_actor(UUID(int=7), frozenset({"head"}))
COUNSEL = person_actor(UUID(int=8), frozenset({"outside_counsel"}))


def view() -> SavedView:
    return SavedView(owner_id=COUNSEL.person_id, area="cases", name="All", query="", is_shared=False)


@pytest.mark.parametrize(
    ("refusal", "deed"),
    [
        (NotVisible, lambda: services.save_view(UNASKED, OPERATOR, "cases", "All", "")),
        (NotPermitted, lambda: services.save_view(UNASKED, COUNSEL, "cases", "All", "", shared=True)),
        (NotPermitted, lambda: services.change_view(UNASKED, HEAD, view(), name="Other")),
        (NotPermitted, lambda: services.change_view(UNASKED, COUNSEL, view(), shared=True)),
        (NotPermitted, lambda: services.forget_view(UNASKED, HEAD, view())),
    ],
)
def test_a_view_is_saved_by_a_person_shared_by_staff_and_changed_by_its_owner(
    refusal: type[Exception], deed: Callable[[], Any]
) -> None:
    with pytest.raises(refusal):
        deed()


def test_what_is_on_no_case_is_taken_out_by_staff() -> None:
    assert may_take(HEAD, [], {}) == (True, False)
    assert may_take(COUNSEL, [], {}) == (False, False)
    assert may_take(HEAD, [(None, "restricted")], {}) == (True, True)
