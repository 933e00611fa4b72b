"""A person's picture: drawn anew, kept encrypted, shown inside our pages and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from tests.factories.case import join, make_case
from tests.factories.person import make_person
from tests.support.bad_files import GOOD, bad_files, picture
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import Database
from tracker.files.models import PersonPicture

Give = Callable[[bytes], TestResponse]
PAGE = "/preferences/picture"


@pytest.fixture
def officer(database: Database, app: Flask) -> Person:
    with database.unit_of_work(OPERATOR) as session:
        return make_person(session, "legal_officer")


@pytest.fixture
def give(client: FlaskClient, officer: Person) -> Give:
    """`give(content)`: the officer sends it as their picture."""
    sign_in(client, officer)
    return lambda content: client.post(PAGE, data={"picture": (BytesIO(content), "me.jpg")})


def address(database: Database, person: Person) -> str:
    with database.unit_of_work(OPERATOR) as session:
        mark = session.get_one(Person, person.id).picture
    return f"/people/{person.id}/picture/{mark}"


def test_a_picture_is_drawn_anew_and_shown_inside_pages_only(
    give: Give, client: FlaskClient, database: Database, officer: Person
) -> None:
    assert give(picture("JPEG", (900, 500), exif=True)).status_code == 303
    where = address(database, officer)
    assert f'src="{where}"' in client.get(PAGE).text
    answer = client.get(where)
    drawn = Image.open(BytesIO(answer.data))
    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (128, 128), {})
    assert b"ACME" not in answer.data
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="picture.jpg"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with database.unit_of_work(OPERATOR) as session:
        row = session.execute(text("SELECT drawn_sealed FROM person_pictures")).scalar_one()
        assert answer.data[:20] not in bytes(row)
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == officer.id)).all()
    assert "person.picture_given" in actions


@pytest.mark.parametrize("name", ["png", "gif", "webp"])
def test_every_kind_of_picture_becomes_the_same_kind(
    name: str, give: Give, client: FlaskClient, database: Database, officer: Person
) -> None:
    assert give(GOOD[name][1]).status_code == 303
    assert client.get(address(database, officer)).data.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("name", ["SVG", "HTML", "PNG with HTML behind", "PNG of 2,500 million pixels", "zip bomb"])
def test_what_is_no_picture_is_refused_in_words(name: str, give: Give, database: Database) -> None:
    answer = give(bad_files()[name][1])
    assert answer.status_code == 422 and 'id="picture-error"' in answer.text
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(PersonPicture)).all() == []


def test_a_paper_is_no_picture(give: Give) -> None:
    assert "This is no picture." in give(GOOD["pdf"][1]).text
    assert "Choose a picture." in give(b"").text or "empty" in give(b"").text


def test_a_new_picture_has_a_new_address_and_without_one_there_are_initials(
    give: Give, client: FlaskClient, database: Database, officer: Person
) -> None:
    give(picture("JPEG"))
    before = address(database, officer)
    give(picture("PNG"))
    assert client.get(before).status_code == 404
    assert client.get(address(database, officer)).status_code == 200
    assert client.post(f"{PAGE}/remove").status_code == 303
    assert client.get(address(database, officer)).status_code == 404
    assert "<img" not in client.get(PAGE).text


def test_colleagues_see_it_and_counsel_only_of_those_on_their_cases(
    give: Give, app: Flask, database: Database, officer: Person
) -> None:
    give(picture("JPEG"))
    where = address(database, officer)
    with database.unit_of_work(OPERATOR) as session:
        people = {role: make_person(session, role) for role in ("coordinator", "administrator", "outside_counsel")}
        counsel = make_person(session, "outside_counsel")
        case = make_case(session, lead=session.get_one(Person, officer.id))
        join(session, case, counsel, "reader")
    expected = {"coordinator": 200, "administrator": 200, "outside_counsel": 404}
    answers = {role: sign_in(app.test_client(), person).get(where).status_code for role, person in people.items()}
    assert answers == expected
    reader = sign_in(app.test_client(), counsel)
    assert reader.get(where).status_code == 200
    assert f'src="{where}"' in reader.get(f"/cases/{case.reference}").text


def test_who_leaves_takes_the_picture_along(give: Give, app: Flask, database: Database, officer: Person) -> None:
    give(picture("JPEG"))
    with database.unit_of_work(OPERATOR) as session:
        administrator, successor = make_person(session, "administrator"), make_person(session, "head")
        version = session.get_one(Person, officer.id).version
    client = sign_in(app.test_client(), administrator)
    said = {"version": version, "successor": str(successor.id)}
    assert client.post(f"/accounts/{officer.id}/deactivate", data=said).status_code == 303
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(PersonPicture)).all() == []
        assert session.get_one(Person, officer.id).picture is None


def test_nobody_gives_somebody_else_a_face(give: Give, database: Database, officer: Person) -> None:
    give(picture("JPEG"))
    with database.unit_of_work(OPERATOR) as session:
        other = make_person(session, "head")
    with database.unit_of_work(person_actor(other.id, frozenset({"head"}))) as session:
        deeds = ("UPDATE person_pictures SET mark = gen_random_uuid()", "DELETE FROM person_pictures")
        changed: list[Any] = [session.execute(text(deed)) for deed in deeds]
        assert [one.rowcount for one in changed] == [0, 0]
