from __future__ import annotations

import json
import logging

import pytest
from structlog import get_logger

from tracker.core import logs


@pytest.fixture(autouse=True)
def restored_logging() -> object:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before, level


@pytest.mark.parametrize("as_json", [True, False])
def test_one_event_is_one_line_whatever_it_holds(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=as_json)
    get_logger("test").info("odd.value", value="first\nlevel=critical\x1b[31m forged")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_an_error_is_logged_by_kind_and_place_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=True)
    try:
        raise ValueError("Key (email)=(canary@example.org) already exists")
    except ValueError:
        logging.getLogger("library").exception("it failed")
    line = capsys.readouterr().err
    assert "canary" not in line
    said = json.loads(line)
    assert said["error"] == "ValueError"
    assert "test_logs.py" in said["trace"][-1]
