"""What the members of a sealed case do there, by its own pages, changes nothing that anybody else sees."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import pytest
from werkzeug.test import TestResponse

from tests.integration.access.differential.conftest import made_pair
from tests.integration.access.differential.test_no_deed_tells import AFTERWARDS, pages_about
from tests.integration.access.differential.test_no_trace import EVERYBODY, addresses, at_once, require_none
from tests.integration.access.differential.world import LEAD, Shared
from tests.support.seen_forms import Form, read_page
from tests.support.twins import Twins, path_of

NOT_DONE = ("/members", "/level", "/merge", "/remove", "/requests", "/watchers")
"""What lets others in, opens the case, or ends it."""
TAKEN_IN = "Quicksilver is set free"
TABLE = f"Number,Recommendation,Recommending States,Assessment,Assessor\n77.7,{TAKEN_IN},Lithuania,not,Vault\n".encode()
EVERYWHERE = (*AFTERWARDS, "/audit", "/ledger", "/watchdog", "/workload", "/subjects", "/dossiers", "/reminders/news")


@pytest.fixture(scope="module")
def pair(cluster: Any, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twins, Shared]]:
    """Of this module alone: the lead's work changes one of them."""
    with made_pair(cluster, f"members_{worker_name}", tmp_path_factory.mktemp("twins")) as pair:
        yield pair


@pytest.fixture(scope="module")
def worked(pair: tuple[Twins, Shared]) -> tuple[Twins, Shared]:
    """The lead filled in every form about the sealed case, and made sealed things on an open one."""
    twins, shared = pair
    for path in (f"/cases/{shared.restricted.case.reference}", "/cases"):  # in both: that it was seen is in the audit
        twins.ask(LEAD, path)
    assert fill_in_all(twins, shared) > 30
    assert shared.sealed is not None
    listed = twins.only_having(LEAD, f"/cases/{shared.sealed.case.reference}/recommendations")
    assert TAKEN_IN in listed.text, "a table was taken in through its preview"
    assert make_sealed_things(twins, shared) == len(SEALED_THINGS)
    return pair


@pytest.mark.parametrize("visitor", at_once("head"))
def test_work_on_a_sealed_case_leaves_no_trace(worked: tuple[Twins, Shared], visitor: str) -> None:
    twins, shared = worked
    led = f"/cases/{shared.led.reference}"
    about_led = (
        led,
        f"{led}/edit",
        f"{led}/timeline",
        f"{led}/move",
        f"{led}/events/new",
        f"{led}/reminders",
        f"{led}/trail",
        f"{led}/recommendations/{shared.led_recommendation_id}",
    )
    require_none([line for path in (*EVERYWHERE, *about_led) for line in twins.differences(visitor, path)])


@pytest.mark.long
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_work_on_a_sealed_case_leaves_every_page_as_it_was(worked: tuple[Twins, Shared], visitor: str) -> None:
    twins, shared = worked
    require_none([line for path in pages_about(twins, shared) for line in twins.differences(visitor, path)])


@pytest.mark.long
@pytest.mark.parametrize("visitor", ["administrator", "head", "coordinator"])
def test_what_a_member_takes_along_leaves_no_trace(worked: tuple[Twins, Shared], visitor: str) -> None:
    """In both copies the lead does what everybody does, each time with what the lead sees."""
    twins, shared = worked
    for area in ("cases", "follow-ups", "contacts", "organisations", "engagements", "commitments"):
        twins.ask(LEAD, f"/{area}/export", method="POST", data={"format": "csv"})
    for path in ("/", "/search?q=Quicksilver", "/calendar", "/board", "/reminders", f"/cases/{shared.led.reference}"):
        twins.ask(LEAD, path)
    twins.ask(LEAD, "/reminders/read", method="POST", data={})
    require_none([line for path in EVERYWHERE for line in twins.differences(visitor, path)])


def fill_in_all(twins: Twins, shared: Shared) -> int:
    """How many forms about the sealed case were sent, in the copy that has it alone."""
    assert shared.sealed is not None
    not_its_own = ("set_id", "person_id", "kind", "token", "filename", "rule_key", "deed")
    its_own = {str(value) for name, value in shared.sealed.values.items() if name not in not_its_own}
    sent: set[str] = set()
    for path in dict.fromkeys(addresses(twins, shared.sealed, "GET")):
        for form in _forms(twins, path):
            to = _target(path, form)
            if to not in sent and _is_of(its_own, to):
                files = {name: (BytesIO(TABLE), "table.csv") for name in form.files}
                answer = twins.only_having(LEAD, to, method="POST", data=form.filled() | files)
                sent.add(to)
                if files:
                    sent |= _say_yes(twins, its_own, to, answer)
    return len(sent)


def _say_yes(twins: Twins, its_own: set[str], path: str, shown: TestResponse) -> set[str]:
    """Press the first button of what is shown of a file before it is taken in; where that was sent."""
    sent = set()
    for form in _forms_in(shown):
        to = _target(path, form)
        if _is_of(its_own, to) and not form.files and form.buttons:
            twins.only_having(LEAD, to, method="POST", data=form.filled() | dict(form.buttons[:1]))
            sent.add(to)
    return sent


SEALED_THINGS = (
    ("/cases/{}/follow-ups/new", {"title": "Quicksilver", "due": "2026-11-01", "priority": "urgent"}),
    ("/cases/{}/events/new", {"summary": "Quicksilver", "occurred_on": "2026-11-20"}),
    ("/engagements/new?case={}", {"summary": "Quicksilver", "occurred_on": "2026-11-20", "place": "Vault"}),
)


def make_sealed_things(twins: Twins, shared: Shared) -> int:
    """On the open case that the lead leads: whatever a form there lets be sealed. How many were made."""
    made = 0
    for place, said in SEALED_THINGS:
        path = place.format(shared.led.reference)
        for form in _forms(twins, path):
            levels = [field.name for field in form.fields if "sealed" in field.options]
            if levels:
                data = form.as_it_stands() | said | dict.fromkeys(levels, "sealed")
                made += twins.only_having(LEAD, _target(path, form), method="POST", data=data).status_code == 303
    return made


def _forms(twins: Twins, path: str) -> list[Form]:
    return _forms_in(twins.only_having(LEAD, path))


def _forms_in(answer: TestResponse) -> list[Form]:
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    return [form for form in read_page(answer.text)[0] if form.method == "POST"]


def _target(path: str, form: Form) -> str:
    return path_of(urljoin(path, form.action or path))


def _is_of(its_own: set[str], to: str) -> bool:
    return any(one in to for one in its_own) and not any(word in to for word in NOT_DONE)
