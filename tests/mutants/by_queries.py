"""Takes away what stands in statements, and asks the queries that ask it, in a session that sees every row.

`python -m tests.mutants.by_queries --found=FILE WORD …` judges the filters, memberships and questions for roles whose
lines hold one of the words and that nothing has noticed yet, by tests/integration/access/test_queries_alone.py: its
world is made once, and of each check only the queries are asked that ask it. Takes a minute for all of them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tests.integration.access.queries_asked import Asked, Query
from tests.integration.access.test_queries_alone import about_one, answer, make_world, of_all, see_every_row
from tests.mutants.found import Found, chosen_by
from tests.mutants.listing import Check
from tests.mutants.taking_away import IN_SQL, asked_for, forget_statements, taken_away
from tests.support.application import own_app
from tests.support.databases import TestCluster
from tests.support.settings import make_settings
from tracker.core.actor import OPERATOR, Actor
from tracker.core.database import Database

Question = tuple[str, str, Query, Asked]
"""Who asks; the query's name, it, and about what."""


class Questions:
    """Every query as every viewer, and what each is answered while nothing is taken away."""

    def __init__(self, owner: Database) -> None:
        self.owner = owner
        with owner.unit_of_work(OPERATOR) as session:
            samples, self.viewers = make_world(session)
        self.all: list[Question] = [
            (who, *asked) for who in self.viewers for asked in (*about_one(samples), *of_all(samples))
        ]
        self.answers: dict[tuple[str, str], Any] = {}
        self.asked_by: dict[Check, list[Question]] = defaultdict(list)

    def learn(self, wanted: Sequence[Check]) -> None:
        """Which of `wanted` each query asks."""
        asked: set[Check] = set()
        with asked_for(asked, wanted):
            for question in self.all:
                forget_statements()
                asked.clear()
                self.answers[question[:2]] = self.answer(question)
                for check in asked:
                    self.asked_by[check].append(question)

    def noticed_by(self, check: Check) -> str:
        """The first query that without `check` is answered otherwise than with the policies: the test would fail."""
        with taken_away(check):
            for question in self.asked_by[check]:
                alone = self.answer(question)
                if alone != self.answers[question[:2]] and alone != self.answer(question, guarded=True):
                    return f"the query “{question[1]}” as {question[0]}"
        return ""

    def answer(self, question: Question, *, guarded: bool = False) -> Any:
        """What it is answered in a session that sees every row; `guarded`: in the viewer's own."""
        who, _name, query, it = question
        viewer: Actor = self.viewers[who]
        with self._session(viewer, guarded) as session:
            try:
                return answer(session, viewer, query, it)
            except (SQLAlchemyError, LookupError, TypeError, ValueError) as broken:
                return type(broken).__name__

    @contextmanager
    def _session(self, viewer: Actor, guarded: bool) -> Iterator[Session]:
        session = self.owner.session(viewer)
        try:
            if not guarded:
                see_every_row(session)
            yield session
        finally:
            session.rollback()
            session.close()


def main(words: list[str]) -> int:
    """Judge what is not caught yet."""
    options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--"))
    found = Found(Path(options["found"]) if "found" in options else None)
    chosen = [one for one in chosen_by([word for word in words if not word.startswith("--")]) if one.kind in IN_SQL]
    wanted = found.missing(chosen)
    folder = Path(tempfile.mkdtemp(prefix="tracker-mutants-"))
    folder.chmod(0o755)
    cluster = TestCluster(folder)
    try:
        url = cluster.clone("mutants_queries")
        with own_app(make_settings(folder / "data", database_url=url)).app_context():
            owner = Database(url)
            questions = Questions(owner)
            questions.learn(wanted)
            for number, check in enumerate(wanted, 1):
                found.keep(check, questions.noticed_by(check))
                said = found.noticed[check] or f"NOT CAUGHT, {len(questions.asked_by[check])} queries ask"
                sys.stdout.write(f"{number}/{len(wanted)} {check} | {said}\n")
            owner.dispose()
    finally:
        cluster.release()
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write("\n".join(found.summary(chosen)) + "\n")
    return 1 if found.missing(chosen) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
