"""What was found about each check, kept in a file from run to run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.mutants.listing import Check, checks
from tests.mutants.no_checks import why_none


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
        """Those that nothing noticed, or that nobody looked at; these first. Without what is no check of its own."""
        missed = (check for check in chosen if not self.is_caught(check) and not why_none(check))
        return sorted(missed, key=lambda check: str(check) in self.by_line)

    def summary(self, chosen: Sequence[Check]) -> Iterator[str]:
        """Figures by kind, and the line of each that is not caught."""
        missed, caught = self.missing(chosen), [check for check in chosen if self.is_caught(check)]
        unseen = [check for check in missed if str(check) not in self.by_line]
        none = len(chosen) - len(caught) - len(missed)
        yield (
            f"{len(chosen)} checks: {len(caught)} missed by a test when gone, {len(missed) - len(unseen)} not, "
            f"{len(unseen)} not looked at, {none} no check of their own"
        )
        for kind, count in sorted(Counter(check.kind for check in chosen).items()):
            yield (
                f"  {kind}: {count}, caught {sum(check.kind == kind for check in caught)}, "
                f"not looked at {sum(check.kind == kind for check in unseen)}"
            )
        for check in missed:
            yield f"NOT {'CAUGHT' if str(check) in self.by_line else 'LOOKED AT'} {check}"
