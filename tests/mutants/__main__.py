"""`make mutants`: lists every permission check, takes each away in turn, prints which of them no test would miss.

`python -m tests.mutants WORD` takes those whose line holds the word, `--list` only lists them. Ends with 1 when one is
not caught.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_trace import addresses
from tests.integration.access.everybody.asking import Asking
from tests.integration.access.everybody.needs import needs
from tests.integration.access.everybody.people import House, make_house
from tests.mutants.listing import checks
from tests.mutants.probing import probes_of, reached_by
from tests.mutants.reach import Place, noting
from tests.mutants.running import VISITORS_OF_TWINS, Trial, Verdict, words_and_pages
from tests.support.application import database_of, own_app
from tests.support.databases import TestCluster
from tests.support.settings import make_settings
from tests.support.twins import Twins

_TABLES = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


def main(words: list[str]) -> int:
    """Judge the checks named."""
    chosen = [check for check in checks() if all(word in str(check) for word in words if not word.startswith("--"))]
    if "--list" in words:
        _say(*map(str, chosen))
        return 0
    logging.disable(logging.CRITICAL)
    with _trial() as trial:
        verdicts = []
        for check in chosen:
            verdicts.append(trial.judge(check))
            _say(_line(verdicts[-1]))
    missed = [one for one in verdicts if not one.noticed_by]
    _say("", f"{len(verdicts)} checks, {len(verdicts) - len(missed)} missed by a test when gone, {len(missed)} not")
    for kind, count in sorted(Counter(one.check.kind for one in verdicts).items()):
        _say(f"  {kind}: {count}, not caught {sum(one.check.kind == kind for one in missed)}")
    return 1 if missed else 0


def _line(verdict: Verdict) -> str:
    said = f"caught by {verdict.noticed_by}" if verdict.noticed_by else f"NOT CAUGHT, {verdict.asked} asked"
    return f"{verdict.check} | {said}"


@contextmanager
def _trial() -> Iterator[Trial]:
    folder = Path(tempfile.mkdtemp(prefix="tracker-mutants-"))
    folder.chmod(0o755)
    cluster = TestCluster(folder)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(cluster.release)
        house = _house(cluster, folder)
        stack.callback(database_of(house.app).dispose)
        twins, shared = stack.enter_context(made_pair(cluster, "mutants", folder / "twins"))
        for name in ("mutants_house", "mutants_without", "mutants_having"):
            _show_every_row(cluster, name)
        asking = Asking(house, reads_pages=True)
        stack.enter_context(asking.undoing())
        left_out = [route for route, word in needs().items() if word == "open"]
        trial = Trial(asking, checks(), probes_of(house, left_out), twins)
        trial.reached = reached_by(asking, trial.probes)
        sealed = shared.sealed
        assert sealed is not None
        pages = [path for sample in (shared.open, sealed) for path in addresses(twins, sample, "GET")]
        trial.pages = {
            who: _pages_through(twins, who, dict.fromkeys(words_and_pages(pages))) for who in VISITORS_OF_TWINS
        }
        yield trial


def _house(cluster: TestCluster, folder: Path) -> House:
    settings = replace(make_settings(folder / "data"), database_url=cluster.clone("mutants_house"))
    return make_house(own_app(settings))


def _show_every_row(cluster: TestCluster, name: str) -> None:
    with cluster.superuser(name) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')


def _pages_through(twins: Twins, visitor: str, paths: dict[str, None]) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = defaultdict(list)
    for path in paths:
        places: set[Place] = set()
        with noting(places):
            twins.ask(visitor, path)
        for place in places:
            found[place].append(path)
    return found


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
