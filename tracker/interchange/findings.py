"""What is said about one place of a dossier file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Finding:
    """One fault or gap: where it stands (`cases[3].events[2].status`) and what would be right."""

    path: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"path": self.path, "message": self.message}


@dataclass
class Findings:
    """Everything found in one file, so far. Nothing here stops at the first fault."""

    errors: list[Finding] = field(default_factory=list)
    gaps: list[Finding] = field(default_factory=list)
    _known: set[tuple[int, Finding]] = field(default_factory=set)

    def error(self, path: str, message: str) -> None:
        self._add(self.errors, path, message)

    def gap(self, path: str, message: str) -> None:
        self._add(self.gaps, path, message)

    def _add(self, findings: list[Finding], path: str, message: str) -> None:
        finding = Finding(path, message)
        if (id(findings), finding) not in self._known:
            self._known.add((id(findings), finding))
            findings.append(finding)


def at_key(path: str, key: str) -> str:
    """The path of a key of the object at `path`; the top of the file has the empty path."""
    name = key if key.isprintable() else ascii(key)
    return f"{path}.{name}" if path else name


def at_index(path: str, index: int) -> str:
    """The path of one entry of the list at `path`."""
    return f"{path}[{index}]"
