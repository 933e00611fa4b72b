"""What was found about each check, kept in a file from run to run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.mutants.listing import Check, checks


def chosen_by(words: Sequence[str]) -> list[Check]:
    """The checks whose lines hold one of the words; all of them, if there is none."""
    return [check for check in checks() if not words or any(word in str(check) for word in words)]


class Found:
    """By the line of a check, what noticed that it was gone; empty: nothing did. Kept in a file, if one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        known = json.loads(path.read_text()) if path is not None and path.exists() else {}
        lines = set(map(str, checks()))
        self.by_line: dict[str, str] = {line: by for line, by in known.items() if line in lines}

    def keep(self, check: Check, noticed_by: str) -> None:
        """Note it, and write all down."""
        self.by_line[str(check)] = noticed_by
        if self.path is not None:
            self.path.write_text(json.dumps(self.by_line, indent=1, sort_keys=True))

    def is_caught(self, check: Check) -> bool:
        """Whether something noticed it."""
        return bool(self.by_line.get(str(check)))

    def missing(self, chosen: Iterable[Check]) -> list[Check]:
        """Those that nothing noticed, or that nobody looked at; these first."""
        return sorted(
            (check for check in chosen if not self.is_caught(check)), key=lambda one: str(one) in self.by_line
        )

    def summary(self, chosen: Sequence[Check]) -> Iterator[str]:
        """Figures by kind, and the line of each that is not caught."""
        missed, kinds = self.missing(chosen), Counter(check.kind for check in chosen)
        yield f"{len(chosen)} checks, {len(chosen) - len(missed)} missed by a test when gone, {len(missed)} not"
        for kind, count in sorted(kinds.items()):
            yield f"  {kind}: {count}, not caught {sum(check.kind == kind for check in missed)}"
        for check in missed:
            yield f"NOT {'CAUGHT' if str(check) in self.by_line else 'LOOKED AT'} {check}"
