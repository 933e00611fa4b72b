"""The definitions that are in force, by key and version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from tracker.pathways.check import check_file
from tracker.pathways.faults import DefinitionFault, Fault
from tracker.pathways.schema import Definition

OWN_DIRECTORY = Path(__file__).parent / "definitions"


class UnknownPathway(LookupError):
    """No definition has this key, or this version of it."""


class Registry:
    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._versions: dict[str, dict[int, Definition]] = {}
        for definition in definitions:
            self._versions.setdefault(definition.key, {})[definition.version] = definition

    def get(self, key: str, version: int | None = None) -> Definition:
        """The definition in that version, else the newest. Raises UnknownPathway."""
        versions = self._versions.get(key)
        if not versions:
            raise UnknownPathway(f"'{key}' is no pathway. Pathways: {', '.join(self.keys())}.")
        if version is None:
            return versions[max(versions)]
        if version not in versions:
            raise UnknownPathway(
                f"'{key}' has no version {version}. Versions: {', '.join(map(str, sorted(versions)))}."
            )
        return versions[version]

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self._versions))

    def all(self) -> tuple[Definition, ...]:
        """The newest definition of each pathway, by key."""
        return tuple(self.get(key) for key in self.keys())

    def every_version(self) -> tuple[Definition, ...]:
        return tuple(self._versions[key][version] for key in self.keys() for version in sorted(self._versions[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._versions


def load_directories(*directories: Path) -> Registry:
    """Every ``*.yaml`` in them. Raises DefinitionFault with all faults of all files; nothing is loaded in part."""
    faults: list[Fault] = []
    taken: dict[tuple[str, int], Path] = {}
    definitions: list[Definition] = []
    for path in [path for directory in directories for path in _files(directory, faults)]:
        definition, found = check_file(path)
        faults.extend(found)
        if definition is None:
            continue
        name = (definition.key, definition.version)
        if name in taken:
            message = f"'{name[0]}' version {name[1]} is already defined in {taken[name]}; a change needs a new version"
            faults.append(Fault(1, "key", message, str(path)))
        taken.setdefault(name, path)
        definitions.append(definition)
    if faults:
        raise DefinitionFault(faults)
    return Registry(definitions)


def load_directory(path: Path) -> Registry:
    return load_directories(path)


@lru_cache(maxsize=8)
def load_default(extra: Path | None = None) -> Registry:
    """Our own definitions, and those of the organisation's directory, if it has one. Read once per process."""
    return load_directories(OWN_DIRECTORY, *([extra] if extra is not None else []))


def fingerprint_of_sources(extra: Path | None = None) -> str:
    """SHA-256 over every file of the directories and over the code that checks them.

    Reading and checking nine files takes a second; what was found in order once needs no second look while this stays.
    """
    digest = hashlib.sha256()
    directories = [OWN_DIRECTORY, *([extra] if extra is not None else [])]
    for path in [path for directory in directories for path in _files(directory, [])]:
        digest.update(f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()};".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(directory: Path, faults: list[Fault]) -> list[Path]:
    if not directory.is_dir():
        faults.append(Fault(1, "", "is no directory of definitions", str(directory)))
        return []
    return sorted(path for path in directory.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file())
