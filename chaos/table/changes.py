"""What changes between planning and sending, moved clocks, and a row that can't be written."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chaos.table.stage import Outcome, Stage

PLACES_OF_FAKETIME = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime")


def no_longer_so(stage: Stage, outcome: Outcome) -> None:
    """Planned while nobody sends; then one is done, one case is sealed, one loses its reader; one stays as it was."""
    stage.fresh(workers=0)
    work = stage.work()
    work.circles = True
    stage.bring(work, 4)
    stage.plan_only()
    tokens = list(work.expected)
    ledger = stage.ledger(work)
    outcome.want(ledger.unsettled() == 4, f"{ledger.unsettled()} rows were planned for 4 reminders")
    stage.ground.change("done", tokens[0])
    stage.ground.change("sealed", tokens[1])
    stage.ground.change("withdrawn", tokens[2])
    for token in tokens[:3]:
        work.silent.add(token)
        del work.expected[token]
    stage.fleet.add_workers(1)
    stage.fleet.add_beats(1)
    stage.settle(outcome, work)
    # A mail about a restricted case doesn't say which one: they are counted. The lead hears of it in the app.
    outcome.want(len(stage.accepted()) == 1, f"{len(stage.accepted())} mails, not the one that still holds")
    outcome.told["after"] = "done, sealed, access withdrawn"


def unwritable(stage: Stage, outcome: Outcome) -> None:
    """A date that Python can't hold stands in one follow-up: whoever reads the row raises, each time."""
    stage.fresh(workers=0)
    work = stage.work()
    stage.bring(work, 10)
    stage.plan_only()
    bad = list(work.expected)[4]
    stage.ledger(work).query("UPDATE follow_ups SET due_on = '20000-01-01' WHERE title LIKE %s", f"%{bad}")
    del work.expected[bad]
    stage.fleet.add_workers(1)
    stage.fleet.add_beats(1)
    end = time.monotonic() + 150
    bad_row: list[tuple[str, str | None]] = []
    while time.monotonic() < end and [row[0] for row in bad_row] != ["dead"]:
        stage.pass_time(1)
        bad_row = [(row.status, row.reason) for row in stage.ledger(work).rows() if row.token == bad]
        # Its waits are minutes; nothing else is changed by looking at it sooner.
        stage.ledger(work).query(
            "UPDATE reminders SET send_at = now() WHERE status = 'planned' AND failures > 0 AND send_at > now()"
        )
    outcome.told["that_one"] = [" ".join(map(str, row)) for row in bad_row]
    outcome.want(
        bool(bad_row) and bad_row[0][0] == "dead" and bool(bad_row[0][1]), f"it is {bad_row}, not dead with a reason"
    )
    # The row is nobody's any more: the table may be read again.
    stage.ledger(work).query("UPDATE follow_ups SET due_on = now()::date WHERE title LIKE %s", f"%{bad}")
    stage.settle(outcome, work)


def three_days_later(stage: Stage, outcome: Outcome) -> None:
    """The host was down for three days, in which eight mails fell due for each of two colleagues."""
    stage.fresh(workers=0)
    work = stage.work()
    stage.ground.commands.tick()  # a whole tick: from now on the machine stands still
    before = len(stage.accepted())
    for days in (2, 3):
        file = stage.ground.folder / "dossiers" / f"{work.run}-in-{days}-days.json"
        file.write_text(json.dumps(work.document(8, work.today + timedelta(days=days))))
        stage.ground.commands.take_in(file)
    stage.ground.commands.tick((datetime.now(UTC) + timedelta(days=3)).isoformat())
    mails = stage.accepted()[before:]
    people = {mail.recipient for mail in mails}
    told = {token for mail in mails for token in mail.tokens}
    outcome.told |= {"mails": len(mails), "people": len(people), "follow_ups_told": len(told)}
    outcome.want(len(mails) == len(people) == 2, f"{len(mails)} mails to {len(people)} people, not one digest each")
    outcome.want(len(told) >= 16, f"{len(told)} of 16 follow-ups were told")
    stage.ground.commands.tick((datetime.now(UTC) + timedelta(days=3, minutes=1)).isoformat())
    outcome.want(len(stage.accepted()[before:]) == len(mails), "the next tick sent more")


def skewed(stage: Stage, outcome: Outcome, hours: int) -> None:
    """Worker and beat run with a clock that is wrong by an hour; mails are due now, and half an hour from now."""
    library = faketime()
    if library is None:
        outcome.skipped = "libfaketime is not installed (Debian: libfaketime)"
        return
    stage.fresh(workers=0)
    now_due, later = stage.work(), stage.work()
    stage.bring(now_due, 5)
    stage.bring(later, 5)
    stage.plan_only()
    stage.ledger(later).query(
        "UPDATE reminders r SET send_at = now() + interval '30 minutes', scheduled_at = now() + interval '30 minutes'"
        " FROM follow_ups f WHERE f.id = r.subject_id AND r.status = 'planned' AND r.scheduled_at <= now()"
        " AND f.title LIKE %s",
        f"%chaos-{later.run}-%",
    )
    faked = {"LD_PRELOAD": str(library), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    stage.fleet.environment = stage.ground.environment() | faked
    stage.fleet.add_workers(1)
    stage.fleet.add_beats(1)
    stage.settle(outcome, now_due)
    early = [mail for mail in stage.accepted() if any(token in later.expected for token in mail.tokens)]
    outcome.want(not early, f"{len(early)} mails came half an hour early")


def set_back(stage: Stage, outcome: Outcome) -> None:
    """The clock of a beat that runs goes back an hour: it must tick on."""
    library = faketime()
    if library is None:
        outcome.skipped = "libfaketime is not installed (Debian: libfaketime)"
        return
    clock = stage.ground.folder / "clock"
    clock.write_text("+0h\n")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    stage.fresh(faked)
    work = stage.work()
    stage.pass_time(8)
    clock.write_text("-1h\n")
    stage.pass_time(2)
    since = time.time()
    stage.bring(work, 5)
    stage.until(lambda: stage.ticked_since(since), 60, "no tick after the clock went back")
    stage.settle(outcome, work)


def faketime() -> Path | None:
    """The library that shifts a process's clock, where it is installed, or where LIBFAKETIME says."""
    places = [
        Path(os.environ.get("LIBFAKETIME", "")),
        *(Path(place) / "libfaketime.so.1" for place in PLACES_OF_FAKETIME),
    ]
    return next((place for place in places if place.is_file()), None)


def rows() -> Iterator[tuple[str, Callable[[Stage, Outcome], None], str]]:
    """Changes, clocks and one bad row, and what passes."""
    early = "none early by more than 60 s"
    yield "clock of worker and beat an hour ahead", lambda stage, outcome: skewed(stage, outcome, 1), early
    yield "clock of worker and beat an hour behind", lambda stage, outcome: skewed(stage, outcome, -1), early
    yield "clock set back an hour while beat runs", set_back, "0 lost; the next tick within 60 s"
    yield "clock moved by three days", three_days_later, "one digest a person"
    yield "task done, case sealed, access withdrawn after planning", no_longer_so, "0 mails"
    yield "one row that always raises", unwritable, "all others sent; that one dead with its reason"
