"""What an importer answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracker.interchange.findings import Finding

IMPORTED, REFUSED, UNREADABLE = 0, 1, 2
"""Exit statuses."""


@dataclass(frozen=True)
class Result:
    """The answer to one import; counts by kind are empty when it was refused."""

    exit_status: int
    errors: list[Finding] = field(default_factory=list)
    gaps: list[Finding] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "created": self.counts.get("created", {}),
            "updated": self.counts.get("updated", {}),
            "unchanged": self.counts.get("unchanged", {}),
            "gaps": [gap.as_json() for gap in self.gaps],
            "errors": [error.as_json() for error in self.errors],
        }


def unreadable(message: str) -> Result:
    return Result(UNREADABLE, [Finding("", message)])
