"""Files that people take away, bytes and all: lists as CSV and XLSX, dossiers by the command line as a person."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.integration.access.differential.test_no_trace import at_once, require_none
from tests.integration.access.differential.world import SECRET_WORDS, Shared
from tests.support.twins import UNASSURED, Twins
from tracker.cases.list_columns import CASES
from tracker.contacts.list_columns import CONTACTS
from tracker.contacts.organisation_columns import ORGANISATIONS
from tracker.core import clock, ids
from tracker.engagements.list_columns import COMMITMENTS, ENGAGEMENTS
from tracker.followups.list_columns import FOLLOW_UPS
from tracker.lists.columns import ListKind

LISTS = {
    "/cases/export": CASES,
    "/follow-ups/export": FOLLOW_UPS,
    "/contacts/export": CONTACTS,
    "/organisations/export": ORGANISATIONS,
    "/engagements/export": ENGAGEMENTS,
    "/commitments/export": COMMITMENTS,
}
PEOPLE = (
    *("head", "administrator"),
    *(pytest.param(one, marks=pytest.mark.long) for one in ("legal_officer", "outside_counsel", "coordinator")),
)


@pytest.mark.parametrize("visitor", at_once(UNASSURED))
def test_every_list_is_the_same_file(twins: Twins, shared: Shared, visitor: str) -> None:
    faults = []
    for path, kind in LISTS.items():
        for query in queries(kind, "Quicksilver"):
            for ending in ("csv", "xlsx"):
                faults += twins.differences(visitor, f"{path}?{query}", method="POST", data={"format": ending})
        without = {"format": "csv", "without": "1"}
        faults += twins.differences(visitor, path, method="POST", data=without)
    require_none(faults)


@pytest.mark.parametrize("visitor", at_once(UNASSURED))
def test_recommendations_of_every_case_are_the_same_file(twins: Twins, shared: Shared, visitor: str) -> None:
    assert shared.sealed is not None
    faults = []
    for case in (shared.open.case, shared.restricted.case, shared.led, shared.sealed.case):
        path = f"/cases/{case.reference}/recommendations"
        for query in ("", "q=Quicksilver", "by=Mercury", "assessment=nobody", "state=LT"):
            faults += twins.differences(visitor, f"{path}?{query}")
            faults += twins.differences(visitor, f"{path}/export?{query}", method="POST", data={"format": "csv"})
        faults += twins.differences(visitor, f"{path}/figures")
    require_none(faults)


@pytest.mark.long
@pytest.mark.parametrize("visitor", ["head", "coordinator", "outside_counsel", UNASSURED])
def test_every_order_of_a_file_is_the_same_for_every_word(twins: Twins, shared: Shared, visitor: str) -> None:
    assert shared.sealed is not None
    faults = []
    for path, kind in LISTS.items():
        asked = [urlencode({"sort": one, "group": group}) for one in kind.sorts for group in ("", *kind.groups)]
        asked += [query for word in (*SECRET_WORDS, shared.sealed.case.reference) for query in queries(kind, word)[1:]]
        for query in asked:
            faults += twins.differences(visitor, f"{path}?{query}", method="POST", data={"format": "csv"})
    require_none(faults)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_command_as_a_person_says_the_same(twins: Twins, shared: Shared, who: str) -> None:
    assert shared.sealed is not None
    export = ("dossier", "export", "--json")
    by_ref = [(*export, "--ref", sample.case.reference) for sample in (shared.open, shared.restricted, shared.sealed)]
    for command in (export, *by_ref, ("reminders", "status", "--json")):
        without, having = both_say(twins, *command, "--as", f"{who}@example.org")
        assert without == having, command


def test_a_file_with_the_keys_of_a_sealed_case_is_taken_in_alike(twins: Twins, shared: Shared, tmp_path: Path) -> None:
    """Whoever has such a file learns nothing from what becomes of it."""
    whole = said_by(twins, twins.having, "dossier", "export", "--json")[0]
    assert "Quicksilver" in whole
    file = tmp_path / "dossier.json"
    file.write_text(whole, encoding="utf-8")
    for who in ("legal_officer", "head"):
        for more in ("--dry-run", "--json"):
            args = ("dossier", "import", str(file), more, "--json", "--as", f"{who}@example.org")
            without, having = both_say(twins, *args)
            assert without == having, args
        for path in ("/", "/cases", "/contacts", "/organisations", "/engagements", "/follow-ups", "/subjects"):
            require_none(twins.differences(who, path))


def both_say(twins: Twins, *args: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """What the command says in each copy, and how it ends."""
    seed = next(twins.seeds)
    return said_by(twins, twins.without, *args, seed=seed), said_by(twins, twins.having, *args, seed=seed)


def said_by(twins: Twins, app: Flask, *args: str, seed: int = 0) -> tuple[str, int]:
    """What the command says in one copy, and how it ends."""
    with clock.fixed(twins.now), ids.seeded(seed):
        answer = app.test_cli_runner().invoke(args=list(args))
    return answer.output, answer.exit_code


def queries(kind: ListKind, word: str) -> list[str]:
    """Every column there is; and what the filters of lists take, with one word."""
    return [
        urlencode({"columns": ",".join(column.key for column in kind.columns)}),
        urlencode({"q": word}),
        urlencode({"name": word, "text": word, "case": word, "country": "LV"}),
    ]
