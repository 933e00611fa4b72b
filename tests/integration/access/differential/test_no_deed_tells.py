"""What somebody does is answered alike in both copies, and leaves both alike: every form on every page, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_trace import addresses, require_none
from tests.integration.access.differential.world import Shared
from tests.support.seen_forms import Form, read_page
from tests.support.twins import UNASSURED, Twins

LEFT_OUT = ("/sign-out", "/sessions", "/preferences", "/accounts", "/session", "/sign-in", "/requests")
"""Deeds about the visitor's own account, which end the session or belong to tests of their own."""
LEAST = {"outside_counsel": 8, "administrator": 5}
"""So many kinds of forms are left after what the others did; of everybody else, ten."""
AFTERWARDS = (
    *("/", "/cases", "/follow-ups", "/contacts", "/organisations", "/engagements", "/commitments", "/overview"),
    *("/contacts/duplicates", "/board", "/calendar", "/reminders", "/search?q=Something", "/search?q=Quicksilver"),
)


@pytest.fixture(scope="module")
def pair(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twins, Shared]]:
    """Of this module alone: deeds change both, and PostgreSQL gives the notices of them ids of its own."""
    with made_pair(cluster, f"deeds_{worker_name}", tmp_path_factory.mktemp("twins")) as (twins, shared):
        yield replace(twins, names_ids=True), shared


@dataclass(frozen=True)
class Deed:
    """The same form on both copies' page: `to` and `form` of the one, `to_there` and `form_there` of the other."""

    to: str
    form: Form
    to_there: str
    form_there: Form

    def done(
        self, twins: Twins, visitor: str, more: Mapping[str, Any] | None = None, *, fill: bool = True
    ) -> list[str]:
        """Send it, and say how the answers differ."""
        said, there = (
            (form.filled() if fill else form.as_it_stands()) | dict(more or {}) for form in (self.form, self.form_there)
        )
        return twins.differences(visitor, self.to, method="POST", data=said, there=(self.to_there, there))


def deeds_on(twins: Twins, visitor: str, path: str, left_out: tuple[str, ...] = LEFT_OUT) -> list[Deed]:
    """Each form on the page that changes something."""
    answers = twins.ask(visitor, path)
    if any(answer.status_code != 200 or answer.mimetype != "text/html" for answer in answers):
        return []
    forms, forms_there = ([form for form in read_page(answer.text)[0] if form.method == "POST"] for answer in answers)
    assert len(forms) == len(forms_there), f"{path} as {visitor}"
    both = zip(forms, forms_there, strict=True)
    deeds = [
        Deed(urljoin(path, one.action or path), one, urljoin(path, other.action or path), other) for one, other in both
    ]
    return [deed for deed in deeds if not urlsplit(deed.to).path.startswith(left_out)]


@pytest.mark.long
@pytest.mark.parametrize(
    "visitor", ["legal_officer", "coordinator", "head", "outside_counsel", "administrator", UNASSURED]
)
def test_every_form_is_answered_alike(twins: Twins, shared: Shared, visitor: str) -> None:
    paths = list(dict.fromkeys(addresses(twins, shared.open, "GET")))
    done: set[tuple[str, str]] = set()
    faults: list[str] = []
    for path in paths:
        for deed in deeds_on(twins, visitor, path):
            for fill in (False, True):
                sent = deed.form.filled() if fill else deed.form.as_it_stands()
                key = (deed.to, repr(sorted(sent)))
                if key in done and sent:
                    continue
                done.add(key)
                faults += deed.done(twins, visitor, fill=fill)
    assert len(done) > LEAST.get(visitor, 10)
    for path in (*AFTERWARDS, *pages_about(twins, shared)):
        faults += twins.differences(visitor, path)
    require_none(faults)


@pytest.mark.long
def test_what_an_administrator_does_with_a_member_is_answered_alike(twins: Twins, shared: Shared) -> None:
    """Their roles, a link for a new password, and that they leave, with somebody who takes their cases over."""
    assert shared.sealed is not None
    faults: list[str] = []
    done = 0
    successor = {"successor": str(shared.someone.id)}
    for person in (twins.visitors["reader"], shared.lead):
        path = f"/accounts/{person.id}"
        for deed in deeds_on(twins, "administrator", path, ("/sign-out", "/preferences")):
            if deed.to.startswith(path):
                done += 1
                faults += deed.done(twins, "administrator", successor)
                faults += twins.differences("administrator", path)
    assert done > 5
    for visitor in ("administrator", "head", "coordinator", "legal_officer", "outside_counsel"):
        for path in (
            *AFTERWARDS,
            "/accounts",
            "/audit",
            "/ledger",
            "/watchdog",
            "/workload",
            *pages_about(twins, shared),
        ):
            faults += twins.differences(visitor, path)
    require_none(faults)


def pages_about(twins: Twins, shared: Shared) -> list[str]:
    """Every page about the cases that all see, and about the sealed one."""
    assert shared.sealed is not None
    found = dict.fromkeys(path for one in (shared.open, shared.sealed) for path in addresses(twins, one, "GET"))
    return [*found, f"/cases/{shared.led.reference}/recommendations/{shared.led_recommendation_id}"]


def test_a_contact_that_is_known_in_a_sealed_case_only_is_no_duplicate(twins: Twins, shared: Shared) -> None:
    said = {"name": "Ada Shadowkeeper", "country": "LV", "new_organisations": "on", "organisation": "Vault"}
    for visitor in ("legal_officer", "coordinator"):
        require_none(twins.differences(visitor, "/contacts/new", method="POST", data=said))
        require_none(twins.differences(visitor, "/contacts/alike?name=Ada+Shadowkeeper"))
        require_none(twins.differences(visitor, "/contacts?name=Ada"))


def test_a_reference_that_only_a_sealed_case_has_is_no_oracle(twins: Twins, shared: Shared) -> None:
    assert shared.sealed is not None
    hidden = shared.sealed.case.reference
    for visitor in ("legal_officer", "head", UNASSURED):
        for path in (f"/cases/{shared.open.case.reference}/links", "/cases/dossiers/new"):
            require_none(twins.differences(visitor, path, method="POST", data={"to": hidden, "kind": "related"}))
        require_none(twins.differences(visitor, f"/cases/{hidden}/watch", method="POST", data={}))


@pytest.mark.parametrize("asker", ["head", UNASSURED])
def test_asking_for_the_glass_of_a_sealed_case_is_as_asking_for_none(twins: Twins, shared: Shared, asker: str) -> None:
    """Asked, listed for whoever may answer, refused: no answer tells whether there is such a case."""
    assert shared.sealed is not None
    said = {"reference": shared.sealed.case.reference, "reason": "A court asks for it by tomorrow"}
    require_none(twins.differences(asker, "/requests/glass", method="POST", data=said))
    for visitor in ("administrator", "head", "coordinator", asker):
        require_none(twins.differences(visitor, "/requests"))
    for deed in deeds_on(twins, "administrator", "/requests", ("/sign-out",)):
        if deed.to.endswith("/refuse"):
            require_none(deed.done(twins, "administrator"))
    for visitor in ("administrator", asker):
        require_none(twins.differences(visitor, "/requests"))


NEWCOMERS = (
    (
        "/contacts/new",
        {"name": "Ada Shadowkeeper", "organisation": "Secretariat of shadows", "new_organisations": "on"},
    ),
    ("/contacts/new", {"name": "Ada Shadowkeeper", "email": "hush@example.org", "country": "LV"}),
    ("/organisations/new", {"name": "Secretariat of shadows", "country": "LV"}),
    ("/dossiers/new", {"title": "Quicksilver"}),
    ("/cases/new?pathway=country_accession", {"title": "Quicksilver", "countries": "LV"}),
)


@pytest.mark.parametrize("visitor", ["legal_officer", pytest.param("coordinator", marks=pytest.mark.long)])
def test_whatever_is_made_anew_with_a_secret_name_is_made_alike(twins: Twins, shared: Shared, visitor: str) -> None:
    """No warning, no other number, no other place in a list; and the next one of its name neither."""
    faults: list[str] = []
    made = 0
    for path, said in (*NEWCOMERS, *NEWCOMERS):
        for deed in deeds_on(twins, visitor, path):
            faults += deed.done(twins, visitor, said)
            made += 1
    for path in (*AFTERWARDS, "/search?q=Shadowkeeper", "/contacts/alike?name=Ada+Shadowkeeper", "/dossiers"):
        faults += [line for who in (visitor, "head", "outside_counsel") for line in twins.differences(who, path)]
    assert made > 6
    require_none(faults)
