"""When one last met about a case, and when one meets next."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tracker.pages.case_beside import Beside, contact_days

TODAY = date(2026, 11, 22)


def meeting(occurred_on: str | None) -> Beside:
    return Beside("engagements", uuid4(), "Talk", None, occurred_on, None, None, "internal")


@pytest.mark.parametrize(
    ("days", "last", "following"),
    [
        ([], None, None),
        (["2026-11-20", "2026-03-01"], "2026-11-20", None),
        (["2026-12-20", "2026-12-01"], None, "2026-12-01"),
        (["2027-01", "2026-12-01", "2026-11-22", "2026-11-01"], "2026-11-22", "2026-12-01"),
        (["2026-11", None], "2026-11", None),
        ([None], None, None),
    ],
)
def test_the_last_contact_has_come_and_the_next_has_not(
    days: list[str | None], last: str | None, following: str | None
) -> None:
    """The newest come first, those of unknown day at the end, as the page has them."""
    found = contact_days([meeting(day) for day in days], TODAY)
    assert tuple(one.occurred_on if one else None for one in found) == (last, following)
