"""`make bench`: one table of figures for each size, beside a floor page of the same run; the bars; the same as JSON.

`SIZES=1000,100000` chooses the sizes; `RUNS=60` how often; `PLANNING=1` adds planning 20,000 of 1,000,000 follow-ups
(bench/planning.py). Everything runs as the app's database role, in this process.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import asdict
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import create_engine, text

from bench import bars, draining, planning
from bench.assets import sent_bytes
from bench.bars import ASSETS_KB, LISTS_PER_SECOND, PROCESS_MB, Bar
from bench.data import filled_database
from bench.floor import create_floor
from bench.generate import Person
from bench.load import Load, measure_load
from bench.measure import Figures, measure, table
from bench.scenarios import get, in_turn, moves, pages

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    sizes = [int(size) for size in os.environ.get("SIZES", "1000,100000").split(",")]
    runs = int(os.environ.get("RUNS", "60"))
    folder = Path(os.environ.get("TRACKER_DATA_DIR", ROOT / "var")).absolute() / "bench"
    rows: list[Figures] = []
    for size in sorted(sizes):
        found, cookie = figures(folder, size, runs)
        rows += found
        print(table(found), flush=True)
        print()
    load = measure_load(cookie) if os.environ.get("LOAD", "1") == "1" else None
    assets = sent_bytes()
    planned = planning.figures() if os.environ.get("PLANNING") == "1" else None
    reached = [*bars.bars_of_pages(rows), *_bars_of_load(load)]
    if os.environ.get("DRAINING", "1") == "1":
        reached += draining.figures(folder, int(os.environ.get("MAILS", "2000")))
    if assets:
        reached.append(Bar("styles, scripts, fonts and icons on the way", sum(assets.values()) / 1024, ASSETS_KB, "KB"))
    if planned:
        reached += planning.bars_of(planned)
    print(bars.table(reached))
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    everything = {
        "figures": [row.as_dict() for row in rows],
        "load": load.as_dict() if load else None,
        "planning": asdict(planned) if planned else None,
        "assets_bytes": assets,
        "bars": [bar.as_dict() for bar in reached],
    }
    (out / "latest.json").write_text(json.dumps(everything, indent=1))


def _bars_of_load(load: Load | None) -> list[Bar]:
    if load is None:
        return []
    return [
        Bar("lists per second, 8 clients on 2 web processes", load.lists_per_second, LISTS_PER_SECOND, "1/s", True),
        Bar("requests that failed meanwhile", load.failed, 0, "requests"),
        Bar("memory of a web process (proportional)", load.memory_mb, PROCESS_MB, "MB"),
    ]


def figures(folder: Path, size: int, runs: int) -> tuple[list[Figures], str]:
    """All scenarios on a database with `size` cases; and the cookie of whoever looked, for more of the same."""
    url, people = filled_database(folder, size)
    os.environ.update(DATABASE_URL=url, TRACKER_DATA_DIR=str(folder), TRACKER_ENV="test")
    floor = get(create_floor(url).test_client(), "/floor")
    rows = [measure("floor", size, create_engine(url), floor, floor, runs)]
    client, engine, cookie = signed_in_client(people[0])
    references = readable_references(url)
    for name, request in pages(client, references):
        try:
            rows.append(measure(name, size, engine, request, floor, runs))
        except AssertionError as error:
            print(f"{name}: {error}", file=sys.stderr)
    waiting = considering_cases(url)
    if len(waiting) > 5:
        confirmed = in_turn(moves(client, waiting, str(people[0].id)))
        count = min(runs, len(waiting) - 4)
        rows.append(measure("change of status, confirmed", size, engine, confirmed, floor, count, warmup=3))
    return rows, cookie


def considering_cases(url: str) -> list[tuple[str, int]]:
    """(reference, version) of states that consider joining, on cases that staff may move by role."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT reference, version FROM cases WHERE pathway = 'country_accession' AND status = 'considering'"
                " AND level IN ('public', 'internal') ORDER BY md5(id::text) LIMIT 300"
            )
        )
        return [(row.reference, row.version) for row in rows]


def signed_in_client(person: Person):  # type: ignore[no-untyped-def]
    """(client with the person's session cookie, engine, that cookie as a header) of the real application."""
    from config import load_settings
    from tracker import create_app
    from tracker.accounts.cookies import cookie_name
    from tracker.accounts.models import Person as Account
    from tracker.accounts.sessions import Begin, begin_session
    from tracker.core.actor import OPERATOR
    from tracker.core.collector import settle_collector
    from tracker.core.web import database

    app = create_app(load_settings())
    with app.app_context():
        with database().unit_of_work(OPERATOR) as session:
            account = session.get_one(Account, person.id)
            raw = secrets.token_hex(20)
            token = begin_session(session, account, Begin("bench"), {"csrf_token": raw}).token
        engine = database().engine
    settle_collector()  # as gunicorn.conf.py does
    client = app.test_client()
    with app.test_request_context():
        name = cookie_name("session")
    client.set_cookie(name, token)
    signed = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    client.environ_base["HTTP_X_CSRFTOKEN"] = str(signed)
    return client, engine, f"{name}={token}"


def readable_references(url: str) -> list[str]:
    """Fifty cases that staff reads by role, spread over the data."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT reference FROM cases WHERE level IN ('public', 'internal') ORDER BY md5(id::text) LIMIT 50")
        )
        return [row.reference for row in rows]


if __name__ == "__main__":
    main()
