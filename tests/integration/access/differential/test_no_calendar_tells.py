"""A calendar that another program fetches is the same with and without the sealed case, for its members too."""

from __future__ import annotations

import secrets

import pytest

from tests.factories.calendar_feed import make_calendar_feed
from tests.integration.access.differential.test_no_trace import require_none
from tests.integration.access.differential.world import SECRET_WORDS, Shared
from tests.support.ical import events
from tests.support.twins import STRANGER, Twins
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR
from tracker.core.ids import new_id


@pytest.mark.parametrize("whose", ["own", "team"])
def test_every_calendar_is_the_same(twins: Twins, shared: Shared, whose: str) -> None:
    faults, entries = [], 0
    for visitor, person in twins.visitors.items():
        path = _address_in_both(twins, person, whose)
        faults += twins.differences(STRANGER, path)
        answer, _other = twins.ask(STRANGER, path)
        may = visitor != "administrator" and (whose == "own" or visitor != "outside_counsel")
        assert answer.status_code == (200 if may else 404), visitor
        entries += len(events(answer.data)) if may else 0
        assert not [word for word in SECRET_WORDS if word.encode() in answer.data]
    require_none(faults)
    assert entries > 5


def _address_in_both(twins: Twins, person: Person, whose: str) -> str:
    """One address, in both copies."""
    token, feed_id = secrets.token_urlsafe(32), new_id()
    with twins.acting(OPERATOR) as both:
        paths = {make_calendar_feed(session, person, token, whose=whose, id=feed_id) for session in both}
    (path,) = paths
    return path
