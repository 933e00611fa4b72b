"""Somebody outside is erased: no word of theirs in the files of the database, the audit whole."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config import FieldKey
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting, make_person
from tests.support.acting import ActAs, act_as
from tests.support.vandal import vandal
from tracker.audit.chain import extend_chain
from tracker.audit.keys import AuditKeys
from tracker.audit.models import AuditEntry
from tracker.audit.verifying import verify
from tracker.cases.models import CaseContact, Comment
from tracker.contacts.erasing import erase_contact, rewrite_files
from tracker.contacts.models import Contact, ContactPrivate, Office
from tracker.core.actor import AUDITOR, OPERATOR
from tracker.core.errors import NotPermitted
from tracker.core.ids import new_id
from tracker.core.rewriting import StillOpen
from tracker.engagements.models import Engagement, Participant
from tracker.followups.models import FollowUpChange
from tracker.notes.models import SecretNote

__all__ = ["act_as"]
KEYS = AuditKeys.of((FieldKey("a1", bytes(range(1, 33))),))
NAME, NICK = "Zyxquark Vantablinski", "Oldrabbit"
CANARIES = ("zyxquark", "vantablinski", "oldrabbit", "canarymail", "canaryoffice", "canaryphone")


def _fill(act_as: ActAs) -> Any:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", title=f"The matter of {NAME}")
        make_event(session, case, 3, summary=f"{NAME} ({NICK}) spoke", facts={"who": [NAME]})
        contact = make_contact(session, NAME)
        session.add(Office(contact_id=contact.id, title="Canaryoffice"))
        private = session.get(ContactPrivate, contact.id) or ContactPrivate(contact_id=contact.id)
        private.email, private.phone = "canarymail@example.org", "canaryphone"
        session.add(private)
        session.add(CaseContact(case_id=case.id, contact_id=contact.id, role="witness"))
        note = SecretNote(id=new_id(), object_type="contact", object_id=contact.id)
        note.note = f"{NICK} is afraid"
        meeting = Engagement(level="internal", summary=f"Tea with {NAME.upper()}")
        session.add_all([note, meeting])
        session.flush()
        session.add(Participant(engagement_id=meeting.id, name=NAME))
        session.add(Comment(case_id=case.id, body=f"ask {NICK}", author_id=make_person(session, "legal_officer").id))
        work = make_follow_up(session, case, title=f"Call {NAME}")
        session.add(FollowUpChange(follow_up_id=work.id, kind="edited", before={"title": f"Write to {NAME}"}))
        session.flush()
        return contact.id


def test_after_erasure_no_word_is_left_in_the_files_and_the_audit_verifies(
    app: Any, database: Any, database_url: str, cluster: Any, act_as: ActAs
) -> None:
    contact_id = _fill(act_as)
    extend_chain(database, KEYS.current)
    assert _found_in_files(database_url, cluster) >= {"zyxquark", "oldrabbit", "canaryoffice"}
    done = app.test_cli_runner().invoke(args=["person", "erase", str(contact_id), "--also", NICK, "--yes"])
    assert done.exit_code == 0, done.output
    assert _found_in_files(database_url, cluster) == set()
    extend_chain(database, KEYS.current)
    with database.unit_of_work(AUDITOR) as session:
        assert verify(session, KEYS).is_whole
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.erased")).one()
        assert (entry.object_id, list(entry.detail)) == (contact_id, ["places"])
        assert entry.detail["places"] == 8
        left = session.get_one(Contact, contact_id)
        assert (left.name, left.ref) == (None, f"erased-{str(contact_id)[:8]}")
        assert session.get(ContactPrivate, contact_id) is None
        assert session.scalars(select(CaseContact.contact_id)).one() == contact_id


def test_the_files_are_written_anew_once_what_began_before_has_ended(
    app: Any, database: Any, database_url: str, cluster: Any, act_as: ActAs
) -> None:
    contact_id = _fill(act_as)
    with cluster.superuser("postgres") as elsewhere, elsewhere.transaction():
        elsewhere.execute("SELECT pg_current_xact_id()")
        erase = ["person", "erase", str(contact_id), "--also", NICK, "--yes", "--later"]
        assert app.test_cli_runner().invoke(args=erase).exit_code == 0
        with pytest.raises(StillOpen):
            rewrite_files(database, patience_s=0.2)
        waiting = threading.Thread(target=rewrite_files, args=[database])
        waiting.start()
    waiting.join(60)
    assert not waiting.is_alive()
    assert _found_in_files(database_url, cluster) == set()


def test_nobody_erases_alone_on_the_web(act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        contact = make_contact(session, NAME)
        administrator, officer = make_person(session, "administrator"), make_person(session, "legal_officer")
        for person in (administrator, officer):
            with pytest.raises(NotPermitted):
                erase_contact(session, acting(person), contact.id)
        assert erase_contact(session, acting(administrator), contact.id, is_approved=True) == 0


def _found_in_files(database_url: str, cluster: Any) -> set[str]:
    with vandal(database_url) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    folder = Path(row[0]) / "base" / str(row[1])
    files = [path.read_bytes().lower() for path in folder.iterdir() if path.is_file()]
    assert len(files) > 100
    return {canary for canary in CANARIES if any(canary.encode() in content for content in files)}


def test_a_contact_that_is_not_there_is_said_to_be_missing(app: Any) -> None:
    done = app.test_cli_runner().invoke(args=["person", "erase", str(new_id()), "--yes"])
    assert done.exit_code == 1 and "no such contact" in done.output
