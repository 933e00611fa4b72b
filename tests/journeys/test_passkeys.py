"""Passkeys in a real browser, with its virtual authenticator: made, used, refused elsewhere, and lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.factories.person import PASSWORD, make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in_by_hand
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

pytestmark = pytest.mark.own_app


@pytest.fixture
def authenticator(context: BrowserContext, page: Page) -> Iterator[Any]:
    """The browser's own authenticator, as in a laptop that knows a finger: `authenticator("removeCredential", …)`."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def tell(command: str, **more: Any) -> Any:
        return session.send(f"WebAuthn.{command}", made | more)

    yield tell
    session.detach()


@pytest.fixture
def here(app: Flask, live_server: str) -> str:
    """The installation knows the address at which this test reaches it."""
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], base_url=live_server)
    return live_server


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", name="Ada Example", with_password=True)


def leave(page: Page) -> None:
    page.locator(".sidebar .user-summary").click()
    page.locator(".sidebar").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_a_passkey_is_made_used_and_lost(page: Page, authenticator: Any, here: str, officer: Person) -> None:
    sign_in_by_hand(page, officer)
    page.goto("/preferences/signing-in")
    page.get_by_role("link", name="Add a passkey").click()
    assert not findings(page)
    page.get_by_label("Name of the device").fill("The laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert page.locator(".codes code").count() == 10
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_label("Name of the device")).to_have_value("The laptop")
    assert not findings(page)

    leave(page)  # nothing typed: the device says who it is
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".sidebar .user-summary")).to_contain_text("Ada Example")

    leave(page)  # lost: another device, the password, a code on paper
    for credential in authenticator("getCredentials")["credentials"]:
        authenticator("removeCredential", credentialId=credential["credentialId"])
    sign_in_half(page, officer)
    page.get_by_role("link", name="I lost my device").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your recovery code was right")).to_be_visible()
    assert not findings(page)
    page.get_by_role("button", name="Make a passkey and sign in").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".sidebar .user-summary")).to_contain_text("Ada Example")


def test_at_another_address_the_device_is_not_asked_and_its_answer_is_worth_nothing(
    page: Page, authenticator: Any, here: str, app: Flask, officer: Person
) -> None:
    sign_in_by_hand(page, officer)
    page.goto("/preferences/signing-in/passkey")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    leave(page)
    # The installation moves: the browser stands at an origin that is not its own any more.
    elsewhere = here.replace(here.rpartition(":")[2], "9")
    app.extensions["tracker.settings"] = replace(app.extensions["tracker.settings"], base_url=elsewhere)
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    expect(page.get_by_text(f"Passkeys work at {elsewhere}")).to_be_visible()
    # Somebody makes the browser ask all the same: it signs with the origin where it stands, and is refused.
    page.evaluate("address => { document.querySelector('form[data-passkey]').dataset.origin = address }", here)
    page.evaluate(
        """async () => {
          const form = document.querySelector("form[data-passkey]");
          const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
            .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
          const found = await navigator.credentials.get({ publicKey: {
            challenge: new TextEncoder().encode(form.elements.challenge.value), rpId: "localhost",
            userVerification: "required" } });
          const said = {};
          for (const name of ["clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
            said[name] = text(found.response[name]);
          }
          form.elements.credential.value = JSON.stringify(
            { id: found.id, rawId: found.id, type: found.type, response: said });
          form.submit();
        }"""
    )
    expect(page.get_by_text("That passkey was not accepted")).to_be_visible()


def test_without_a_device_that_answers_the_page_says_so(
    page: Page, authenticator: Any, here: str, officer: Person
) -> None:
    authenticator("setUserVerified", isUserVerified=False)
    sign_in_by_hand(page, officer)
    leave(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The device did not answer")).to_be_visible()


def sign_in_half(page: Page, person: Person) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/second")
