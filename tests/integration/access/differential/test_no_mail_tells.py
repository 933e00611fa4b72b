"""The planner and the sender over both copies with a moved clock: nobody else's mail tells of the sealed case.

Ids and numbers of mails come from the database's own chance: they are compared by their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.integration.access.differential.month import DAYS, Month, fill_month, seal_month
from tests.integration.access.differential.test_no_trace import require_none
from tests.support.settings import make_settings
from tests.support.twin_mails import Post, one_relay
from tests.support.twins import Twins, make_twins
from tracker.core.actor import OPERATOR
from tracker.reminders.models import Sighting

TICKS_AT = (1, 6, 9, 11, 16, 21)
"""Hours of the day, UTC; two of them lie closer together than a standstill."""
AT_ONCE = ("coordinator", "administrator")
OTHERS = ("legal_officer", "coordinator", "head", "reader", "outside_counsel", "administrator", "recorder")
PAGES = (
    *("/", "/reminders", "/reminders/news", "/ledger", "/ledger?status=dead", "/ledger/dead", "/watchdog"),
    *("/audit", "/accounts", "/follow-ups", "/commitments", "/cases"),
)
AWAY, REFUSED, PUT_OFF, STOOD_STILL = range(8, 10), range(12, 14), range(16, 18), range(20, 22)
"""Days on which no relay answers; the keeper's mail is refused for good; it is put off; nothing ticks."""


@pytest.fixture
def month(cluster: Any, worker_name: str, tmp_path: Any) -> Iterator[tuple[Twins, Month, Post]]:
    settings = make_settings(tmp_path)
    twins, month = make_twins(cluster, settings, f"month_{worker_name}", fill_month, seal_month)
    with one_relay() as post:
        yield replace(twins, names_ids=True), month, post
    twins.close()


LOOKED_AT = {8, 9, 12, 13, 16, 17, 22, 25}
"""Days in whose evening those who keep mail in order look at their pages."""


def live(month: tuple[Twins, Month, Post], days: range) -> list[str]:
    """Live through `days`, counted from the copies' making; what differed on the pages of some evenings."""
    twins, told, post = month
    midnight = twins.now.replace(hour=0, minute=0, second=0)
    faults = []
    for day in days:
        post.refuse(dict.fromkeys([told.keeper.email], answer) if (answer := answer_of(day)) else {})
        for hour in TICKS_AT if day not in STOOD_STILL else ():
            post.tick(twins, midnight + timedelta(days=day, hours=hour), is_away=day in AWAY)
        if day in LOOKED_AT:
            faults += on_pages(twins.at(midnight + timedelta(days=day, hours=21, minutes=30)), told, AT_ONCE)
    return faults


def answer_of(day: int) -> str | None:
    """What the relays say to the keeper's mail on that day; None: they take it."""
    if day in REFUSED:
        return "550 5.1.1 no such user"
    return "451 4.3.0 later" if day in PUT_OFF else None


def on_pages(twins: Twins, month: Month, people: Sequence[str] = OTHERS) -> list[str]:
    """What those who know nothing see differently now."""
    seen_at = datetime.now(UTC).replace(microsecond=0)
    with twins.acting(OPERATOR) as both:
        for session in both:  # the database's own clock, which nobody can hold
            session.execute(update(Sighting).where(Sighting.name != "going").values(seen_at=seen_at))
    about = (
        f"/cases/{month.led.reference}",
        f"/cases/{month.open.reference}",
        f"/cases/{month.open.reference}/reminders",
        f"/follow-ups/{month.work.id}",
    )
    return [line for who in people for path in (*PAGES, *about) for line in twins.differences(who, path)]


def test_the_mails_of_three_days_are_the_same(month: tuple[Twins, Month, Post]) -> None:
    twins, told, post = month
    faults = live(month, range(1, 4))
    faults += on_pages(twins.at(twins.now + timedelta(days=4)), told, AT_ONCE)
    without, having = post.count()
    assert having > without > 20
    require_none([*faults, *post.differences(told.members)])


@pytest.mark.long
def test_the_mails_of_a_month_are_the_same_though_relays_fail(month: tuple[Twins, Month, Post]) -> None:
    twins, told, post = month
    faults = live(month, range(1, DAYS + 1))
    faults += on_pages(twins.at(twins.now + timedelta(days=DAYS + 1)), told)
    print(f"\n{post.count()} mails, {twins.compared.total()} answers compared")  # noqa: T201
    without, having = post.count()
    assert having > without > 100
    require_none([*faults, *post.differences(told.members)])
