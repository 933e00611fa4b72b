"""The door for files: what comes in, how it lies there, how it goes out, and who may."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from embedded.postgres import JOBS
from tests.factories.case import join, make_case
from tests.factories.file import make_file, make_paper
from tests.factories.person import make_person
from tests.support.bad_files import GOOD, bad_files, picture
from tests.support.processes import ROOT
from tests.support.settings import by_login
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import Database
from tracker.core.encryption import FieldNotReadable
from tracker.core.ids import new_id
from tracker.core.logins import OF_JOBS
from tracker.documents.models import DocumentRecord
from tracker.files import examiner
from tracker.files.examiner import COMMAND, examined
from tracker.files.kinds import LARGEST, Unfit
from tracker.files.models import FilePiece, StoredFile
from tracker.files.pieces import new_key, opened, sealed_pieces
from tracker.files.scanner import Finding, scan
from tracker.files.store import plain_name, rewrite_keys
from worker.jobs.files import look_at_quarantine

Give = Callable[..., TestResponse]


@pytest.fixture
def office(database: Database, app: Flask) -> dict[str, Any]:
    with database.unit_of_work(OPERATOR) as session:
        officer = make_person(session, "legal_officer")
        return {"officer": officer, "case": make_case(session, lead=officer)}


@pytest.fixture
def give(client: FlaskClient, office: dict[str, Any]) -> Give:
    """`give(content, name=…)`: the officer sends a new paper with this file."""
    sign_in(client, office["officer"])

    def send(content: bytes | None, name: str = "letter.pdf", **said: Any) -> TestResponse:
        data = {"title": "The letter", **said} | ({} if content is None else {"file": (BytesIO(content), name)})
        where = f"/cases/{office['case'].reference}/papers"
        return client.post(where, data=data, content_type="multipart/form-data")

    return send


def kept(database: Database) -> list[StoredFile]:
    with database.unit_of_work(OPERATOR) as session:
        return list(session.scalars(select(StoredFile).order_by(StoredFile.id)))


PAPERS_BUDGET = 8


def test_the_page_of_papers_takes_a_fixed_number_of_statements(
    client: FlaskClient, database: Database, office: dict[str, Any]
) -> None:
    reader, sent, counts = sign_in(client, office["officer"]), list[str](), list[int]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    sql_event.listen(database.app_engine, "before_cursor_execute", note)
    try:
        for more in (1, 6):
            with database.unit_of_work(OPERATOR) as session:
                for _ in range(more):
                    make_file(session, session.merge(office["case"]))
            sent.clear()
            page = reader.get(f"/cases/{office['case'].reference}/papers")
            assert page.status_code == 200 and page.text.count("letter.txt") >= more
            counts.append(len(sent))
    finally:
        sql_event.remove(database.app_engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] <= PAPERS_BUDGET, counts


def test_what_was_given_comes_back_as_an_attachment_that_no_browser_shows(
    give: Give, client: FlaskClient, database: Database, office: dict[str, Any]
) -> None:
    kind, content = GOOD["docx"]
    assert give(content, "Ліст «ад 3 мая».docx").status_code == 303
    (file,) = kept(database)
    assert (file.kind, file.size, file.state) == (kind, len(content), "clean")
    page = client.get(f"/cases/{office['case'].reference}/papers")
    assert f"/papers/files/{file.id}" in page.text and "Ліст «ад 3 мая».docx" in page.text
    answer = client.get(f"/papers/files/{file.id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%D0%9B" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with database.unit_of_work(OPERATOR) as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_type.in_(("document", "file")))
        ).all()
    assert sorted(actions) == ["document.file_added", "document.recorded", "file.read"]


def test_neither_content_nor_name_can_be_read_in_the_database(give: Give, database: Database) -> None:
    canary = b"Canary of the third of May"
    give(canary * 100_000, "canary-name.txt")
    with database.unit_of_work(OPERATOR) as session:
        pieces = session.scalars(select(FilePiece.content)).all()
        row = session.execute(text("SELECT f::text FROM files f")).scalar_one()
    assert len(pieces) == 3
    assert not any(canary in piece for piece in pieces)
    assert "canary-name" not in row and b"canary-name".hex() not in row


def test_a_bad_file_is_refused_in_words_and_leaves_nothing(give: Give, database: Database) -> None:
    for name in ("HTML", "SVG", "zip with a way out", "docx with macros", "PNG of 2,500 million pixels"):
        answer = give(bad_files()[name][1], "letter.pdf")
        assert answer.status_code == 422 and 'id="file-error"' in answer.text, name
    assert kept(database) == []
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(DocumentRecord)).all() == []


def test_more_than_allowed_is_refused(give: Give, database: Database) -> None:
    assert give(b"a" * (LARGEST + 1), "a.txt").status_code in (413, 422)
    assert give(b"a" * (LARGEST + 200_000), "a.txt").status_code == 413
    assert kept(database) == []


def test_a_picture_is_drawn_anew_on_request(give: Give, client: FlaskClient, database: Database) -> None:
    content = picture("JPEG", exif=True)
    give(content, "a.jpg", clean="y")
    give(content, "b.jpg")
    clean, whole = [client.get(f"/papers/files/{file.id}").data for file in kept(database)]
    assert b"ACME" not in clean and whole == content


def test_a_file_can_be_added_to_a_paper_that_is_there(give: Give, database: Database, office: dict[str, Any]) -> None:
    give(None)
    with database.unit_of_work(OPERATOR) as session:
        paper = session.scalars(select(DocumentRecord)).one()
    assert give(GOOD["pdf"][1], document=str(paper.id)).status_code == 303
    assert [file.document_id for file in kept(database)] == [paper.id]


def test_reading_a_file_of_a_restricted_case_is_noted_each_time(
    client: FlaskClient, database: Database, office: dict[str, Any]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        file = make_file(session, make_case(session, lead=session.merge(office["officer"]), level="restricted"))
    sign_in(client, office["officer"])
    for _ in range(2):
        client.get(f"/papers/files/{file.id}")
    with database.unit_of_work(OPERATOR) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == "file.read")).all()
    assert [(one.actor_id, one.object_id) for one in found] == [(office["officer"].id, file.id)] * 2


def test_who_read_a_sealed_paper_of_an_open_case_is_told_to_whoever_sees_that_paper(
    app: Flask, database: Database, office: dict[str, Any]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        head = make_person(session, "head")
        paper = make_paper(session, office["case"], level="sealed")
        file = make_file(session, office["case"], document_id=paper.id)
    member = sign_in(app.test_client(), office["officer"])
    assert member.get(f"/papers/files/{file.id}").status_code == 200
    with database.unit_of_work(OPERATOR) as session:
        (noted,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "file.read"))
    for who, role, sees in ((office["officer"], "legal_officer", True), (head, "head", False)):
        with database.unit_of_work(person_actor(who.id, frozenset({role}))) as session:
            found = session.scalars(select(AuditEntry.id).where(AuditEntry.id == noted.id)).all()
            assert bool(found) is sees, role


# Who may


@pytest.mark.parametrize(
    ("role", "kind", "sees", "adds"),
    [
        ("legal_officer", None, True, True),
        ("coordinator", None, True, False),
        ("head", None, True, False),
        ("coordinator", "member", True, True),
        ("outside_counsel", "member", True, True),
        ("outside_counsel", "reader", True, False),
        ("outside_counsel", None, False, False),
        ("administrator", None, False, False),
    ],
)
def test_who_sees_the_case_sees_its_files_and_who_edits_its_facts_adds_some(
    role: str, kind: str | None, sees: bool, adds: bool, client: FlaskClient, database: Database, app: Flask
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=make_person(session, "legal_officer"))
        person = make_person(session, role)
        if kind is not None:
            join(session, case, person, kind)
        file = make_file(session, case)
    sign_in(client, person)
    assert (client.get(f"/papers/files/{file.id}").status_code == 200) is sees
    data = {"title": "x", "file": (BytesIO(GOOD["pdf"][1]), "x.pdf")}
    added = client.post(f"/cases/{case.reference}/papers", data=data, content_type="multipart/form-data")
    assert (added.status_code == 303) is adds


def test_a_file_of_a_sealed_case_is_there_for_its_members_only(
    client: FlaskClient, database: Database, app: Flask
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        lead, other = make_person(session, "legal_officer"), make_person(session, "head")
        file = make_file(session, make_case(session, lead=lead, level="sealed"))
    sign_in(client, other)
    assert client.get(f"/papers/files/{file.id}").status_code == 404
    with database.unit_of_work(person_actor(other.id, frozenset({"head"}))) as session:
        assert session.scalars(select(StoredFile)).all() == []
        assert session.scalars(select(FilePiece.number)).all() == []
    sign_in(client, lead)
    assert client.get(f"/papers/files/{file.id}").status_code == 200


def test_nobody_changes_or_deletes_a_file_in_the_database(database: Database, office: dict[str, Any]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        make_file(session, session.merge(office["case"]))
    officer: Person = office["officer"]
    for statement in ("UPDATE files SET state = 'clean'", "DELETE FROM files", "DELETE FROM file_pieces"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            database.unit_of_work(person_actor(officer.id, frozenset({"legal_officer"}))) as session,
        ):
            session.execute(text(statement))


# How it lies there


def test_a_piece_that_was_altered_moved_or_taken_away_is_noticed() -> None:
    key, content, file_id = new_key(), b"x" * 2_500_000, new_id()
    pieces = list(sealed_pieces(content, key, file_id))
    assert opened(pieces, key, file_id, len(content)) == content
    for spoilt in (pieces[:2], [pieces[1], pieces[0], pieces[2]], [pieces[0][:-1] + b"x", *pieces[1:]], []):
        with pytest.raises(FieldNotReadable):
            opened(spoilt, key, file_id, len(content))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("letter.pdf", "letter.pdf"),
        ("letter.PDF", "letter.pdf"),
        ("letter.exe", "letter.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie b.pdf"),
        ("gpj\u202efdp.exe", "gpj fdp.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
    ],
)
def test_a_name_is_no_path_and_ends_as_its_kind_does(given: str, name: str) -> None:
    assert plain_name(given, (".pdf",)) == name


# Examined apart


_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def measured(content: bytes, *words: str) -> tuple[dict[str, str], int]:
    """What the process that examines a file says of it, and the most memory that it ever held, in KB.

    A small process watches it: one that a large process starts counts that one's memory as its own.
    """
    with TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        watch = [sys.executable, "-c", _WATCH, *COMMAND, *words]
        done = subprocess.run(watch, cwd=ROOT, stdin=given, capture_output=True, check=True)
    return json.loads(done.stdout.partition(b"\n")[0]), int(done.stderr.split()[-1])


HEAVY = ("zip bomb", "PDF whose object stream is a bomb", "PNG of 2,500 million pixels", "PNG of one very long row")
MOST_KB = 512 * 1024


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_is_refused_by_a_process_that_stays_small(name: str) -> None:
    why, content = bad_files()[name]
    answer, most = measured(content)
    assert answer == {"why": why} and most < MOST_KB


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_largest_picture_is_drawn_anew_or_refused_by_a_process_that_stays_small(form: str) -> None:
    answer, most = measured(picture(form, (8000, 5000)), "clean")
    assert answer in ({"kind": form.lower()}, {"why": "too_heavy"}) and most < MOST_KB


@pytest.mark.long
def test_the_whole_corpus_is_refused_by_a_process_that_stays_small() -> None:
    for name, (why, content) in bad_files().items():
        if len(content) <= LARGEST:  # what is larger never reaches that process
            answer, most = measured(content)
            assert answer == {"why": why} and most < MOST_KB, name


@pytest.mark.long
def test_nothing_of_the_whole_corpus_is_kept_or_given_back(give: Give, database: Database) -> None:
    for name, (_why, content) in bad_files().items():
        assert give(content, "letter.pdf").status_code in (413, 422), name
    assert kept(database) == []


def test_what_it_falls_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examiner, "COMMAND", (sys.executable, "-c", "import os; os.abort()"))
    with pytest.raises(Unfit, match="too_heavy"):
        examined(GOOD["pdf"][1])


# The scanner


@pytest.fixture
def clamav(tmp_path: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A scanner that answers what it is told, and what it was asked."""
    path, answers = tmp_path / "clamd", [b"stream: OK\0"]
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                said = b""
                while not said.endswith(bytes(4)):
                    said += line.recv(65_536)
                assert said.startswith(b"zINSTREAM\0")
                line.sendall(answers[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield path, answers
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_the_scanners_word_counts_and_only_a_clear_one(clamav: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    path, answers = clamav
    said = [
        (b"stream: OK\0", Finding.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", Finding.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Finding.SILENT),
        (b"", Finding.SILENT),
    ]
    for answer, finding in said:
        answers[0] = answer
        assert scan(path, b"a word") is finding
    assert scan(tmp_path / "nobody", b"a word") is Finding.SILENT


def test_a_file_that_no_scanner_looked_at_stays_in_quarantine_until_one_did(
    clamav: tuple[Path, list[bytes]], client: FlaskClient, database: Database, office: dict[str, Any]
) -> None:
    path, answers = clamav
    with database.unit_of_work(OPERATOR) as session:
        file = make_file(session, session.merge(office["case"]), state="waiting")
    sign_in(client, office["officer"])
    assert client.get(f"/papers/files/{file.id}").status_code == 404
    for answer, status in ((b"", 404), (b"stream: OK\0", 200)):
        answers[0] = answer
        look_at_quarantine(database, path)
        assert client.get(f"/papers/files/{file.id}").status_code == status
    with database.unit_of_work(OPERATOR) as session:
        session.execute(update(StoredFile).values(state="waiting"))
    answers[0] = b"stream: Eicar FOUND\0"
    assert look_at_quarantine(database, path) == {Finding.INFECTED: 1}
    assert client.get(f"/papers/files/{file.id}").status_code == 404
    assert "refused" in client.get(f"/cases/{office['case'].reference}/papers").text


def test_one_file_that_does_not_open_keeps_no_other_in_quarantine(
    clamav: tuple[Path, list[bytes]], database: Database, office: dict[str, Any]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = session.merge(office["case"])
        spoilt, whole = make_file(session, case, state="waiting"), make_file(session, case, state="waiting")
        session.execute(update(FilePiece).where(FilePiece.file_id == spoilt.id).values(content=b"x" * 40))
    assert look_at_quarantine(database, clamav[0]) == {Finding.UNREADABLE: 1, Finding.CLEAN: 1}
    assert {file.id: file.state for file in kept(database)} == {spoilt.id: "waiting", whole.id: "clean"}


def test_a_file_comes_in_while_the_scanner_is_silent(
    client: FlaskClient, app: Flask, database: Database, office: dict[str, Any], tmp_path: Path
) -> None:
    settings = app.extensions["tracker.settings"]
    app.extensions["tracker.settings"] = replace(settings, clamav_socket=tmp_path / "nobody")
    try:
        sign_in(client, office["officer"])
        data = {"title": "The letter", "file": (BytesIO(GOOD["pdf"][1]), "letter.pdf")}
        page = client.post(f"/cases/{office['case'].reference}/papers", data=data, follow_redirects=True)
    finally:
        app.extensions["tracker.settings"] = settings
    assert "being checked" in page.text and "once the scanner has looked at it" in page.text
    assert [file.state for file in kept(database)] == ["waiting"]


# Destroying


@pytest.fixture
def two(database: Database, office: dict[str, Any]) -> dict[str, Any]:
    """A file on a case, its lead, a head, and another officer who leads nothing."""
    with database.unit_of_work(OPERATOR) as session:
        head, other = make_person(session, "head"), make_person(session, "legal_officer")
        file = make_file(session, session.merge(office["case"]))
    return {"lead": office["officer"], "head": head, "other": other, "file": file, "case": office["case"]}


def ask(app: Flask, database: Database, two: dict[str, Any], who: str = "lead") -> TestResponse:
    client = sign_in(app.test_client(), two[who])
    return client.post(f"/papers/files/{two['file'].id}/destroy", data={"reason": "The victim's address"})


def request_id(database: Database) -> UUID:
    with database.unit_of_work(OPERATOR) as session:
        return session.scalars(select(Approval.id)).one()


def test_a_file_is_destroyed_when_a_second_person_agrees(app: Flask, database: Database, two: dict[str, Any]) -> None:
    assert ask(app, database, two).status_code == 303
    assert ask(app, database, two).status_code == 422, "asked twice"
    assert [file.state for file in kept(database)] == ["clean"]
    head = sign_in(app.test_client(), two["head"])
    assert "The letter" in head.get("/requests").text and "1 request waits" in head.get("/").text
    assert head.post(f"/requests/{request_id(database)}/agree").status_code == 303
    (file,) = kept(database)
    assert (file.state, file.name, file.key) == ("destroyed", None, None) and file.destroyed_at is not None
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(FilePiece)).all() == []
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.case_id == two["case"].id)))
    assert "document.file_destroyed" in actions
    assert head.get(f"/papers/files/{file.id}").status_code == 404
    assert "A file, destroyed" in head.get(f"/cases/{two['case'].reference}/papers").text


def test_nobody_destroys_alone_and_who_ends_no_case_does_not_ask(
    app: Flask, database: Database, two: dict[str, Any]
) -> None:
    assert ask(app, database, two, "other").status_code == 403
    ask(app, database, two)
    lead, number = sign_in(app.test_client(), two["lead"]), request_id(database)
    assert lead.post(f"/requests/{number}/agree").status_code == 403
    assert sign_in(app.test_client(), two["other"]).post(f"/requests/{number}/agree").status_code == 404
    for person in (two["lead"], two["head"]):
        with (
            pytest.raises(ProgrammingError, match="needs two persons"),
            database.unit_of_work(person_actor(person.id, frozenset({"head"}))) as session,
        ):
            session.execute(text("SELECT app_destroy_file(:id)"), {"id": number})
    assert [file.state for file in kept(database)] == ["clean"]


def test_a_request_about_a_sealed_case_is_told_to_nobody_who_does_not_see_it(
    app: Flask, database: Database, two: dict[str, Any]
) -> None:
    with database.unit_of_work(OPERATOR) as session:
        case = make_case(session, lead=session.merge(two["lead"]), level="sealed")
        two["file"] = make_file(session, case)
        member = make_person(session, "head")
        join(session, case, member, "member")
    assert ask(app, database, two).status_code == 303
    number, head = request_id(database), sign_in(app.test_client(), two["head"])
    assert "waits for a second person" not in head.get("/").text
    assert "Destroy for good" not in head.get("/requests").text
    assert head.post(f"/requests/{number}/agree").status_code == 404
    with database.unit_of_work(person_actor(two["head"].id, frozenset({"head"}))) as session:
        assert session.scalars(select(Approval)).all() == []
    assert sign_in(app.test_client(), member).post(f"/requests/{number}/agree").status_code == 303


def test_a_login_that_owns_nothing_writes_the_keys_anew(database: Database, database_url: str) -> None:
    place = text("SELECT pg_relation_filenode('files')")
    with database.unit_of_work(OPERATOR) as session:
        before = session.execute(place).scalar_one()
    jobs = Database(by_login(database_url, JOBS), bound_to=OF_JOBS)
    rewrite_keys(jobs)
    jobs.dispose()
    with database.unit_of_work(OPERATOR) as session:
        assert session.execute(place).scalar_one() != before


def test_the_operator_destroys_at_the_shell(app: Flask, database: Database, two: dict[str, Any]) -> None:
    done = app.test_cli_runner().invoke(args=["file", "destroy", str(two["file"].id), "--yes"])
    assert done.exit_code == 0, done.output
    assert [file.state for file in kept(database)] == ["destroyed"]
    again = app.test_cli_runner().invoke(args=["file", "destroy", str(new_id()), "--yes"])
    assert again.exit_code == 1
