"""A sealed case leaves no trace: both copies answer alike, whoever asks whatever (security.md, ASVS 8.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.integration.access.differential.world import LEAD, SECRET_WORDS, SHARED_WORDS, Shared
from tests.integration.access.sample import Sample
from tests.support.seen_forms import read_page
from tests.support.twins import STRANGER, UNASSURED, Twins

EVERYBODY = (
    *("head", "legal_officer", "coordinator", "outside_counsel", "administrator", "reader"),
    *(UNASSURED, STRANGER),
)


def at_once(*visitors: str) -> list[Any]:
    """Everybody, of whom all but these `visitors` take longer."""
    return [one if one in visitors else pytest.param(one, marks=pytest.mark.long) for one in EVERYBODY]


NOT_COMPARED = {"health.readyz", "reminders.metrics", "static", "accounts.set_up_totp"}
"""Figures of the whole installation, for whoever holds its token; files; a secret that is drawn anew each time."""
OPERATORS = ("/healthz", "/metrics", "/static/dist/manifest.json", "/no-such-page", "/accounts/two-factor")
"""What whoever holds no token gets there, and where nothing is."""
OWN_SESSION = {"accounts.sign_out", "accounts.end_other_sessions", "accounts.end_one_session", "accounts.save_draft"}
"""What would end the visitor's session."""
MOST_QUERIES = 60


def rules(app: Flask, method: str) -> list[Rule]:
    """Routes that take `method`."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [rule for rule in found if rule.endpoint not in NOT_COMPARED]


def addresses(twins: Twins, sample: Sample, method: str) -> list[str]:
    """The address of each route about `sample`."""
    return [sample.address(twins.without, rule) for rule in rules(twins.without, method)]


@pytest.mark.parametrize("visitor", at_once("head"))
def test_every_page_is_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    assert shared.sealed is not None
    samples = (shared.open, shared.restricted, shared.sealed)
    paths = dict.fromkeys(path for sample in samples for path in addresses(twins, sample, "GET"))
    paths |= dict.fromkeys(OPERATORS)
    require_none([line for path in paths for line in twins.differences(visitor, path)])


@pytest.mark.parametrize("visitor", at_once("head", "legal_officer", "coordinator"))
def test_a_term_that_is_more_secret_than_its_mandate_leaves_no_trace(
    twins: Twins, shared: Shared, visitor: str
) -> None:
    here = f"/cases/{shared.mandate.reference}"
    paths = (here, f"{here}/periods", f"{here}/clocks", f"{here}/move", "/periods?days=365", "/calendar", "/cases")
    require_none([line for path in paths for line in twins.differences(visitor, path)])
    one, other = twins.ask(LEAD, f"{here}/periods")
    assert ("Mercury" in one.text) != ("Mercury" in other.text), "its lead sees what the others don't"


@pytest.mark.parametrize("visitor", at_once("head", UNASSURED))
def test_a_sealed_charge_that_asks_for_another_look_leaves_no_trace(twins: Twins, visitor: str) -> None:
    paths = ("/", "/charges?state=again", "/charges?state=again&mine=1", "/charges?state=again&jurisdiction=LT")
    require_none([line for path in paths for line in twins.differences(visitor, path)])
    for path in paths[1:3]:
        one, other = twins.ask(LEAD, path)
        assert ("Quicksilver" in one.text) != ("Quicksilver" in other.text), "its lead is asked to look"


@pytest.mark.long
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_every_method_is_answered_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    """Also those that an address does not take, and a POST that says nothing."""
    assert shared.sealed is not None
    found = [rule for rule in twins.without.url_map.iter_rules() if rule.endpoint not in NOT_COMPARED | OWN_SESSION]
    paths = dict.fromkeys(shared.sealed.address(twins.without, rule) for rule in found)
    methods = ("HEAD", "OPTIONS", "POST", "PUT", "DELETE")
    require_none([line for path in paths for one in methods for line in twins.differences(visitor, path, method=one)])


def test_a_search_for_a_few_words_is_the_same(twins: Twins, shared: Shared) -> None:
    assert shared.sealed is not None
    require_none(searched(twins, UNASSURED, ("Quiksilver", "ada", shared.sealed.case.reference)))


@pytest.mark.long
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_every_search_is_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    assert shared.sealed is not None
    references = (shared.sealed.case.reference, shared.sealed.case.reference[:6])
    require_none(searched(twins, visitor, (*SECRET_WORDS, *references, *SHARED_WORDS)))


def searched(twins: Twins, visitor: str, words: Sequence[str]) -> list[str]:
    """What differs where something is looked for."""
    places = ("/search?{}", "/search/panel?{}", "/cases?{}", "/follow-ups?{}", "/contacts?{}", "/organisations?{}")
    lists = ("/engagements?{}", "/commitments?{}", "/subjects?{}", "/dossiers?{}", "/calendar?{}", "/contacts/alike?{}")
    faults = []
    for place in (*places, *lists):
        for word in words:
            query = urlencode({"q": word, "name": word, "text": word})
            faults += twins.differences(visitor, place.format(query))
    return faults


@pytest.mark.long
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_every_order_filter_and_page_of_a_list_is_the_same(twins: Twins, shared: Shared, visitor: str) -> None:
    """Every link and every choice that a list itself offers on its own address."""
    faults = []
    for path in dict.fromkeys(addresses(twins, shared.open, "GET")):
        one, _other = twins.ask(visitor, path)
        if one.status_code == 200 and one.mimetype == "text/html":
            for query in offered(path, one.text):
                faults += twins.differences(visitor, query)
    require_none(faults)


def require_none(faults: list[str]) -> None:
    assert not faults, f"{len(faults)} differences\n" + "\n".join(faults)


def offered(path: str, page: str) -> list[str]:
    """Addresses that lead from a page to itself, asked otherwise."""
    own = urlsplit(path).path
    forms, links = read_page(page)
    found = [link for link in links if urlsplit(link).path in ("", own) and urlsplit(link).query]
    for form in forms:
        if form.method == "GET" and urlsplit(form.action or own).path == own:
            for one in form.fields:
                values = one.options or [one.value or "on"]
                found += [f"?{urlencode({one.name: value})}" for value in values if value]
    return [f"{own}?{urlsplit(link).query}" for link in dict.fromkeys(found)][:MOST_QUERIES]
