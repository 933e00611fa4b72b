"""Each finding in its good and in its bad form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.settings import make_settings
from tracker.doctor import database_checks, house_checks, server_checks
from tracker.doctor.findings import Weight
from tracker.reminders.delivery.relay_address import RelayAddress

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FINE, WARNING, FAULT = Weight.FINE, Weight.WARNING, Weight.FAULT
GIB = 1024**3


def settings(**said: Any) -> Any:
    return make_settings(Path("/nowhere"), **said)


def relay(url: str, code: str | None) -> Any:
    return server_checks.judged_relay(RelayAddress.parse(url), code)


IN_PRODUCTION = {"environment": "production"}


@pytest.mark.parametrize(
    ("finding", "weight"),
    [
        (database_checks.judged_server(180006), FINE),
        (database_checks.judged_server(170004), FAULT),
        (database_checks.judged_login(False, False), FINE),
        (database_checks.judged_login(True, False), FAULT),
        (database_checks.judged_login(False, True), FAULT),
        (database_checks.judged_missing("login of the web", "DATABASE_APP_URL", needed=False), FINE),
        (database_checks.judged_missing("login of the web", "DATABASE_APP_URL", needed=True), FAULT),
        (database_checks.judged_bounds("login of jobs", []), FINE),
        (database_checks.judged_bounds("login of jobs", ["owns tables"]), FAULT),
        (database_checks.judged_clock(0.2), FINE),
        (database_checks.judged_clock(-20), WARNING),
        (database_checks.judged_clock(3600), FAULT),
        (database_checks.judged_revision("0009", "0009"), FINE),
        (database_checks.judged_revision("0001", "0009"), FAULT),
        (database_checks.judged_revision(None, "0009"), FAULT),
        (database_checks.judged_role("tracker_app", True, False, False, True), FINE),
        (database_checks.judged_role("tracker_app", False, False, False, False), FAULT),
        (database_checks.judged_role("tracker_app", True, True, False, True), FAULT),
        (database_checks.judged_role("tracker_app", True, False, True, True), FAULT),
        (database_checks.judged_role("tracker_app", True, False, False, False), FAULT),
        (database_checks.judged_tables(set()), FINE),
        (database_checks.judged_tables({"cases"}), FAULT),
        (database_checks.judged_audit(False), FINE),
        (database_checks.judged_audit(True), FAULT),
        (server_checks.judged_memory("noeviction"), FINE),
        (server_checks.judged_memory("allkeys-lru"), WARNING),
        (relay("smtps://relay.example.net", None), FINE),
        (relay("smtp://127.0.0.1", None), FINE),
        (relay("smtp://relay.example.net", None), WARNING),
        (relay("smtps://relay.example.net", "tls_failed"), FAULT),
        (house_checks.judged_proxies(settings(**IN_PRODUCTION)), FAULT),
        (house_checks.judged_proxies(settings(**IN_PRODUCTION, trusted_proxies=1)), FINE),
        (house_checks.judged_proxies(settings()), FINE),
        (house_checks.judged_anchors(settings(**IN_PRODUCTION)), WARNING),
        (house_checks.judged_anchors(settings(**IN_PRODUCTION, audit_mail="a@example.org")), FINE),
        (house_checks.judged_mail_without_key(settings()), FINE),
        (house_checks.judged_mail_without_key(settings(mail_without_key="minimal")), FINE),
        (house_checks.judged_disk(50 * GIB, 100 * GIB), FINE),
        (house_checks.judged_disk(GIB // 2, 4 * GIB), FAULT),
        (house_checks.judged_disk(3 * GIB, 100 * GIB), FAULT),
        (house_checks.judged_keys([]), FINE),
        (house_checks.judged_keys(["k1"]), FAULT),
        (house_checks.judged_sighting("beat", "Beat", NOW - timedelta(minutes=1), NOW), FINE),
        (house_checks.judged_sighting("beat", "Beat", NOW - timedelta(minutes=9), NOW), FAULT),
        (house_checks.judged_sighting("beat", "Beat", None, NOW), FAULT),
        (house_checks.judged_oldest(None), FINE),
        (house_checks.judged_oldest(60), FINE),
        (house_checks.judged_oldest(1000), FAULT),
        (house_checks.judged_bounces(0), FINE),
        (house_checks.judged_bounces(2), WARNING),
        (house_checks.judged_dead(0), FINE),
        (house_checks.judged_dead(3), WARNING),
        (house_checks.judged_backup(True, NOW - timedelta(hours=20), NOW), FINE),
        (house_checks.judged_backup(True, NOW - timedelta(hours=30), NOW), FAULT),
        (house_checks.judged_backup(True, None, NOW), FAULT),
        (house_checks.judged_backup(False, None, NOW), WARNING),
    ],
)
def test_a_finding_weighs_what_it_should_and_says_how_to_mend_it(finding: Any, weight: Weight) -> None:
    assert finding.weight is weight
    assert finding.says
    assert bool(finding.mend) is (weight is not FINE)


def test_the_doctor_says_how_much_stands_in_open_mail() -> None:
    assert "titles and references" in house_checks.judged_mail_without_key(settings()).says
    assert (
        "a number, a day and a link" in house_checks.judged_mail_without_key(settings(mail_without_key="minimal")).says
    )
