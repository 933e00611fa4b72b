from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import create_engine, text

from tracker.core.database import Database
from tracker.core.errors import NotConfigured
from tracker.pathways import registry, store
from tracker.pathways.faults import DefinitionFault
from tracker.pathways.store import DefinitionStore

TENTH = Path(__file__).parents[2] / "fixtures" / "interstate_case.yaml"


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def own_directory(tmp_path):
    copy(TENTH, tmp_path)
    registry.load_default.cache_clear()
    yield tmp_path
    registry.load_default.cache_clear()


@pytest.fixture
def readings(monkeypatch):
    """How often files were read and checked."""
    seen = []

    def counted(extra=None):
        seen.append(extra)
        return registry.load_default(extra)

    monkeypatch.setattr(store, "load_default", counted)
    return seen


def test_a_tenth_pathway_is_one_file_and_known_to_processes_without_that_file(database, own_directory):
    assert "interstate_case" in DefinitionStore(database, own_directory).keys()  # noqa: SIM118
    assert DefinitionStore(database, None).get("interstate_case", 1).status("judgment").label


def test_what_was_checked_once_is_not_read_again_until_a_file_changes(database, own_directory, readings):
    DefinitionStore(database, own_directory)
    DefinitionStore(database, own_directory)
    assert len(readings) == 1
    file = own_directory / TENTH.name
    file.write_text(file.read_text() + "\n# a remark\n")
    DefinitionStore(database, own_directory)
    assert len(readings) == 2


def test_a_changed_definition_that_keeps_its_version_is_refused(database, own_directory):
    DefinitionStore(database, own_directory)
    file = own_directory / TENTH.name
    file.write_text(file.read_text().replace("label: ", "label: New ", 1))
    registry.load_default.cache_clear()
    with pytest.raises(NotConfigured, match="higher version"):
        DefinitionStore(database, own_directory)


def test_a_definition_stored_before_the_shape_grew_says_the_same(database, database_url, own_directory):
    DefinitionStore(database, own_directory)
    with create_engine(database_url).begin() as owner:
        owner.execute(
            text(
                "UPDATE pathway_definitions SET sha256 = 'of then', checked_sha256 = 'of then', body = body #- "
                "'{clocks,0,standstill}' WHERE key = 'interstate_case'"
            )
        )
    (own_directory / TENTH.name).write_text((own_directory / TENTH.name).read_text() + "\n# a remark\n")
    registry.load_default.cache_clear()
    assert DefinitionStore(database, own_directory).get("interstate_case", 1).clocks[0].standstill is None


def test_both_versions_are_kept_and_new_moves_take_the_newer(database, own_directory):
    DefinitionStore(database, own_directory)
    file = own_directory / TENTH.name
    file.write_text(file.read_text().replace("version: 1", "version: 2", 1))
    registry.load_default.cache_clear()
    known = DefinitionStore(database, own_directory)
    assert (known.get("interstate_case").version, known.get("interstate_case", 1).version) == (2, 1)


def test_a_faulty_file_stops_the_start(database, own_directory):
    (own_directory / "broken.yaml").write_text("key: broken\n")
    registry.load_default.cache_clear()
    with pytest.raises(DefinitionFault):
        DefinitionStore(database, own_directory)


def test_a_version_that_nobody_stored_is_looked_for_once_a_minute(database, own_directory, monkeypatch):
    known, later = DefinitionStore(database, own_directory), DefinitionStore(database, own_directory)
    file = own_directory / TENTH.name
    file.write_text(file.read_text().replace("version: 1", "version: 2", 1))
    for _ in range(3):
        with pytest.raises(KeyError):
            known.get("interstate_case", 2)
    registry.load_default.cache_clear()
    DefinitionStore(database, own_directory)
    assert later.get("interstate_case", 2).version == 2
    with pytest.raises(KeyError):
        known.get("interstate_case", 2)
    monkeypatch.setattr(store, "LOOKS_AGAIN_AFTER", 0.0)
    assert known.get("interstate_case", 2).version == 2
