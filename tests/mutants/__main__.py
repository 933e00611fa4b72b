"""`make mutants`: lists every permission check, takes each away in turn, prints which of them no test would miss.

`python -m tests.mutants WORD …` takes those whose line holds one of the words, `--list` only lists them, `--part=1/3`
takes each third one, so that several processes may share the work. What was found stands in the file `--found=FILE`
too, and what stands there already as caught is not looked at again. Ends with 1 when one is not caught.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_trace import addresses
from tests.integration.access.everybody.asking import Asking
from tests.integration.access.everybody.needs import needs
from tests.integration.access.everybody.people import House, make_house
from tests.integration.access.sample import Sample
from tests.mutants.code import ROOT
from tests.mutants.found import Found, chosen_by
from tests.mutants.listing import Check, checks
from tests.mutants.no_checks import why_none
from tests.mutants.probing import Probe, Route, probes_of, reached_by
from tests.mutants.running import VISITORS_OF_TWINS, Pages, Trial, Verdict, words_and_pages
from tests.mutants.taking_away import asked_for, forget_statements
from tests.support.application import database_of, own_app
from tests.support.databases import TestCluster
from tests.support.settings import make_settings
from tests.support.twins import Twins
from tracker.core import clock

_TABLES = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'guards_writing'"
_KEPT = Path(tempfile.gettempdir()) / "tracker-mutants-reached"


def main(words: list[str]) -> int:
    """Judge the checks named."""
    options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--"))
    chosen = chosen_by([word for word in words if not word.startswith("--")])
    if "part" in options:
        number, parts = map(int, options["part"].split("/"))
        chosen = chosen[number - 1 :: parts]
    if "list" in options:
        _say(*map(_listed, chosen))
        return 0
    found = Found(Path(options["found"]) if "found" in options else None)
    logging.disable(logging.CRITICAL)
    wanted = found.missing(chosen)
    if wanted:
        with _trial() as trial:
            for number, check in enumerate(wanted, 1):
                begun = time.monotonic()
                verdict = trial.judge(check)
                found.keep(check, verdict.noticed_by)
                _say(f"{number}/{len(wanted)} {time.monotonic() - begun:.1f} s {_line(verdict)}")
    _say(*found.summary(chosen))
    return 1 if found.missing(chosen) else 0


def _listed(check: Check) -> str:
    why = why_none(check)
    return f"{check} | no check of its own: {why}" if why else str(check)


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
        stack.enter_context(clock.fixed(clock.now()))  # sessions stay as fresh as they are
        house = _house(cluster, folder)
        stack.callback(database_of(house.app).dispose)
        _show_every_row(cluster, "mutants_house")
        asking = Asking(house, reads_pages=True)
        stack.enter_context(asking.undoing())
        left_out = [route for route, word in needs().items() if word == "open"]
        probes = probes_of(house, left_out)
        yield Trial(asking, checks(), probes, _reached(asking, probes), _twins(stack, cluster, folder))


def _house(cluster: TestCluster, folder: Path) -> House:
    settings = replace(make_settings(folder / "data"), database_url=cluster.clone("mutants_house"))
    return make_house(own_app(settings))


def _show_every_row(cluster: TestCluster, name: str) -> None:
    with cluster.superuser(name) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        for (table,) in connection.execute(_GUARDED).fetchall():
            connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER guards_writing')


def _reached(asking: Asking, probes: list[Probe]) -> dict[Check, set[Route]]:
    """Which routes ask which check."""
    known = _kept("routes", lambda: reached_by(asking, probes, checks()))
    return {check: {(one, other) for one, other in known.get(str(check), ())} for check in checks()}


def _kept(name: str, find: Callable[[], Any]) -> Any:
    """What `find` finds, kept from run to run as long as the program and the questions are the same."""
    files = [*(ROOT / "tracker").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    files += [*(ROOT / "tests/integration/access").rglob("*.py"), *(ROOT / "tests/mutants").glob("*ing.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
    kept = _KEPT / f"{digest}.{name}.json"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(find()))
    return json.loads(kept.read_text())


def _twins(stack: ExitStack, cluster: TestCluster, folder: Path) -> Callable[[], tuple[Twins, Pages]]:
    @cache
    def made() -> tuple[Twins, Pages]:
        twins, shared = stack.enter_context(made_pair(cluster, "mutants", folder / "twins"))
        for name in ("mutants_without", "mutants_having"):
            _show_every_row(cluster, name)
        sealed = shared.sealed
        assert sealed is not None
        led = Sample(shared.led, shared.open.values | {"reference": shared.led.reference, "case_id": shared.led.id})
        pages = [path for sample in (led, shared.open, sealed) for path in addresses(twins, sample, "GET")]
        paths = list(dict.fromkeys(words_and_pages(pages)))
        places = _kept("pages", lambda: {who: _pages_asking(twins, who, paths) for who in VISITORS_OF_TWINS})
        by_line = {who: {line: [paths[one] for one in found] for line, found in places[who].items()} for who in places}
        return twins, {who: {check: found.get(str(check), []) for check in checks()} for who, found in by_line.items()}

    return made


def _pages_asking(twins: Twins, visitor: str, paths: list[str]) -> dict[str, list[int]]:
    """By the line of a check, the places in `paths` of the pages that ask it."""
    found: dict[str, list[int]] = defaultdict(list)
    asked: set[Check] = set()
    with asked_for(asked, checks()):
        for place, path in enumerate(paths):
            forget_statements()
            asked.clear()
            twins.only_having(visitor, path)
            for check in asked:
                found[str(check)].append(place)
    return found


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
