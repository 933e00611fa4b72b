"""What a run saw, and which bars it missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chaos.verdict import Verdict


@dataclass
class Figures:
    """What a run saw."""

    order: dict[str, Any]
    verdict: Verdict
    faults: list[str]
    told: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every bar was met."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """Everything, as the command prints it."""
        return {
            "passed": self.passed,
            "missed": self.faults,
            **self.verdict.as_json(),
            **self.told,
            "order": self.order,
        }


def memory(samples: dict[str, list[float]]) -> dict[str, float]:
    """The largest resident size, and what the process that lived longest grew from its first quarter to its last."""
    if not samples:
        return {}
    longest = max(samples.values(), key=len)
    quarter = max(len(longest) // 4, 1)
    first, last = longest[:quarter], longest[-quarter:]
    return {
        "largest": round(max(max(sizes) for sizes in samples.values()), 1),
        "growth_of_oldest": round(sum(last) / len(last) - sum(first) / len(first), 1),
    }
