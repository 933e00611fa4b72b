"""Who is let into a view, by what it is marked with."""

from __future__ import annotations

import pytest

from tracker.access.entrance import ADMINISTRATORS, ANYONE, CASE_READERS, SIGNED_IN, may_enter

HEAD = frozenset({"head"})


@pytest.mark.parametrize(("who", "roles"), [(ANYONE, None), (ANYONE, HEAD), (SIGNED_IN, HEAD), (CASE_READERS, HEAD)])
def test_who_is_named_comes_in(who: str | frozenset[str], roles: frozenset[str] | None) -> None:
    assert may_enter(who, roles)


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        *((who, None) for who in (None, SIGNED_IN, CASE_READERS)),
        *((who, HEAD) for who in (None, ADMINISTRATORS, "whoever")),
        (CASE_READERS, frozenset()),
    ],
)
def test_everybody_else_stays_out_and_so_does_everybody_where_nothing_is_said(
    who: str | frozenset[str] | None, roles: frozenset[str] | None
) -> None:
    assert not may_enter(who, roles)
