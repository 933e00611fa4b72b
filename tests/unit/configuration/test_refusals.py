"""Production is started with one thing wrong at a time, and says which."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import ConfigurationFault, load_settings

ROOT = Path(__file__).resolve().parents[3]


def key(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


GOOD = key(hashlib.sha256(b"of this test alone").digest())
PRODUCTION = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": "qX7vT2mZ9sLw4Rk8Yb1Nc6Jd3Hf5Gp0AeUiO",
    "BASE_URL": "https://cases.ngo.org",
    "DATABASE_URL": "postgresql://owner:long-enough-a-word@db/cases",
    "BROKER_URL": "redis://:long-enough-a-word@broker:6379/0",
    "SMTP_URL": "smtp+starttls://user:pass@relay:587",
    "TRACKER_FIELD_KEYS": f"k1:{GOOD}",
}
PRODUCTION_ONLY = ("SECRET_KEY", "DATABASE_URL", "SMTP_URL", "TRACKER_FIELD_KEYS")
INSECURE = [
    ({"TRACKER_FIELD_KEYS": f"k1:{key(bytes(32))}"}, "Field key 1 is a known or guessable value"),
    ({"TRACKER_FIELD_KEYS": f"k1:{key(bytes(range(32)))}"}, "Field key 1 is a known or guessable value"),
    ({"TRACKER_FIELD_KEYS": f"k1:{key(bytes(range(64, 0, -2)))}"}, "Field key 1 is a known or guessable value"),
    ({"TRACKER_FIELD_KEYS": f"k1:{key(b'abcd' * 8)}"}, "Field key 1 is a known or guessable value"),
    ({"TRACKER_FIELD_KEYS": f"k1:{key(b'correct horse battery staple 123')}"}, "Field key 1 is a known"),
    ({"TRACKER_FIELD_KEYS": f"k2:{GOOD},k1:{GOOD}"}, "same key under two names"),
    ({"SMTP_URL": "smtp://relay.example.net:25"}, "in the clear"),
    ({"SMTP_URL": "smtps://one.net,smtp://two.net"}, "two.net in the clear"),
    ({"RELAY_LOOKUP_URL": "http://relay.example.net/took"}, "in the clear"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN is too short"),
    ({"METRICS_TOKEN": "changeme-changeme-changeme-change"}, "METRICS_TOKEN is too short or guessable"),
    ({"BROKER_URL": "redis://broker:6379/0"}, "BROKER_URL holds no password"),
    ({"BROKER_URL": "redis://:short@broker:6379/0"}, "password in BROKER_URL is too short"),
    ({"DATABASE_URL": "postgresql://owner@db/cases"}, "DATABASE_URL holds no password"),
    ({"DATABASE_URL": "postgresql://owner@/cases?host=db"}, "DATABASE_URL holds no password"),
    ({"DATABASE_URL": "postgresql://owner:1234@db/cases"}, "password in DATABASE_URL is too short"),
    ({"DATABASE_APP_URL": "postgresql://app@db/cases"}, "DATABASE_APP_URL holds no password"),
    ({"DATABASE_JOBS_URL": "postgresql://jobs@db/cases"}, "DATABASE_JOBS_URL holds no password"),
    ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG is on"),
    ({"PYTHONDEVMODE": "1"}, "PYTHONDEVMODE is on"),
    ({"FLASK_ENV": "development"}, "FLASK_ENV"),
    ({"FORWARDED_ALLOW_IPS": "*"}, "FORWARDED_ALLOW_IPS is *"),
    ({"FORWARDED_ALLOW_IPS": "10.0.0.1,*"}, "FORWARDED_ALLOW_IPS is *"),
    ({"BASE_URL": "https://192.0.2.7"}, "BASE_URL is a number"),
    ({"BASE_URL": "https://[2001:db8::1]:8443"}, "BASE_URL is a number"),
    ({"BASE_URL": "http://cases.ngo.org"}, "plain http"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
    ({"SECRET_KEY": "tracker-postgres-tracker-postgres-1"}, "SECRET_KEY is a known"),
    ({"SECRET_KEY": "1234567890" * 5}, "SECRET_KEY is a known"),
    ({"DATABASE_APP_URL": "postgresql://app:password1234@db/cases"}, "password in DATABASE_APP_URL is a known"),
    (
        {"DATABASE_URL": "postgresql://owner:long-enough-a-word@db.example.net/cases?sslmode=disable"},
        "DATABASE_URL crosses the network in the open",
    ),
]


def faults_of(changes: dict[str, str]) -> list[str]:
    try:
        load_settings(PRODUCTION | changes)
    except ConfigurationFault as refused:
        return refused.faults
    return []


@pytest.mark.parametrize(("changes", "reason"), INSECURE)
def test_production_refuses(changes: dict[str, str], reason: str) -> None:
    faults = faults_of(changes)
    assert len(faults) == 1
    assert reason in faults[0]


@pytest.mark.parametrize(("changes", "_reason"), INSECURE)
def test_a_development_copy_starts_all_the_same(changes: dict[str, str], _reason: str, tmp_path: Path) -> None:
    load_settings({"TRACKER_ENV": "development", "TRACKER_DATA_DIR": str(tmp_path)} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"SMTP_URL": "smtp://127.0.0.1:1025"},
        {"SMTP_URL": "smtp://localhost:25,smtps://relay.example.net"},
        {"SMTP_URL": "smtp://mail:1025", "SMTP_CLEAR_HOSTS": "mail"},
        {"RELAY_LOOKUP_URL": "http://mail/took", "SMTP_CLEAR_HOSTS": "mail"},
        {"DATABASE_URL": "postgresql://owner@/cases?host=/run/postgresql"},
        {"DATABASE_URL": "postgresql://owner@db/cases?sslcert=/keys/owner.crt&sslmode=verify-full"},
        {"DATABASE_URL": "postgresql://owner@localhost/cases"},
        {"BROKER_URL": "redis+socket:///run/valkey.sock?virtual_host=0"},
        {"BROKER_URL": "redis://127.0.0.1:6379/0"},
        {"METRICS_TOKEN": "4f1c9a7be2d86035c4b1f7a9e8d2063b"},
        {"FORWARDED_ALLOW_IPS": "*", "TRACKER_TRUSTED_PROXIES": "1"},
        {"FLASK_DEBUG": "0"},
    ],
)
def test_production_starts_with(changes: dict[str, str]) -> None:
    assert faults_of(changes) == []


def test_everything_insecure_is_listed_at_once() -> None:
    together = {
        "TRACKER_FIELD_KEYS": f"k1:{key(bytes(32))}",
        "SMTP_URL": "smtp://relay.example.net",
        "METRICS_TOKEN": "short",
        "BROKER_URL": "redis://broker/0",
        "DATABASE_URL": "postgresql://owner@db/cases",
        "FLASK_DEBUG": "1",
        "FORWARDED_ALLOW_IPS": "*",
        "BASE_URL": "http://192.0.2.7",
        "SECRET_KEY": "short",
    }
    assert len(faults_of(together)) == 10


TICKS = {name: PRODUCTION[name] for name in ("TRACKER_ENV", "BROKER_URL")} | {"TRACKER_ONLY_TICKS": "1"}


def test_a_beat_needs_the_broker_alone() -> None:
    settings = load_settings(TICKS)
    assert (settings.only_ticks, settings.secret_key, settings.field_keys) == (True, "", ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"BROKER_URL": ""}, "BROKER_URL is missing"),
        ({"BROKER_URL": "redis://broker:6379/0"}, "BROKER_URL holds no password"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
        *(({name: PRODUCTION[name]}, f"{name} is given to a process that only ticks") for name in PRODUCTION_ONLY),
    ],
)
def test_a_beat_refuses_what_is_missing_and_what_is_too_much(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigurationFault) as refused:
        load_settings(TICKS | changes)
    assert len(refused.value.faults) == 1 and reason in refused.value.faults[0]


def test_no_refusal_repeats_a_secret() -> None:
    said = " ".join(
        faults_of({"SECRET_KEY": "abcabcabc", "METRICS_TOKEN": "defdefdef", "BROKER_URL": "redis://:ghighi@broker/0"})
    )
    assert not any(secret in said for secret in ("abcabcabc", "defdefdef", "ghighi"))


@pytest.mark.parametrize("entry", ["wsgi", "worker.app"])
def test_the_processes_themselves_end_with_the_reasons_and_start_nothing(entry: str, tmp_path: Path) -> None:
    environ = PRODUCTION | {
        "SMTP_URL": "smtp://relay.example.net",
        "FLASK_DEBUG": "1",
        "TRACKER_DATA_DIR": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-c", f"import {entry}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "FLASK_DEBUG is on" in ended.stderr
    assert "in the clear" in ended.stderr
