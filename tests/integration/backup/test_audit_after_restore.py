"""After a restore the chain is whole, anchors that lay elsewhere tell that it was put back, and it goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import FieldKey, Settings
from tests.factories.case import make_case
from tests.factories.person import make_person
from tests.integration.backup.conftest import age_key
from tests.integration.backup.test_round_trip import create, restore
from tests.support.settings import on_database
from tracker import create_app
from tracker.audit.keys import AuditKeys
from tracker.audit.services import record
from tracker.core.actor import OPERATOR
from tracker.core.errors import NotConfigured
from tracker.reminders.delivery.auditing import run_audit

AUDIT_KEY = FieldKey("a1", hashlib.sha256(b"of this test alone").digest())


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    (tmp_path / "anchors").mkdir()
    return tmp_path / "anchors"


@pytest.fixture
def house(settings: Settings, anchors: Path) -> Iterator[Flask]:
    app = create_app(replace(settings, audit_keys=(AUDIT_KEY,), audit_anchor_dir=anchors))
    yield app
    app.extensions["tracker.database"].dispose()


def flask(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=list(words))


def work(app: Flask, count: int) -> None:
    with app.app_context(), app.extensions["tracker.database"].unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=make_person(session, "legal_officer"))
        for _ in range(count):
            record(session, OPERATOR, "case.opened", "case", case.id, case_id=case.id)


def verified(app: Flask, *words: str) -> tuple[int, dict[str, Any]]:
    result = flask(app, "audit", "verify", "--json", *words)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.own_database
def test_the_audit_after_a_restore(
    house: Flask, settings: Settings, anchors: Path, tmp_path: Path, empty_url: str
) -> None:
    key = age_key(tmp_path)
    work(house, 5)
    assert flask(house, "audit", "anchor").exit_code == 0
    path = create(house, key, tmp_path)
    work(house, 5)
    assert flask(house, "audit", "anchor").exit_code == 0, "an anchor that the backup does not know"
    assert verified(house, "--anchors", str(anchors))[0] == 0
    lost = {file.name for file in anchors.iterdir()}
    assert len(lost) == 2

    app = create_app(replace(on_database(settings, empty_url), audit_keys=(AUDIT_KEY,), audit_anchor_dir=anchors))
    restore(app, path, key)
    status, report = verified(app)
    assert (status, report["whole"], report["holds_until_anchor"]) == (0, True, 2), "signed with the restore in it"
    assert {file.name for file in anchors.iterdir()} > lost, "the restored head left the house as well"

    status, report = verified(app, "--anchors", str(anchors))
    assert (status, set(report["counts"])) == (1, {"rolled_back"}), (
        "what came after the backup is lost, and that is told"
    )

    other_key = FieldKey("a1", hashlib.sha256(b"another").digest())
    wrong = create_app(replace(on_database(settings, empty_url), audit_keys=(other_key,)))
    for words in (("audit", "chain"), ("audit", "anchor")):
        refused = flask(wrong, *words)
        assert refused.exit_code == 1 and "not the one that signed" in refused.output
    with pytest.raises(NotConfigured):
        run_audit(
            wrong.extensions["tracker.database"], wrong.extensions["tracker.settings"], AuditKeys.of((other_key,))
        )
    wrong.extensions["tracker.database"].dispose()

    work(app, 3)
    assert flask(app, "audit", "anchor").exit_code == 0
    (anchors / "anchor-000002.json").unlink()
    assert verified(app, "--anchors", str(anchors))[0] == 0, "without the lost server's last anchor all of it fits"
    app.extensions["tracker.database"].dispose()


@pytest.mark.own_database
@pytest.mark.parametrize("what", ["field key", "audit key"])
def test_a_restore_with_another_key_chains_nothing(
    house: Flask, settings: Settings, tmp_path: Path, empty_url: str, what: str
) -> None:
    """Else entries that the backup held unchained would look forged once the right keys are back."""
    key = age_key(tmp_path)
    work(house, 2)
    assert flask(house, "audit", "anchor").exit_code == 0
    path = create(house, key, tmp_path)
    here = replace(on_database(settings, empty_url), audit_keys=(AUDIT_KEY,))
    other = hashlib.sha256(b"another").digest()
    wrong = (
        replace(here, field_keys=(replace(settings.field_keys[0], secret=other),))
        if what == "field key"
        else replace(here, audit_keys=(FieldKey("a1", other),))
    )
    app = create_app(wrong)
    back = flask(app, "backup", "restore", str(path), "--identity", str(key.identity))
    assert back.exit_code == 1 and "Everything is back, but" in back.output and "Put the right key back" in back.output
    app.extensions["tracker.database"].dispose()
    app = create_app(here)
    assert flask(app, "audit", "anchor").exit_code == 0
    status, report = verified(app)
    assert (status, report["whole"]) == (0, True)
    app.extensions["tracker.database"].dispose()
