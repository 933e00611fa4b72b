"""Whoever's recovery code is used hears of it at once, by a mail that names nothing but that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from embedded.processes import wait_until
from tests.factories.person import make_person
from tests.support.acting import ActAs, act_as
from tests.support.factors import give_app, give_codes
from tests.support.sign_in import sign_in_half
from tests.support.smtp import SmtpSink
from tracker.core.actor import OPERATOR

__all__ = ["act_as"]


@pytest.mark.own_app
@pytest.mark.parametrize("language", ["en", "be"])
def test_the_owner_is_told_in_their_language(app: Flask, act_as: ActAs, smtp_sink: SmtpSink, language: str) -> None:
    settings = replace(app.extensions["tracker.settings"], smtp_url=f"smtp://127.0.0.1:9,{smtp_sink.url}")
    app.extensions["tracker.settings"] = settings
    with act_as(OPERATOR) as session:
        person = make_person(session, "head", email="hedda@example.org")
        person.language = language
        give_app(session, person)
        codes = give_codes(session, person, settings.secret_key)
    client = sign_in_half(app.test_client(), person)
    token = client.get("/sign-in/recovery").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/sign-in/recovery", data={"csrf_token": token, "code": codes[0]}).status_code == 303
    assert wait_until(lambda: len(smtp_sink.mails) == 1, 20)
    mail = smtp_sink.mails[0]
    assert mail.recipients == ["hedda@example.org"]
    words = mail.message.get_content()
    assert ("recovery codes" in words) is (language == "en")
    assert codes[0] not in words and "http://localhost" in words
    client.post("/sign-in/recovery", data={"csrf_token": token, "code": "not-one"})
    assert len(smtp_sink.mails) == 1
