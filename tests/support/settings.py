"""Settings of tests, which never look at the environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from config import FieldKey, Settings


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
