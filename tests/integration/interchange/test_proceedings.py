"""Real histories come in with the status that history had; broken copies of them are refused, every fault named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tests.integration.interchange.proceedings import PROCEEDINGS, document
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import sight_of
from tracker.cases.queries import shared_events
from tracker.core.actor import OPERATOR
from tracker.interchange.checking import check, shape_file
from tracker.interchange.exporting import export_dossier
from tracker.interchange.printing import dossier_as_yaml
from tracker.interchange.reading import read_text
from tracker.pathways.registry import load_default


@pytest.mark.parametrize("ref", PROCEEDINGS)
def test_each_history_is_lawful(ref: str) -> None:
    shaped, findings = shape_file(document(ref), [])
    for case in shaped.cases or () if shaped else ():
        case.links = None  # what they lead to stands in other files here
    assert check(shaped, findings, load_default()).findings.errors == []


def test_every_case_ends_with_the_status_that_history_gave_it(session: Session, take_in: Import) -> None:
    answer = take_in(document())
    assert answer.errors == []
    cases = {case.ref: case for case in session.scalars(select(Case))}
    assert {ref: case.status for ref, case in cases.items()} == {ref: told[1] for ref, told in PROCEEDINGS.items()}
    for case in cases.values():
        seen = sight_of(case, session.scalars(shared_events(case)).all())
        assert (case.status, case.phase, case.flags) == (seen.status, seen.phase, list(seen.flags))
    assert cases["venezuela"].flags == []
    assert cases["afghanistan"].flags == ["appeal_pending"]
    assert str(cases["belarus-framework"].expires_on) == "2027-02-28"
    assert cases["am-accession"].status_since == "2024-02-01"
    assert cases["belarus-rapporteur"].status_since == "2013-07-01"
    assert cases["comoros"].phase == "closed"


def test_histories_come_back_out_as_they_went_in(session: Session, take_in: Import) -> None:
    take_in(document())
    given_out = read_text(dossier_as_yaml(export_dossier(session, OPERATOR))).document
    by_ref = {case["ref"]: case for case in given_out["cases"]}
    for case in document()["cases"]:
        for given, taken in zip(case["events"], by_ref[case["ref"]]["events"], strict=True):
            said = {key: value for key, value in given.items() if key not in ("seq", "move") and value is not None}
            assert said.items() <= taken.items()
    answer = take_in(given_out)
    assert answer.errors == []
    assert answer.as_json()["created"] == answer.as_json()["updated"] == {}


Breaking = Callable[[dict[str, Any]], str]


def unlawful_move(case: dict[str, Any]) -> str:
    case["events"].append({"seq": 99, "status": "preparing", "summary": "back to the beginning"})
    return f"events[{len(case['events']) - 1}].status"


def jump_to_nowhere(case: dict[str, Any]) -> str:
    case["events"].append({"seq": 99, "status": "preparing", "move": "jump", "summary": "a jump"})
    return f"events[{len(case['events']) - 1}].move"


def wrong_kind_of_move(case: dict[str, Any]) -> str:
    case["events"][1]["move"] = "reopen"
    return "events[1].move"


def unknown_status(case: dict[str, Any]) -> str:
    case["events"][1]["status"] = "filed_with_the_court"
    return "events[1].status"


def unknown_key(case: dict[str, Any]) -> str:
    case["events"][0]["ocurred_on"] = "2024"
    return "events[0].ocurred_on"


def status_typed_in(case: dict[str, Any]) -> str:
    case["status"] = "declined"
    return "status"


def day_that_does_not_exist(case: dict[str, Any]) -> str:
    case["events"][0]["occurred_on"] = "2023-02-30"
    return "events[0].occurred_on"


def order_that_cannot_be(case: dict[str, Any]) -> str:
    case["events"][-1]["occurred_on"] = "1950"
    return f"events[{len(case['events']) - 1}].occurred_on"


def precision_that_disagrees(case: dict[str, Any]) -> str:
    case["events"][0]["precision"] = "month"
    return "events[0].precision"


def bounds_that_run_backwards(case: dict[str, Any]) -> str:
    case["events"][0]["between"] = ["2030", "2020"]
    return "events[0].between"


def seq_for_some_only(case: dict[str, Any]) -> str:
    del case["events"][1]["seq"]
    return "events[1].seq"


def seq_given_twice(case: dict[str, Any]) -> str:
    case["events"][1]["seq"] = case["events"][0]["seq"]
    return "events[1].seq"


def no_such_case(case: dict[str, Any]) -> str:
    case["links"] = [{"to": "nowhere", "kind": "joins"}]
    return "links[0].to"


def no_such_country(case: dict[str, Any]) -> str:
    case["countries"] = ["LT", "EN"]
    return "countries[1]"


def no_such_level(case: dict[str, Any]) -> str:
    case["events"][0]["confidentiality"] = "top secret"
    return "events[0].confidentiality"


def no_such_pathway(case: dict[str, Any]) -> str:
    case["pathway"] = "icc"
    return "pathway"


def summary_left_out(case: dict[str, Any]) -> str:
    del case["events"][0]["summary"]
    return "events[0].summary"


def no_status_at_all(case: dict[str, Any]) -> str:
    for event in case["events"]:
        event["status"] = None
    return "events"


BREAKINGS: list[Breaking] = [
    unlawful_move,
    jump_to_nowhere,
    wrong_kind_of_move,
    unknown_status,
    unknown_key,
    status_typed_in,
    day_that_does_not_exist,
    order_that_cannot_be,
    precision_that_disagrees,
    bounds_that_run_backwards,
    seq_for_some_only,
    seq_given_twice,
    no_such_case,
    no_such_country,
    no_such_level,
    no_such_pathway,
    summary_left_out,
    no_status_at_all,
]


def nothing_written(session: Session) -> bool:
    return not any(session.scalar(select(func.count()).select_from(model)) for model in (Case, CaseEvent))


@pytest.mark.parametrize("breaking", BREAKINGS)
def test_a_broken_copy_is_refused_and_the_fault_named(breaking: Breaking, session: Session, take_in: Import) -> None:
    broken = copy.deepcopy(document("comoros"))
    path = f"cases[0].{breaking(broken['cases'][0])}"
    answer = take_in(broken)
    assert path in [error.path for error in answer.errors]
    assert nothing_written(session)


def test_all_faults_of_a_file_are_listed_together(session: Session, take_in: Import) -> None:
    cases = [copy.deepcopy(document("comoros"))["cases"][0] | {"ref": f"copy-{n}"} for n in range(len(BREAKINGS))]
    paths = {f"cases[{index}].{breaking(cases[index])}" for index, breaking in enumerate(BREAKINGS)}
    answer = take_in(document("kadi") | {"cases": [*cases, *document("kadi")["cases"]]})
    assert paths <= {error.path for error in answer.errors}
    assert nothing_written(session)


def test_what_was_unlawful_names_what_would_be_lawful(take_in: Import) -> None:
    broken = copy.deepcopy(document("noury"))
    broken["cases"][0]["events"].append({"seq": 99, "status": "trial", "summary": "again"})
    assert "sentence_ended" in take_in(broken).errors[0].message
    broken["cases"][0]["events"][-2:] = [{"seq": 98, "status": "trial", "summary": "again"}]
    assert "retrial_ordered" in take_in(broken).errors[0].message
