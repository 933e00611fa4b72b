"""Every pair of statuses of every pathway, against tables that were transcribed apart from the definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.pathways.machine import judge
from tracker.pathways.registry import OWN_DIRECTORY, Registry, load_directory
from tracker.pathways.state import CaseState
from tracker.pathways.vocabulary import SAID_KINDS

TABLES = Path(__file__).parent / "tables"
PATHWAYS = (
    "icc_referral",
    "icc_communication",
    "universal_jurisdiction",
    "arrest_warrant",
    "country_accession",
    "special_tribunal",
    "un_mechanism",
    "sanctions",
    "political_resolution",
)

Row = tuple[str, str, dict[str, str]]

ACCEPTED_TOO = {
    # (from phase, to phase, written kind): the kind that the default rules give as well
    ("paused", "paused", "suspend"): {"resume"},
    ("paused", "closed", "close"): {"resume"},
}
OF_A_NEW_PERIOD = {"paused": {"forward", "suspend"}, "closed": {"forward", "close"}}


def read_table(key: str) -> list[Row]:
    rows = []
    for line in (TABLES / f"{key}.txt").read_text(encoding="utf-8").splitlines():
        status, phase, following = (cell.strip() for cell in line.split("|"))
        moves = dict(move.strip().split(":") for move in following.split(",") if move.strip())
        rows.append((status, phase, moves))
    return rows


def accepted_kinds(source: Row, target: Row) -> set[str]:
    """The kinds by which the table lets ``target`` follow ``source``; empty when it doesn't."""
    if source[0] == target[0]:
        return OF_A_NEW_PERIOD.get(source[1], {"forward"})
    written = source[2].get(target[0])
    if written is None:
        return set()
    more = ACCEPTED_TOO.get((source[1], target[1], written), set())
    if written == "forward" and target[1] == "closed":
        more = {"close"}
    if target[0] == "in_force" and source[0].startswith("withdrawal_"):
        more = {"back"}
    return {written, *more}


@pytest.mark.parametrize("key", PATHWAYS)
def test_every_pair_of_statuses_is_judged_as_the_table_says(registry: Registry, key: str) -> None:
    definition, rows = registry.get(key), read_table(key)
    for source in rows:
        for target in rows:
            verdict = judge(definition, CaseState(source[0]), target[0])
            kinds = accepted_kinds(source, target)
            assert verdict.lawful is bool(kinds), f"{key}: {source[0]} to {target[0]}"
            if verdict.lawful:
                assert verdict.kind == source[2].get(target[0], "forward"), f"{key}: {source[0]} to {target[0]}"


@pytest.mark.parametrize("key", PATHWAYS)
def test_every_kind_that_contradicts_the_table_is_refused_and_no_other(registry: Registry, key: str) -> None:
    definition, rows = registry.get(key), read_table(key)
    for source in rows:
        for target in rows:
            accepted = accepted_kinds(source, target)
            for kind in set(SAID_KINDS) - {"jump"}:
                verdict = judge(definition, CaseState(source[0]), target[0], kind)
                assert verdict.lawful is (kind in accepted), f"{key}: {source[0]} to {target[0]} as {kind}"


@pytest.mark.parametrize("key", PATHWAYS)
def test_a_definition_has_the_statuses_and_phases_of_the_table_in_its_order(registry: Registry, key: str) -> None:
    definition = registry.get(key)
    assert [(status.key, status.phase) for status in definition.statuses] == [row[:2] for row in read_table(key)]
    for status, row in zip(definition.statuses, read_table(key), strict=True):
        assert [move.to for move in status.next] == list(row[2]), status.key


@pytest.mark.parametrize("key", PATHWAYS)
def test_a_jump_leads_wherever_the_table_leads_in_any_number_of_steps(registry: Registry, key: str) -> None:
    definition, rows = registry.get(key), read_table(key)
    following = {row[0]: set(row[2]) for row in rows}
    closure = {status: set(targets) for status, targets in following.items()}
    for _ in rows:
        closure = {
            status: targets.union(*(following[target] for target in targets)) for status, targets in closure.items()
        }
    for source in rows:
        for target in rows:
            lawful = judge(definition, CaseState(source[0]), target[0], "jump").lawful
            assert lawful is (target[0] in closure[source[0]] or target[0] == source[0]), (source[0], target[0])


def test_the_nine_pathways_and_no_other_ship() -> None:
    assert set(load_directory(OWN_DIRECTORY).keys()) == set(PATHWAYS)
    assert {path.stem for path in TABLES.glob("*.txt")} == set(PATHWAYS)
