"""When a part of the machinery was last seen at work: `worker`, `beat`, `tick` (begun), `done` (a whole tick).

Beside `worker`, which any worker is, stands one of each host: `worker:one.example.org`.
"""

from __future__ import annotations

from socket import gethostname

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tracker.reminders.models import Sighting


def worker_names() -> tuple[str, str]:
    """What a worker of this host is seen as."""
    return "worker", f"worker:{gethostname()}"


def mark_seen(session: Session, *names: str) -> None:
    """Note that these parts are alive, by the database's clock: a tick with a set clock must not lie about it."""
    statement = insert(Sighting).values([{"name": name, "seen_at": func.now()} for name in sorted(names)])
    session.execute(
        statement.on_conflict_do_update(index_elements=[Sighting.name], set_={"seen_at": statement.excluded.seen_at})
    )
