from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from config import ConfigurationFault, load_settings, process_start

SECRET = hashlib.sha256(b"a key of this test alone").digest()
KEY = base64.b64encode(SECRET).decode()
PRODUCTION = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": "qX7vT2mZ9sLw4Rk8Yb1Nc6Jd3Hf5Gp0AeUiO",
    "BASE_URL": "https://cases.ngo.org",
    "DATABASE_URL": "postgresql://owner:hidden-grindstone@db/tracker",
    "BROKER_URL": "redis://:hidden-grindstone@broker:6379/0",
    "SMTP_URL": "smtp+starttls://user:hidden-password@relay:587",
    "TRACKER_FIELD_KEYS": f"k1:{KEY}",
}


def faults_of(environ: dict[str, str]) -> str:
    with pytest.raises(ConfigurationFault) as caught:
        load_settings(environ)
    return str(caught.value)


def test_complete_production_settings_are_taken(tmp_path: Path) -> None:
    settings = load_settings({**PRODUCTION, "TRACKER_DATA_DIR": str(tmp_path)})
    assert settings.is_production
    assert settings.database_url == "postgresql+psycopg://owner:hidden-grindstone@db/tracker"
    assert settings.field_keys[0].secret == SECRET
    assert settings.sample is False
    assert settings.mail_from == "reminders@cases.ngo.org"
    assert settings.needs_second_factor


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "BASE_URL", "DATABASE_URL", "BROKER_URL", "SMTP_URL", "TRACKER_FIELD_KEYS"]
)
def test_production_refuses_to_start_without(name: str) -> None:
    assert f"{name} " in faults_of({key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "too short"),
        ("TRACKER_SECOND_FACTOR", "offered", "a stolen password would open everything"),
        ("TRACKER_SECOND_FACTOR", "sometimes", "it can be required or offered"),
        ("TRACKER_MAIL_WITHOUT_KEY", "maximal", "it can be full or minimal"),
        ("TRACKER_ONLY_TICKS", "perhaps", "it can be 1 or 0"),
        ("SECRET_KEY", "a" * 64, "guessable"),
        ("SECRET_KEY", "changeme-changeme-changeme-changeme-1234", "known"),
        ("BASE_URL", "http://cases.ngo.org", "plain http"),
        ("BASE_URL", "cases.ngo.org", "must be an address"),
        ("DATABASE_URL", "sqlite:///x.db", "must begin with"),
        ("BROKER_URL", "amqp://broker", "must begin with"),
        ("SMTP_URL", "relay:25", "must begin with"),
        ("TRACKER_FIELD_KEYS", "k1:dG9vc2hvcnQ=", "32 bytes"),
        ("TRACKER_FIELD_KEYS", f"k1:{KEY},k1:{KEY}", "Two field keys"),
        ("FLASK_DEBUG", "1", "debug"),
        ("PORT", "eighty", "PORT"),
        ("SAMPLE", "perhaps", "SAMPLE"),
        ("TRACKER_ENV", "prod", "TRACKER_ENV"),
        ("TRACKER_PATHWAY_DIR", "/nowhere/at/all", "not a folder"),
        ("TRACKER_CALENDAR_DIR", "/nowhere/at/all", "not a folder"),
    ],
)
def test_production_names_what_is_wrong(name: str, value: str, reason: str) -> None:
    assert reason in faults_of({**PRODUCTION, name: value})


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(ConfigurationFault) as caught:
        load_settings({"TRACKER_ENV": "production", "PORT": "0"})
    assert len(caught.value.faults) == 7


def test_a_wrong_field_key_is_not_repeated_in_the_message() -> None:
    assert "bm90LWEtd2hvbGUta2V5" not in faults_of({**PRODUCTION, "TRACKER_FIELD_KEYS": "k1:bm90LWEtd2hvbGUta2V5"})


def test_secrets_stay_out_of_the_representation(tmp_path: Path) -> None:
    shown = repr(load_settings({**PRODUCTION, "TRACKER_DATA_DIR": str(tmp_path)}))
    assert "hidden-" not in shown
    assert PRODUCTION["SECRET_KEY"] not in shown
    assert "bytes" not in shown


def test_development_makes_its_secrets_once_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"TRACKER_DATA_DIR": str(tmp_path / "var")}
    first, second = load_settings(environ), load_settings(environ)
    other = load_settings({"TRACKER_DATA_DIR": str(tmp_path / "other")})
    assert len(first.secret_key) >= 32
    assert (first.secret_key, first.field_keys) == (second.secret_key, second.field_keys)
    assert first.secret_key != other.secret_key
    kept = list((tmp_path / "var" / "secrets").iterdir())
    assert {path.name for path in kept} == {"secret_key", "field_keys", "audit_key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_production_makes_no_secrets(tmp_path: Path) -> None:
    faults_of({"TRACKER_ENV": "production", "TRACKER_DATA_DIR": str(tmp_path / "var")})
    assert not (tmp_path / "var").exists()


def write_servers(data_dir: Path, started: str | None) -> None:
    (data_dir / "run").mkdir(parents=True)
    urls = {
        "DATABASE_URL": "postgresql+psycopg://tracker_owner@/tracker?host=/s",
        "DATABASE_APP_URL": "postgresql+psycopg://tracker_web@/tracker?host=/s",
        "BROKER_URL": "redis+socket:///s/v.sock?virtual_host=0",
    }
    (data_dir / "run" / "servers.json").write_text(json.dumps({"pid": os.getpid(), "started": started, "urls": urls}))


def test_servers_of_a_running_copy_are_found(tmp_path: Path) -> None:
    write_servers(tmp_path, process_start(os.getpid()))
    settings = load_settings({"TRACKER_DATA_DIR": str(tmp_path)})
    assert settings.database_url == "postgresql+psycopg://tracker_owner@/tracker?host=/s"
    assert settings.database_app_url == "postgresql+psycopg://tracker_web@/tracker?host=/s"
    assert settings.redis_url == "unix:///s/v.sock?db=0"
    assert settings.limiter_url == "redis+unix:///s/v.sock?db=0"


def test_a_named_server_wins_over_a_running_copys(tmp_path: Path) -> None:
    write_servers(tmp_path, process_start(os.getpid()))
    settings = load_settings({"TRACKER_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://other/db"})
    assert settings.database_url == "postgresql+psycopg://other/db"
    assert settings.database_app_url is None, "a login of another database"


def test_servers_of_a_dead_copy_are_not_used_even_when_its_pid_lives_again(tmp_path: Path) -> None:
    write_servers(tmp_path, "1")
    settings = load_settings({"TRACKER_DATA_DIR": str(tmp_path)})
    assert (settings.database_url, settings.broker_url, settings.smtp_url) == (None, None, None)
