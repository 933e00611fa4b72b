"""How fast one process drains the outbox, beside a loop that only makes the same mails, sends them and commits.

`python -m bench.draining` by itself: `MAILS=2000` for the figure, `OPENPGP=1` for that of mails to people with keys, `SOAK=100000` to watch the memory over so many.
"""

from __future__ import annotations

import gc
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.bars import Bar
from bench.data import filled_database
from tracker.core.collector import settle_collector

ROOT = Path(__file__).resolve().parents[1]
CASES = 1000
PER_SECOND, SHARE, IDLE_MS, GROWTH_MB = 150.0, 0.6, 20.0, 20.0

_CLEAR = "DELETE FROM reminders; DELETE FROM sightings"
_FILL = """
    INSERT INTO reminders (id, subject_type, subject_id, case_id, kind, due_key, due_on, recipient_id, number, status,
                           scheduled_at, send_at, message_id, attempts, created_at)
    SELECT uuidv7(), 'follow_up', f.id, f.case_id, 'on_the_day', f.due_version || ':0', f.due_on, f.assignee_id,
           upper(substr(md5(f.id::text || n), 1, 5) || '-' || substr(md5(f.id::text || n), 6, 5)), 'planned',
           now(), now(), gen_random_uuid(), 0, now()
      FROM (SELECT f.* FROM follow_ups f JOIN people p ON p.id = f.assignee_id AND p.active
             WHERE f.status IN ('open', 'in_progress') AND f.due_on IS NOT NULL AND f.level IS NULL
             ORDER BY md5(f.id::text)) f, generate_series(%(from)s::int, %(from)s::int) n LIMIT %(most)s
"""


@contextmanager
def sink() -> Iterator[str]:
    """The address of a relay in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)


class Draining:
    """A filled database, a relay, and what a worker has at hand."""

    def __init__(self, url: str, folder: Path, smtp_url: str) -> None:
        from config import load_settings
        from tracker import models  # noqa: F401  every table must be known
        from tracker.core.database import Database
        from tracker.pathways.store import DefinitionStore, use_store
        from tracker.wiring import HANDLERS

        said = {"TRACKER_ENV": "test", "TRACKER_DATA_DIR": str(folder), "DATABASE_URL": url, "SMTP_URL": smtp_url}
        self.settings = load_settings(said)
        self.database = Database(url, handlers=HANDLERS, pool_size=2, max_overflow=2)
        use_store(DefinitionStore(self.database, None))
        self._plain = url.replace("postgresql+psycopg", "postgresql")

    def fill(self, most: int, run: int = 0) -> int:
        """So many due mails in an outbox that holds nothing else: how many there were work enough for."""
        with psycopg.connect(self._plain, autocommit=True) as connection:
            connection.execute("SET ROLE tracker_operator")
            connection.execute(_CLEAR)
            connection.execute("UPDATE follow_ups SET next_plan_at = NULL WHERE next_plan_at IS NOT NULL")
            return connection.execute(_FILL, {"most": most, "from": run}).rowcount

    def give_keys(self) -> None:
        """Everybody has an OpenPGP key from here on."""
        from pysequoia import Tsk

        cert = Tsk.generate(user_id="bench").extract_certificate()
        with psycopg.connect(self._plain, autocommit=True) as connection:
            connection.execute("SET ROLE tracker_operator")
            connection.execute(
                "INSERT INTO openpgp_keys (person_id, cert, fingerprint, given_at)"
                " SELECT id, %s, %s, now() FROM people ON CONFLICT DO NOTHING",
                [bytes(cert), cert.fingerprint],
            )

    def drain(self) -> float:
        """Seconds of one tick that sends everything."""
        from tracker.reminders.delivery.tick import tick

        begun = time.perf_counter()
        report = tick(self.database, self.settings)
        assert report.is_done, report
        self.sent = report.sent
        return time.perf_counter() - begun

    def loop(self, smtp_url: str) -> float:
        """Seconds for the same mails made, sent over one open connection, and two commits for each."""
        from tracker.reminders.letters import Letterhead, write

        ready = self._ready()
        head = Letterhead.of(self.settings.mail_from, self.settings.base_url)
        port = int(smtp_url.rpartition(":")[2])
        begun = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as relay, psycopg.connect(self._plain) as connection:
            connection.execute("SET ROLE tracker_operator")
            connection.commit()
            for row, address, facts in ready:
                mail = write(facts, head, address, row.message_id, datetime.now(UTC)).as_bytes()
                connection.execute("UPDATE reminders SET status = 'committing' WHERE id = %s", [row.id])
                connection.commit()
                relay.sendmail(head.sender, [address], mail)
                connection.execute("UPDATE reminders SET status = 'sent' WHERE id = %s", [row.id])
                connection.commit()
        return time.perf_counter() - begun

    def _ready(self) -> list[tuple[Any, str, Any]]:
        """What the mails say, found beforehand: the loop has nothing to look up."""
        from tracker.core.actor import PLANNER
        from tracker.reminders import outbox
        from tracker.reminders.delivery.preparing import Ready, prepare
        from tracker.reminders.terms import Terms

        with self.database.unit_of_work(PLANNER) as session:
            batch = outbox.claim(session, 1_000_000, Terms(lease_s=3600))
        by_person: dict[UUID, list[Any]] = {}
        for row in batch.rows:
            by_person.setdefault(row.recipient_id, []).append(row)
        found = [pair for rows in by_person.values() for pair in prepare(self.database, rows, batch.now)]
        return [(row, ready.address, ready.facts) for row, ready in found if isinstance(ready, Ready)]

    def idle_ms(self) -> float:
        """The median of ticks that find nothing to do."""
        took = sorted(self.drain() for _ in range(15))
        return took[len(took) // 2] * 1000


def figures(folder: Path, mails: int) -> list[Bar]:
    """Mails a second of one process, beside the loop; and a tick with nothing to do."""
    url, _ = filled_database(folder / "draining", CASES)
    with sink() as smtp_url:
        here = Draining(url, folder, smtp_url)
        here.fill(100)
        here.drain()  # imports, templates, plans of statements
        rates: list[tuple[float, float]] = []
        for run in range(3):
            here.fill(mails, run)
            took_s = here.drain()
            drained = here.sent / took_s
            sent = here.fill(mails, run)
            rates.append((drained, sent / here.loop(smtp_url)))
        here.fill(0)
        idle_ms = here.idle_ms()
        here.database.dispose()
    rate, loop = sorted(rates)[1]
    print(f"draining: {rate:.0f} mails/s, the bare loop {loop:.0f}/s; an idle tick {idle_ms:.1f} ms")
    return [
        Bar("mails a second of one worker process", rate, PER_SECOND, "1/s", True),
        Bar("the same, beside a bare loop", rate / loop, SHARE, "times", True),
        Bar("a tick with nothing to do", idle_ms, IDLE_MS, "ms"),
    ]


def encrypted_rate(folder: Path, mails: int) -> float:
    """Mails a second of one process, each encrypted with OpenPGP."""
    url, _ = filled_database(folder / "draining", CASES)
    with sink() as smtp_url:
        here = Draining(url, folder, smtp_url)
        here.give_keys()
        here.fill(100)
        here.drain()
        here.fill(mails, 1)
        took_s = here.drain()
        rate = here.sent / took_s
        here.database.dispose()
    return rate


def memory_growth(folder: Path, mails: int) -> Bar:
    """What a process grows by while it sends so many mails, after the first tenth of them."""
    url, _ = filled_database(folder / "draining", CASES)
    with sink() as smtp_url:
        here = Draining(url, folder, smtp_url)
        settle_collector()  # as a worker's process does
        sent, first = 0, 0.0
        run = 0
        while sent < mails:
            here.fill(mails, run)
            here.drain()
            gc.collect()  # as worker.jobs.tick does
            sent, run = sent + here.sent, run + 1
            if not first and sent > mails / 10:
                first = _own_mb()
            print(f"{sent:>8} mails  {_own_mb():7.1f} MB", flush=True)
        grown = _own_mb() - first
        here.database.dispose()
    return Bar(f"memory over {mails} mails", grown, GROWTH_MB, "MB")


def _own_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    folder = Path(os.environ.get("TRACKER_DATA_DIR", ROOT / "var")).absolute() / "bench"
    from bench import bars

    if os.environ.get("OPENPGP"):
        print(f"{encrypted_rate(folder, int(os.environ.get('MAILS', '2000'))):.0f} encrypted mails/s")
        return
    reached = figures(folder, int(os.environ.get("MAILS", "2000")))
    if soak := int(os.environ.get("SOAK", "0")):
        reached.append(memory_growth(folder, soak))
    print(bars.table(reached))
    sys.exit(0 if all(bar.is_met for bar in reached) else 1)


if __name__ == "__main__":
    main()
