from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracker.pathways.faults import DefinitionFault
from tracker.pathways.registry import OWN_DIRECTORY, Registry, UnknownPathway, load_directories, load_directory
from tracker.pathways.schema import Definition


def test_a_definition_survives_the_way_through_the_database(registry: Registry) -> None:
    for definition in registry.all():
        stored = json.loads(json.dumps(definition.model_dump(mode="json"), sort_keys=True))
        back = Definition.model_validate(stored)
        assert back == definition
        assert list(back.by_key) == list(definition.by_key)


def test_the_newest_version_is_given_unless_one_is_named(tmp_path: Path, tenth: bytes) -> None:
    (tmp_path / "first.yaml").write_bytes(tenth)
    (tmp_path / "second.yaml").write_bytes(tenth.replace(b"version: 1", b"version: 2"))
    registry = load_directory(tmp_path)
    assert registry.get("interstate_case").version == 2
    assert registry.get("interstate_case", 1).version == 1
    assert [definition.version for definition in registry.every_version()] == [1, 2]
    with pytest.raises(UnknownPathway, match="no version 3"):
        registry.get("interstate_case", 3)


def test_a_key_that_is_no_pathway_is_told_the_pathways(registry: Registry) -> None:
    with pytest.raises(UnknownPathway, match="arrest_warrant"):
        registry.get("warrant")
    assert "arrest_warrant" in registry and "warrant" not in registry


def test_a_directory_with_faulty_files_lists_the_faults_of_all(tmp_path: Path, tenth: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(tenth.replace(b"phase: decided", b"phase: dreaming"))
    (tmp_path / "b.yaml").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not a definition")
    with pytest.raises(DefinitionFault) as caught:
        load_directory(tmp_path)
    assert {Path(fault.file).name for fault in caught.value.faults} == {"a.yaml", "b.yaml"}
    assert f"{tmp_path / 'b.yaml'}:1: the file is empty" in str(caught.value)


def test_one_version_cannot_be_defined_twice(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes((OWN_DIRECTORY / "sanctions.yaml").read_bytes())
    with pytest.raises(DefinitionFault, match="a change needs a new version"):
        load_directories(OWN_DIRECTORY, tmp_path)


def test_a_directory_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DefinitionFault, match="no directory"):
        load_directory(tmp_path / "none")
