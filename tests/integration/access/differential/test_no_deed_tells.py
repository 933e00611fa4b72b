"""What somebody does is answered alike in both copies, and leaves both alike: every form on every page, filled in."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

from tests.integration.access.differential.test_no_trace import addresses, require_none
from tests.integration.access.differential.world import Shared
from tests.support.seen_forms import Form, read_page
from tests.support.twins import UNASSURED, Twins

LEFT_OUT = ("/sign-out", "/sessions", "/preferences", "/accounts", "/session", "/sign-in", "/requests")
"""Deeds about the visitor's own account, which end the session or belong to tests of their own."""
AFTERWARDS = (
    *("/", "/cases", "/follow-ups", "/contacts", "/organisations", "/engagements", "/commitments", "/overview"),
    *("/contacts/duplicates", "/board", "/calendar", "/reminders", "/search?q=Something", "/search?q=Quicksilver"),
)


def forms_of(twins: Twins, visitor: str, path: str) -> list[tuple[str, Form]]:
    """(address, form) of each form on the page that changes something."""
    answer, _other = twins.ask(visitor, path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    found = [(urljoin(path, form.action or path), form) for form in read_page(answer.text)[0] if form.method == "POST"]
    return [(to, form) for to, form in found if not urlsplit(to).path.startswith(LEFT_OUT)]


@pytest.mark.long
@pytest.mark.parametrize("visitor", ["legal_officer", "coordinator", "head", "outside_counsel", UNASSURED])
def test_every_form_is_answered_alike(twins: Twins, shared: Shared, visitor: str) -> None:
    paths = list(dict.fromkeys(addresses(twins, shared.open, "GET")))
    done: set[tuple[str, str]] = set()
    faults: list[str] = []
    for path in paths:
        for to, form in forms_of(twins, visitor, path):
            for sent in (form.as_it_stands(), form.filled()):
                key = (to, repr(sorted(sent)))
                if key in done and sent:
                    continue
                done.add(key)
                faults += twins.differences(visitor, to, method="POST", data=sent)
    assert len(done) > 10
    for path in AFTERWARDS:
        faults += twins.differences(visitor, path)
    require_none(faults)


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
