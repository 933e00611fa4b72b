"""What is past its period goes, a batch at a time; what is not, and what no period ends, stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from configuration.retention import DEFAULTS
from tests.factories.calendar_feed import make_calendar_feed
from tests.factories.case import make_case
from tests.factories.file import make_file
from tests.factories.person import acting
from tests.factories.reminder import make_promise
from tests.support.acting import ActAs
from tests.support.sign_in import sign_in
from tracker.accounts.drafts import save_draft
from tracker.accounts.invitations import make_link, withdraw_links
from tracker.accounts.models import Draft, Invitation, Person, SignInAttempt, SignInSession
from tracker.accounts.services import AccountDetails, invite_person
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.database import Database
from tracker.core.ids import new_id
from tracker.feeds.models import CalendarFeed
from tracker.files.models import FilePiece, StoredFile
from tracker.interchange.models import DossierImport
from tracker.reminders.models import Reminder
from tracker.retention import services
from tracker.retention.services import forget_past

People = dict[str, Person]
LONG_AGO = timedelta(days=400)
DAYS: dict[str, int | None] = dict.fromkeys(DEFAULTS, 390)


@pytest.fixture
def everything(app: Flask, act_as: ActAs, people: People) -> None:
    """Two of each sort: one of 400 days ago, one of today; and what only looks as if it were past."""
    officer, administrator = people["legal_officer"], people["administrator"]
    for form in ("/old", "/new"):
        with act_as(officer) as session:
            save_draft(session, acting(officer), form, [("title", "x")], None)
    sign_in(app.test_client(), officer), sign_in(app.test_client(), people["head"])
    with act_as(administrator) as session:
        invite_person(session, acting(administrator), AccountDetails("new@example.org", "New"), {"head"})
        for _ in range(2):
            make_link(session, acting(administrator), people["head"].id, "password")
        withdraw_links(session, acting(administrator), people["head"].id)
    with act_as(OPERATOR) as session:
        _make_old(session, people)


def _make_old(session: Session, people: People) -> None:
    then = clock.now() - LONG_AGO
    session.execute(update(Draft).where(Draft.form_key == "/old").values(saved_at=then))
    session.execute(update(SignInSession).where(SignInSession.person_id == people["head"].id).values(expires_at=then))
    session.execute(update(Invitation).values(expires_at=then))
    for at in (then, clock.now()):
        session.add(SignInAttempt(account_hash=b"x" * 32, origin_hash=b"y" * 32, at=at))
        session.add(
            DossierImport(id=new_id(), person_id=people["head"].id, is_assured=True, state="refused", settled_at=at)
        )
        make_file(session, make_case(session), state="refused", checked_at=at)
        make_calendar_feed(session, people["head"], withdrawn_at=at)
        read = {"status": "sent", "settled_at": at, "read_at": at, "subject_id": new_id()}
        make_promise(session, people["head"], "membership", "membership_ended", **read)
    make_promise(
        session, people["head"], "case", "renewal", status="sent", settled_at=then, read_at=then, subject_id=new_id()
    )
    make_promise(session, people["head"], "membership", "glass", status="sent", settled_at=then, subject_id=new_id())


def left(act_as: ActAs) -> dict[str, int]:
    tables: dict[str, Any] = {"drafts": Draft, "sessions": SignInSession, "guesses": SignInAttempt}
    tables |= {
        "links": Invitation,
        "calendars": CalendarFeed,
        "imports": DossierImport,
        "pieces": FilePiece,
        "notices": Reminder,
    }
    with act_as(OPERATOR) as session:
        found = {key: session.scalar(select(func.count()).select_from(one)) or 0 for key, one in tables.items()}
        states = session.scalars(select(StoredFile.state).order_by(StoredFile.state)).all()
    assert states == ["destroyed", "refused"]
    return found


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("batch", [1000, 1])
def test_what_is_past_goes_once_and_the_rest_stays(
    database: Database, act_as: ActAs, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(services, "BATCH", batch)
    gone = forget_past(database, DAYS)
    assert gone.pop("links") == 2, "not the invitation that opens an account"
    assert gone == {key: 1 for key in DEFAULTS if key != "links"}
    stays = {
        "drafts": 1,
        "sessions": 1,
        "guesses": 1,
        "links": 1,
        "calendars": 1,
        "imports": 1,
        "pieces": 1,
        "notices": 3,
    }
    assert left(act_as) == stays
    assert forget_past(database, DAYS) == {}


@pytest.mark.usefixtures("everything")
def test_what_the_house_keeps_for_ever_stays(database: Database) -> None:
    assert forget_past(database, dict.fromkeys(DEFAULTS)) == {}


@pytest.mark.usefixtures("everything")
def test_the_operator_is_shown_what_is_kept_how_long(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["retention", "show", "--json"])
    assert said.exit_code == 0, said.output
    rows = {row["key"]: row for row in json.loads(said.stdout)}
    assert (rows["drafts"]["days"], rows["drafts"]["is_default"], rows["drafts"]["past"]) == (30, True, 1)
    assert (rows["notices"]["days"], rows["notices"]["past"]) == (None, 0)
    plain = app.test_cli_runner().invoke(args=["retention", "show"]).output
    assert "our default" in plain and "The audit" in plain and "for ever" in plain
