"""Who may enter a view at all. A view that does not say so is closed: deny by default.

What the person may do with the thing inside is the business of the feature's policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = "anyone"
SIGNED_IN = "signed_in"
CASE_READERS = frozenset({"legal_officer", "coordinator", "head", "outside_counsel"})
"""Roles that may see some case; administrators do not by that role."""
STAFF = frozenset({"legal_officer", "coordinator", "head"})
CASE_WORKERS = frozenset({"legal_officer", "coordinator"})
ADMINISTRATORS = frozenset({"administrator"})

_MARK = "tracker_entrance"


def entrance(who: str | frozenset[str]) -> Callable[[View], View]:
    """Mark a view: ANYONE, SIGNED_IN, or the set of roles of which the person needs one."""

    def mark(view: View) -> View:
        setattr(view, _MARK, who)
        return view

    return mark


def entrance_of(view: Callable[..., Any]) -> str | frozenset[str] | None:
    """What the view declares; None when it declares nothing (and nobody gets in)."""
    return getattr(view, _MARK, None)


def may_enter(who: str | frozenset[str] | None, roles: frozenset[str] | None) -> bool:
    """Whether somebody with `roles` (None: not signed in) may enter a view marked `who`."""
    if who == ANYONE:
        return True
    if roles is None:
        return False
    return who == SIGNED_IN or (isinstance(who, frozenset) and not who.isdisjoint(roles))
