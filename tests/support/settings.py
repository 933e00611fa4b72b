"""Settings of tests, which never look at the environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from config import FieldKey, Settings
from embedded.postgres import OWNER, WEB


def make_settings(data_dir: Path, **changes: Any) -> Settings:
    """Settings as tests want them; `changes` names fields of Settings."""
    settings = Settings(
        environment="test",
        data_dir=data_dir,
        port=8000,
        base_url="http://localhost",
        mail_from="reminders@example.org",
        sample=False,
        secret_key="only-for-tests-and-long-enough-to-be-accepted",
        field_keys=(FieldKey("test1", bytes(range(32))),),
    )
    return replace(settings, **changes)


def on_database(settings: Settings, url: str) -> Settings:
    """`settings` on the database of the owner's address `url`: people act by the login of the web, as in production."""
    return replace(settings, database_url=url, database_app_url=by_login(url, WEB))


def by_login(url: str, login: str) -> str:
    """The owner's address `url` with another login."""
    return url.replace(f"//{OWNER}@", f"//{login}@", 1)
