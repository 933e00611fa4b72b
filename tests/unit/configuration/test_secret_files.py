from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from config import ConfigurationFault, load_settings
from configuration.secret_files import SECRETS

KEYS = "k1:" + base64.b64encode(hashlib.sha256(b"of this test alone").digest()).decode()
IN_FILES = {
    "SECRET_KEY": "qX7vT2mZ9sLw4Rk8Yb1Nc6Jd3Hf5Gp0AeUiO",
    "TRACKER_FIELD_KEYS": KEYS,
    "TRACKER_AUDIT_KEY": KEYS,
    "DATABASE_URL": "postgresql://owner@db/cases",
    "DATABASE_APP_URL": "postgresql://app@db/cases",
    "DATABASE_JOBS_URL": "postgresql://jobs@db/cases",
    "BROKER_URL": "redis://broker:6379/0",
    "SMTP_URL": "smtp+starttls://user@relay:587",
    "RELAY_LOOKUP_URL": "https://user:word@relay/took",
    "METRICS_TOKEN": "4f1c9a7be2d86035c4b1f7a9e8d2063b",
    "DATABASE_PASSWORD": "a word: with/signs@",
    "DATABASE_APP_PASSWORD": "the app's own word",
    "DATABASE_JOBS_PASSWORD": "the jobs' own word",
    "BROKER_PASSWORD": "the broker's word",
    "SMTP_PASSWORD": "the relay's word",
}


def files(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    for name, text in texts.items():
        (folder / name).write_text(text + "\n")
    return {f"{name}_FILE": str(folder / name) for name in texts}


def faults_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationFault) as caught:
        load_settings(environ)
    return caught.value.faults


def test_every_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    assert set(SECRETS) == set(IN_FILES)
    plain = {"TRACKER_ENV": "production", "BASE_URL": "https://cases.ngo.org"}
    settings = load_settings(plain | files(tmp_path, IN_FILES))
    assert settings.secret_key == IN_FILES["SECRET_KEY"]
    assert settings.field_keys[0].id == "k1"
    assert settings.audit_keys[0].id == "k1"
    assert settings.database_url == "postgresql+psycopg://owner:a%20word%3A%20with%2Fsigns%40@db/cases"
    assert settings.database_app_url == "postgresql+psycopg://app:the%20app%27s%20own%20word@db/cases"
    assert settings.database_jobs_url == "postgresql+psycopg://jobs:the%20jobs%27%20own%20word@db/cases"
    assert settings.broker_url == "redis://:the%20broker%27s%20word@broker:6379/0"
    assert settings.smtp_url == "smtp+starttls://user:the%20relay%27s%20word@relay:587"
    assert settings.relay_lookup_url == IN_FILES["RELAY_LOOKUP_URL"]
    assert settings.metrics_token == IN_FILES["METRICS_TOKEN"]


def test_a_password_is_told_apart_from_one_in_the_address(tmp_path: Path) -> None:
    environ = {"TRACKER_DATA_DIR": str(tmp_path), "DATABASE_PASSWORD": "word"}
    assert "leave one of them out" in faults_of(environ | {"DATABASE_URL": "postgresql://me:you@db/x"})[0]
    assert "names no user" in faults_of(environ | {"DATABASE_URL": "postgresql://db/x"})[0]


def test_each_of_several_relays_gets_the_password(tmp_path: Path) -> None:
    environ = {"TRACKER_DATA_DIR": str(tmp_path), "SMTP_PASSWORD": "word", "SMTP_URL": "smtps://a@one,smtps://b@two"}
    assert load_settings(environ).smtp_urls == ("smtps://a:word@one", "smtps://b:word@two")


@pytest.mark.parametrize(("content", "reason"), [(None, "can't be read"), ("", "empty"), ("x" * 70_000, "no secret")])
def test_a_file_that_holds_nothing_is_named_once_and_without_its_content(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    complete = {"TRACKER_ENV": "production", "BASE_URL": "https://cases.ngo.org"} | files(tmp_path, IN_FILES)
    for name in ("SECRET_KEY", "TRACKER_FIELD_KEYS", "SMTP_URL"):
        faults = faults_of(complete | {f"{name}_FILE": str(path)})
        assert len(faults) == 1
        assert faults[0].startswith(f"{name}_FILE")
        assert reason in faults[0]


def test_a_value_and_a_file_together_are_refused(tmp_path: Path) -> None:
    environ = {"SECRET_KEY": "x" * 40, "TRACKER_DATA_DIR": str(tmp_path)} | files(tmp_path, {"SECRET_KEY": "y" * 40})
    assert faults_of(environ) == ["SECRET_KEY and SECRET_KEY_FILE are both set: which of them holds, nobody could say."]
