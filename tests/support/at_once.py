"""Two who do the same thing at once, of which there is to be one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from sqlalchemy.orm import Session

from tests.support.acting import ActAs
from tracker.accounts.models import Person
from tracker.core.actor import Actor
from tracker.core.database import rollback
from tracker.core.errors import Conflict


def require_one_of_two(
    act_as: ActAs,
    who: Actor | Person,
    make: Callable[[Session], object],
    other: Callable[[Session], object] | None = None,
    refusal: type[Exception] = Conflict,
) -> None:
    """Whoever comes before the first has committed waits for it, and is refused then. `other`: what they do."""
    make_too = other or make

    def come_later() -> bool:
        with act_as(who) as session:
            try:
                make_too(session)
            except refusal:
                rollback(session)
                return False
            return True

    with ThreadPoolExecutor(1) as others, act_as(who) as session:
        make(session)
        later = others.submit(come_later)
        done, _waiting = wait([later], timeout=1)
        session.commit()
        assert not done, "the second did not wait for the first"
        assert not later.result(), "both did it"
