"""A session that ran out under a form."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.person import PASSWORD
from tracker.accounts.models import Person

TypeIn = Callable[..., TestResponse]
FORM = {"name": "Somebody <New>", "email": "new@example.org", "roles": "head", "language": "en", "country": ""}
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def hidden_fields(page: str) -> list[tuple[str, str]]:
    found = []
    for field in HIDDEN.findall(page.partition("<dialog")[0]):  # the page's own form, not those that wait for a key
        attributes = dict(re.findall(r'(name|value)="([^"]*)"', field))
        found.append((attributes["name"], html.unescape(attributes.get("value", ""))))
    return found


def run_out(client: FlaskClient, type_in: TypeIn, travel: Any) -> TestResponse:
    """Sign in, wait until the session has ended, send a form."""
    type_in("administrator@example.org", PASSWORD)
    travel.shift(13 * 3600)
    data = FORM | {"time_zone": "UTC", "old_password": "a secret", "csrf_token": "old"}
    return client.post("/accounts/new", data=data)


def sign_in_from(client: FlaskClient, page: TestResponse, email: str) -> TestResponse:
    return client.post("/sign-in", data={**dict(hidden_fields(page.text)), "email": email, "password": PASSWORD})


def test_what_was_typed_is_sent_after_signing_in_again(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        asked = run_out(client, type_in, travel)
        assert asked.status_code == 401
        offered = sign_in_from(client, asked, "administrator@example.org")
        assert 'action="/accounts/new"' in offered.text
        assert "new@example.org" not in client.get("/accounts").text  # nothing is sent without a click
        client.post("/accounts/new", data=dict(hidden_fields(offered.text)))
        page = client.get("/accounts").text
    assert "new@example.org" in page
    assert "Somebody &lt;New&gt;" in page


def test_somebody_else_does_not_get_what_was_typed(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        asked = run_out(client, type_in, travel)
        answer = sign_in_from(client, asked, "head@example.org")
    assert answer.status_code == 303
    assert "new@example.org" not in answer.text


def test_passwords_and_old_tokens_are_never_kept(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        asked = run_out(client, type_in, travel)
        offered = sign_in_from(client, asked, "administrator@example.org")
    fields = hidden_fields(offered.text)
    assert ("email", "new@example.org") in fields
    assert "old_password" not in dict(fields)
    assert dict(fields)["csrf_token"] != "old"


def test_a_form_without_a_session_cookie_is_not_kept(client: FlaskClient, people: dict[str, Person]) -> None:
    answer = client.post("/accounts/new", data=FORM)
    assert answer.status_code == 401
    assert "kept" not in dict(hidden_fields(answer.text))


def test_a_wrong_password_in_between_loses_nothing(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn
) -> None:
    with time_machine.travel("2026-05-04T08:00:00Z", tick=False) as travel:
        asked = run_out(client, type_in, travel)
        fields = dict(hidden_fields(asked.text))
        again = client.post(
            "/sign-in", data=fields | {"email": "administrator@example.org", "password": "not the password at all"}
        )
        assert again.status_code == 422
        offered = sign_in_from(client, again, "administrator@example.org")
    assert ("name", "Somebody <New>") in hidden_fields(offered.text)


@pytest.mark.parametrize(("site", "is_offered"), [("same-origin", True), ("same-site", False), ("cross-site", False)])
def test_a_form_of_the_session_before_is_offered_again_to_our_own_pages_only(
    client: FlaskClient, people: dict[str, Person], type_in: TypeIn, site: str, is_offered: bool
) -> None:
    type_in("administrator@example.org", PASSWORD)
    data = FORM | {"csrf_token": "of another session", "time_zone": "UTC"}
    answer = client.post("/accounts/new", data=data, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 400
    assert (("email", "new@example.org") in hidden_fields(answer.text)) is is_offered
    assert "new@example.org" not in client.get("/accounts").text


def test_a_part_of_a_page_is_told_to_sign_in_whole(client: FlaskClient, people: dict[str, Person]) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/preferences?tab=2"}
    answer = client.get("/preferences", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fpreferences%3Ftab%3D2"
    assert "HX-Redirect" not in client.post("/preferences", headers=headers).headers
