"""What was found about each check, kept in a file from run to run.

A check is known again by its file, what it stands in, its kind and text, and which of several alike there it is: it may
move. What was found of it holds as long as the function, or the row of the table, that it stands in says the same.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.mutants.code import module_at
from tests.mutants.listing import Check, checks, rows_of
from tests.mutants.no_checks import why_none


def chosen_by(words: Sequence[str]) -> list[Check]:
    """The checks whose lines hold one of the words; all of them, if there is none."""
    return [check for check in checks() if not words or any(word in str(check) for word in words)]


def names_of(listed: Iterable[Check]) -> dict[Check, str]:
    """By check, its line without a number; of several alike the second one's ends with #2."""
    alike: Counter[str] = Counter()
    names = {}
    for check in sorted(listed, key=lambda one: (one.path, one.line, one.column)):
        plain = check.without_number
        alike[plain] += 1
        names[check] = plain if alike[plain] == 1 else f"{plain} #{alike[plain]}"
    return names


def surroundings_of(check: Check) -> str:
    """A digest of the function that it stands in, or of its row of the matrix. Comments and layout do not count."""
    module = module_at(check.path)
    if check.function:
        said = "\n".join(ast.unparse(one) for name, one in module.scopes if name == check.function)
    else:
        here = (check.line, check.column)
        said = next(ast.unparse(row) for _table, key, row in rows_of(module) if (key.lineno, key.col_offset) == here)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Found:
    """By check, what noticed that it was gone; empty: nothing did. Kept in a file, if one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._names = names_of(checks())
        self._stands_in = {check: surroundings_of(check) for check in self._names}
        known = json.loads(path.read_text()) if path is not None and path.exists() else {}
        self.noticed: dict[Check, str] = {}
        for check, name in self._names.items():
            if (kept := known.get(name)) and kept["in"] == self._stands_in[check]:
                self.noticed[check] = kept["by"]

    def keep(self, check: Check, noticed_by: str) -> None:
        """Note it, and write all down."""
        self.noticed[check] = noticed_by
        if self.path is not None:
            kept = {self._names[one]: {"by": by, "in": self._stands_in[one]} for one, by in self.noticed.items()}
            self.path.write_text(json.dumps(kept, indent=1, sort_keys=True))

    def is_caught(self, check: Check) -> bool:
        """Whether something noticed it."""
        return bool(self.noticed.get(check))

    def missing(self, chosen: Iterable[Check]) -> list[Check]:
        """Those that nothing noticed, or that nobody looked at; these first. Without what is no check of its own."""
        missed = (check for check in chosen if not self.is_caught(check) and not why_none(check))
        return sorted(missed, key=lambda check: check in self.noticed)

    def summary(self, chosen: Sequence[Check]) -> Iterator[str]:
        """Figures by kind, and the line of each that is not caught."""
        missed, caught = self.missing(chosen), [check for check in chosen if self.is_caught(check)]
        unseen = [check for check in missed if check not in self.noticed]
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
            yield f"NOT {'CAUGHT' if check in self.noticed else 'LOOKED AT'} {check}"
