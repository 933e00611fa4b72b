"""Every form, sent empty or full of nonsense: one summary, links that lead somewhere, the same words at the field.

The forms are found by walking through the pages, so that a new one is tried without being named here.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.person import make_person
from tests.integration.access.sample import make_sample
from tests.support.acting import ActAs, act_as
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

__all__ = ["act_as"]

NONSENSE = "31 Febtember"
"""No day, no number, no address, no name of anybody."""


class Forms(HTMLParser):
    """The forms of a page and their fields, its ids, its links, and what its error summary links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.by_id: dict[str, dict[str, Any]] = {}
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.targets: list[str] = []
        self.described: list[tuple[str, str]] = []
        self.values: list[str] = []
        self._summary = 0
        self._textarea: dict[str, Any] | None = None
        self._select: dict[str, Any] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if "data-error-summary" in found:
            self._summary = 1
        elif self._summary and tag == "div":
            self._summary += 1
        if tag == "a" and found.get("href"):
            self.links.add(found["href"] or "")
            if self._summary:
                self.targets.append(found["href"] or "")
        if found.get("aria-invalid") == "true":
            self.described.append((found.get("name") or "", found.get("aria-describedby") or ""))
        if tag == "form":
            self.forms.append({"attrs": found, "fields": []})
            self.by_id[found.get("id") or f"form-{len(self.forms)}"] = self.forms[-1]
        if tag in ("input", "textarea", "select") and found.get("name"):
            field: dict[str, Any] = {"tag": tag, **found, "value": found.get("value") or "", "options": []}
            owner = self.by_id.get(found.get("form") or "") or (self.forms[-1] if self.forms else None)
            if owner is not None:
                owner["fields"].append(field)
            self._textarea = field if tag == "textarea" else None
            self._select = field if tag == "select" else self._select
            self.values.append(found.get("value") or "")
        if tag == "option" and self._select is not None:
            self._select["options"].append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._summary and tag == "div":
            self._summary -= 1
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea["value"] += data
            self.values.append(data)


def filled(fields: list[dict[str, Any]], text: str) -> dict[str, str]:
    """Hidden fields as they are; what one types, replaced by `text`; choices left alone."""
    sent: dict[str, str] = {}
    for field in fields:
        kind = field.get("type", "text")
        if field["tag"] == "input" and kind == "hidden":
            sent[field["name"]] = field["value"]
        elif field["tag"] == "select":
            sent[field["name"]] = field["options"][0] if field["options"] else ""
        elif field["tag"] == "textarea" or kind in ("text", "email", "tel", "search", "number", "password", "url"):
            sent[field["name"]] = text
    return sent


FORMS_TO_TRY = [
    "/cases/new",
    "/cases/{reference}/edit",
    "/cases/{reference}/events/new",
    "/cases/{reference}/members",
    "/cases/{reference}/contacts",
    "/cases/{reference}/links",
    "/cases/{reference}/comments/new",
    "/cases/{reference}/confidentiality",
    "/dossiers/new",
    "/engagements/new?case={reference}",
    "/contacts/new",
    "/organisations/new",
    "/follow-ups/{follow_up_id}",
    "/preferences",
    "/preferences/password",
    "/",
    "/cases/{reference}",
]


@pytest.fixture
def officer(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "legal_officer", "coordinator", "administrator", with_password=True)


@pytest.fixture
def values(act_as: ActAs, officer: Person) -> dict[str, Any]:
    with act_as(OPERATOR) as session:
        return make_sample(session, "internal", officer, {}).values


def pages_with_forms(client: FlaskClient, values: dict[str, Any]) -> list[str]:
    """The pages named above, and every page that they link to."""
    first = [address.format(**values) for address in FORMS_TO_TRY]
    found = dict.fromkeys(address for address in first if client.get(address).status_code == 200)
    for address in first:
        for link in Forms(client.get(address, follow_redirects=True).text).links:
            path = urljoin(address, link).partition("#")[0]
            if urlsplit(path).scheme or path.startswith(("/static", "/sign-", "mailto:")) or not path.startswith("/"):
                continue
            if re.sub(r"[0-9a-f-]{36}", "<id>", path).partition("?")[0] not in {
                re.sub(r"[0-9a-f-]{36}", "<id>", one).partition("?")[0] for one in found
            }:
                found[path] = None
    return list(found)


def faults_of(address: str, answer: Any, sent: dict[str, str], typed: str) -> list[str]:
    """What is wrong with a page that refuses a form."""
    page, wrong = Forms(answer.text), []
    if "data-error-summary" not in answer.text:
        return [f"{address}: {answer.status_code} without a summary"]
    wrong += [
        f"{address}: the summary links to nothing at {t}"
        for t in page.targets
        if t[:1] == "#" and t[1:] not in page.ids
    ]
    for name, described in page.described:
        missing = [one for one in described.split() if one not in page.ids]
        if not described or missing:
            wrong.append(f"{address}: {name} is wrong and not described")
    if (
        typed in sent.values()
        and typed
        and "password" not in " ".join(sent)
        and not any(typed in value for value in page.values)
    ):
        wrong.append(f"{address}: what was typed is gone")
    return wrong


@pytest.mark.parametrize("typed", ["", NONSENSE])
def test_every_form_that_refuses_says_what_is_wrong_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, officer: Person, values: dict[str, Any], typed: str
) -> None:
    sign_in(client, officer)
    wrong: list[str] = []
    refused = 0
    tried: set[str] = set()
    for address in pages_with_forms(client, values):
        page = client.get(address)
        if page.status_code != 200 or not page.content_type.startswith("text/html"):
            continue
        for form in Forms(page.text).forms:
            attrs = form["attrs"]
            target = urljoin(address, attrs.get("action") or address)
            if attrs.get("method", "get").lower() != "post" or target in tried or "sign-out" in target:
                continue
            if not any(field["tag"] == "textarea" or field.get("type", "text") == "text" for field in form["fields"]):
                continue
            tried.add(target)
            sent = filled(form["fields"], typed)
            answer = client.post(target, data=sent)
            if answer.status_code >= 500:
                wrong.append(f"{target}: {answer.status_code}")
            if answer.status_code == 422:
                refused += 1
                wrong += faults_of(target, answer, sent, typed)
    assert wrong == []
    assert refused >= 5, sorted(tried)


@pytest.mark.parametrize("status", [403, 404, 409, 413, 429, 500, 503])
def test_each_page_of_an_error_gives_a_way_on(app: Flask, status: int) -> None:
    from flask import render_template

    with app.test_request_context("/nowhere"):
        page = render_template(f"errors/{status}.html", reason="", error_status=status)
    assert re.search(r'<a class="btn btn-primary" href="/"', page)
    assert re.search(r"<h1[^>]*>\s*\S", page)
