"""The bars of the soak: each of them can be missed."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.sink.accept_log import Accepted
from chaos.soak import missed

FIRST = {"reminders": 100, "audit_entries": 50, "sightings": 4, "mail_pace": 0, "reminder_plans": 0, "follow_ups": 40}
LAST = FIRST | {"reminders": 900, "audit_entries": 250, "follow_ups": 120}
GOOD: dict[str, Any] = {
    "days": 30,
    "changes": 200,
    "late_p99_s": 12.0,
    "broker_keys_before": {"_kombu.binding.celery": 1},
    "broker_keys_after": {"_kombu.binding.celery": 1},
    "sizes_on_day": {"0": FIRST, "15": FIRST | {"reminders": 500}, "-1": LAST},
    "waiting_for_done_work": 0,
}
TOKEN = "chaos-ab12-000001"
MAIL = Accepted(1, 0.0, "id-1@example.org", "s@example.org", "a@example.org", "due 2026-12-01", (TOKEN,), 1)
DUE = {TOKEN: "2026-12-01"}


def at_the_end(**sizes: int) -> dict[str, Any]:
    return {"sizes_on_day": GOOD["sizes_on_day"] | {"-1": LAST | sizes}}


def test_a_soak_that_meets_every_bar_passes() -> None:
    assert missed(GOOD, [MAIL], DUE) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"late_p99_s": 90.0}, "p99 lateness of 90.0 s"),
        ({"late_p99_s": None}, "p99 lateness of None s"),
        ({"broker_keys_after": {"_kombu.binding.celery": 2}}, "the broker's keys changed"),
        (at_the_end(sightings=9), "sightings grew to 9 rows"),
        (at_the_end(reminder_plans=1), "reminder_plans grew to 1 rows"),
        (at_the_end(reminders=5000), "reminders grew by 4900 rows, 200 changes explain 1900"),
        (at_the_end(audit_entries=5000), "audit_entries grew by 4950 rows, 200 changes explain 700"),
        ({"waiting_for_done_work": 3}, "3 reminders wait for work that is done"),
    ],
)
def test_each_bar_can_be_missed(changed: dict[str, Any], fault: str) -> None:
    assert missed(GOOD | changed, [MAIL], DUE) == [fault]


def test_mails_that_went_twice_or_never_are_missed() -> None:
    assert missed(GOOD, [MAIL, MAIL], DUE) == ["1 mails went twice"]
    assert missed(GOOD, [], DUE) == [f"1 follow-ups came due without a mail that names the day: ['{TOKEN}']"]
