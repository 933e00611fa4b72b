"""What the table says: the outcome of a request by its route's word, the visitor and the level of the case."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.access.everybody.needs import AREAS, MATRIX, STAFF, WORKING
from tests.integration.access.everybody.people import VISITORS, Visitor

ALLOWED, SIGN_IN, REFUSED, HIDDEN = "allowed", "sign in", "refused", "hidden"
FRESH = "fresh sign-in"
INVALID, NOTHING = "invalid", "nothing"
"""The form does not hold; an answer of any kind, and nothing was written."""
AUTHORS = ("lead",)
"""Whoever wrote, asked for and gets what is on the samples."""
Answer = Callable[[str, Visitor, str], str]
Sees = Callable[[Visitor, str], bool]


def expected(word: str, name: str, level: str) -> str:
    """One cell of the table."""
    visitor = VISITORS[name]
    word, _space, asks = word.partition(" ")
    outcome = _without_being_asked(word, name, visitor, level)
    return FRESH if not visitor.is_fresh and _is_asked(asks, outcome, visitor, level) else outcome


def _is_asked(asks: str, outcome: str, visitor: Visitor, level: str) -> bool:
    """Whether somebody whose session is old is asked who they are."""
    if asks.startswith("first"):
        return asks == "first" or visitor.role in AREAS[asks.removeprefix("first-")]
    if asks == "fresh-sealed" and level != "sealed":
        return False
    if asks == "fresh-closed" and level == "internal":
        return False
    if asks == "fresh-members" and not visitor.membership:
        return False
    return bool(asks) and outcome == ALLOWED


def _without_being_asked(word: str, name: str, visitor: Visitor, level: str) -> str:
    if word == "anyone":
        return ALLOWED
    if not visitor.role:
        return SIGN_IN
    if word == "person":
        return ALLOWED
    if word == "own":
        return HIDDEN
    if word == "named" and visitor.role not in AREAS["readers"]:
        return HIDDEN
    if word in AREAS:
        return _by_role(visitor, AREAS[word])
    return _about_a_case(word, name, visitor, level)


def _by_role(visitor: Visitor, roles: set[str]) -> str:
    if visitor.role in roles:
        return ALLOWED
    return REFUSED if roles <= AREAS["readers"] and visitor.role in AREAS["readers"] else HIDDEN


def membership_of(visitor: Visitor, level: str) -> str:
    """What they are on the case, as far as it counts."""
    if visitor.role == "administrator" or (level == "sealed" and not visitor.is_assured):
        return ""
    return visitor.membership


def sees(visitor: Visitor, level: str) -> bool:
    """The table "Seeing a case"."""
    return bool(membership_of(visitor, level)) or (visitor.role in STAFF and level == "internal")


def _about_a_case(word: str, name: str, visitor: Visitor, level: str) -> str:
    membership = membership_of(visitor, level)
    if word in MATRIX:
        if not sees(visitor, level):
            return HIDDEN
        roles, memberships = MATRIX[word]
        return _if(membership in memberships or (visitor.role in roles and level == "internal"))
    return _SPECIAL[word](name, visitor, level)


def _if(allowed: bool, otherwise: str = REFUSED) -> str:
    return ALLOWED if allowed else otherwise


def _where_seen(allowed: Callable[[str, Visitor, str], bool], sees_it: Sees = sees) -> Answer:
    def answer(name: str, visitor: Visitor, level: str) -> str:
        return _if(allowed(name, visitor, level)) if sees_it(visitor, level) else HIDDEN

    return answer


def _is_worker(_name: str, visitor: Visitor, _level: str) -> bool:
    return visitor.role in AREAS["workers"]


def _is_staff_who_sees(visitor: Visitor, level: str) -> bool:
    """Who of the house read what is nothing for counsel, whatever they are on the case."""
    return visitor.role in STAFF and sees(visitor, level)


def _is_reader(visitor: Visitor, _level: str) -> bool:
    return visitor.role in AREAS["readers"]


def _sees_name(visitor: Visitor, level: str) -> bool:
    """Names of contacts: all staff, and counsel on a case with them."""
    return visitor.role in STAFF or bool(membership_of(visitor, level))


def _works_with(name: str, visitor: Visitor, level: str) -> bool:
    return _is_worker(name, visitor, level) or membership_of(visitor, level) in WORKING


def _works_somewhere(name: str, visitor: Visitor, _level: str) -> bool:
    return _works_with(name, visitor, "internal")


def _works_on(visitor: Visitor, level: str) -> bool:
    """A request to unseal is seen by those who may be the second person for it."""
    return membership_of(visitor, level) in WORKING


def _keeps_mail(_name: str, visitor: Visitor, _level: str) -> bool:
    return visitor.role in AREAS["keepers"]


def _sees_mail(visitor: Visitor, level: str) -> bool:
    """Administrators see that mail is stuck, never that a sealed case exists."""
    return sees(visitor, level) or (visitor.role == "administrator" and level != "sealed")


def _merge(name: str, visitor: Visitor, level: str) -> str:
    """As for ending either case; the other one is led by the author alone."""
    here = _about_a_case("end", name, visitor, level)
    may_there = name in AUTHORS or (visitor.role == "head" and level == "internal")
    return _if(may_there) if here == ALLOWED and _sees_other(name, visitor, level) else here


def _link(name: str, visitor: Visitor, level: str) -> str:
    """A link is seen by whoever sees both cases."""
    here = _about_a_case("record", name, visitor, level)
    return HIDDEN if here == ALLOWED and not _sees_other(name, visitor, level) else here


def _sees_other(name: str, visitor: Visitor, level: str) -> bool:
    """The case beside the sample's, of its level, which the author leads."""
    return name in AUTHORS or (visitor.role in STAFF and level == "internal")


def _named(name: str, visitor: Visitor, level: str) -> str:
    """What stands in the form and not in the address: who may not is told so in the form."""
    return _without_writing(_about_a_case("organise", name, visitor, level), REFUSED, HIDDEN)


def _without_writing(outcome: str, *those: str) -> str:
    return NOTHING if outcome in those else outcome


def _import(_name: str, visitor: Visitor, _level: str) -> str:
    """Whoever may import sees imports of their own; there is none of anybody's here."""
    by_role = _by_role(visitor, AREAS["workers"])
    return HIDDEN if by_role == ALLOWED else by_role


def _dossier(name: str, visitor: Visitor, level: str) -> str:
    by_role = _by_role(visitor, AREAS["workers"])
    return by_role if by_role != ALLOWED else _if(sees(visitor, level), HIDDEN)


_SPECIAL: dict[str, Answer] = {
    "lead": _where_seen(lambda name, _visitor, _level: name in AUTHORS),
    "theirs": lambda name, visitor, level: _if(name in AUTHORS and sees(visitor, level), HIDDEN),
    "name": _where_seen(lambda *_who: True, _sees_name),
    "contact": _where_seen(_works_with, _sees_name),
    "organisation": _where_seen(_is_worker, _sees_name),
    "merging": _where_seen(_is_worker, _sees_name),
    "merged": lambda name, visitor, level: (
        REFUSED if _is_reader(visitor, level) and not _is_worker(name, visitor, level) else HIDDEN
    ),
    "merge": _merge,
    "link": _link,
    "recorder": _where_seen(_works_somewhere, _is_reader),
    "named": _named,
    "carded": lambda name, visitor, level: _without_writing(_about_a_case("organise", name, visitor, level), REFUSED),
    "import": _import,
    "dossier": _dossier,
    "sets": _where_seen(_is_worker, _is_reader),
    "steerers": lambda _name, visitor, _level: _if(visitor.role in AREAS["keepers"]),
    "steer": _where_seen(_keeps_mail, _sees_mail),
    "reminder": _where_seen(lambda *_who: True),
    "trail": _where_seen(lambda *_who: True, _is_staff_who_sees),
    "second": _where_seen(lambda name, visitor, _level: name not in AUTHORS and visitor.is_assured, _works_on),
    "asker": _where_seen(lambda name, _visitor, _level: name in AUTHORS, _works_on),
}
