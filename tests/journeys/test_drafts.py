"""Nothing typed is lost: a server that dies, a session that runs out, a page that is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text
from werkzeug.serving import make_server

from tests.factories.case import make_case
from tests.factories.person import PASSWORD, make_person
from tests.support.acting import ActAs
from tests.support.factors import code, give_app
from tests.support.journeys import findings, sign_in
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR


class Switch:
    """The application behind one port, which can go away and come back."""

    def __init__(self, app: Flask) -> None:
        self.app, self.port = app, 0
        self.on()

    def on(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def off(self) -> None:
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()


@pytest.fixture
def switch(app: Flask) -> Iterator[Switch]:
    switch = Switch(app)
    yield switch
    switch.off()


@pytest.fixture
def live_server(switch: Switch) -> str:
    return f"http://localhost:{switch.port}"


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", with_password=True)


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


def state_of(page: Page) -> Any:
    return page.locator("form[data-draft] .draft-state").first


def test_what_is_typed_waits_as_a_draft_and_is_put_back(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/events/new")
    page.locator("textarea").first.fill("Half a thought")
    expect(state_of(page)).to_contain_text("Saved as draft")
    page.goto("/")  # no question: it is saved
    page.goto(f"/cases/{case.reference}/events/new")
    expect(page.get_by_text("You have a draft of")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Restore").click()
    expect(page.locator("textarea").first).to_have_value("Half a thought")


def test_a_discarded_draft_is_not_offered_again(page: Page, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    page.get_by_label("Title").fill("Something else")
    expect(state_of(page)).to_contain_text("Saved as draft")
    page.reload()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("You have a draft of")).to_have_count(0)


def test_text_outlives_a_server_that_goes_away(page: Page, officer: Person, case: Case, switch: Switch) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    switch.off()
    page.get_by_label("Title").fill("Typed without a server")
    expect(state_of(page)).to_contain_text("Not connected")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("nothing was sent")
    expect(page.get_by_label("Title")).to_have_value("Typed without a server")
    switch.on()
    expect(state_of(page)).to_contain_text("Saved as draft", timeout=20_000)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Typed without a server")
    page.goto(f"/cases/{case.reference}/edit")
    expect(page.get_by_text("You have a draft of")).to_have_count(0)


def test_the_line_that_says_not_connected_goes_once_the_connection_is_back(
    page: Page, officer: Person, case: Case, switch: Switch
) -> None:
    """In a form that is saved on the server and was saved before, and in a row that only the window keeps."""
    sign_in(page, officer)
    for address, label in ((f"/cases/{case.reference}/edit", "Title"), (f"/cases/{case.reference}", "What is to be")):
        page.goto(address)
        page.get_by_label(label).first.fill("Typed before")
        page.wait_for_timeout(1500)
        switch.off()
        page.evaluate("Date.now = ((real) => () => real() + 60000)(Date.now)")  # heard of the server long ago
        page.get_by_label(label).first.press("Enter")
        line = page.locator(".draft-state", has_text="Not connected")
        expect(line).to_be_visible()
        switch.on()
        expect(line).to_have_count(0, timeout=20_000)
        expect(page.get_by_label(label).first).to_have_value("Typed before")


def test_a_window_that_was_loaded_anew_without_a_server_still_has_the_text(
    page: Page, officer: Person, case: Case, switch: Switch
) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    switch.off()
    page.get_by_label("Title").fill("Kept in the window")
    expect(state_of(page)).to_contain_text("Not connected")
    switch.on()
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("sessionStorage.setItem('left', 'yes')")
    page.reload()
    offer = page.locator(".draft-offer")
    expect(offer).to_be_visible()
    offer.get_by_text("Restore").first.click()
    expect(page.get_by_label("Title")).to_have_value("Kept in the window")


def test_a_session_that_runs_out_asks_in_place_and_goes_on(
    page: Page, act_as: ActAs, officer: Person, case: Case
) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    page.get_by_label("Title").fill("Typed after the session ended")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    assert findings(page) == []
    dialog.get_by_label("E-mail").fill(officer.email)
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("do not belong together")
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(state_of(page)).to_contain_text("Saved as draft")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Typed after the session ended")


def test_in_place_the_second_factor_is_asked_for_too(page: Page, act_as: ActAs, officer: Person, case: Case) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    with act_as(OPERATOR) as session:
        give_app(session, officer)
        session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    page.get_by_label("Title").fill("Typed after the session ended")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("E-mail").fill(officer.email)
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    dialog.get_by_label("Code from your app").fill("12345")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("This code is not right")
    assert findings(page) == []
    dialog.get_by_label("Code from your app").fill(code())
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Typed after the session ended")


def test_a_session_that_ran_out_does_not_take_along_a_line_that_is_read_back_while_it_is_typed(
    page: Page, officer: Person, case: Case, act_as: ActAs
) -> None:
    sign_in(page, officer)
    page.goto("/")
    page.keyboard.press("f")
    line = page.locator("#quick-line input[name=line]")
    expect(line).to_be_focused()
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    line.press_sequentially(f"Send the annex #{case.reference} +3")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("E-mail").fill(officer.email)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    expect(line).to_be_focused()
    expect(line).to_have_value(f"Send the annex #{case.reference} +3")
    line.press("Enter")
    expect(page.get_by_role("link", name="Send the annex")).to_be_visible()


def test_signing_out_leaves_nothing_in_the_window(page: Page, officer: Person, case: Case, switch: Switch) -> None:
    sign_in(page, officer)
    page.goto(f"/cases/{case.reference}/edit")
    switch.off()
    page.get_by_label("Title").fill("Mine")
    expect(state_of(page)).to_contain_text("Not connected")
    switch.on()
    expect(state_of(page)).to_contain_text("Saved as draft", timeout=20_000)
    page.locator(".user-menu summary").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft:'))") == []
