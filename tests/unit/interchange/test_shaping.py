from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tracker.interchange.checking import check, shape_file
from tracker.interchange.findings import Findings
from tracker.interchange.reading import read_text
from tracker.interchange.schema import DossierFile, json_schema
from tracker.interchange.shaping import shape
from tracker.pathways.registry import load_default

EVENT = {"occurred_on": "2024-09-30", "status": "submitted", "summary": "Sent"}
CASE = {"ref": "C1", "pathway": "icc_referral", "title": "Referral", "events": [EVENT]}


def faults_of(document: Any) -> dict[str, str]:
    findings = Findings()
    shape(DossierFile, document, "", findings)
    return {finding.path: finding.message for finding in findings.errors}


def a_file(**keys: Any) -> dict[str, Any]:
    return {"format": "accountability-dossier/1", **keys}


def a_case(**keys: Any) -> dict[str, Any]:
    return a_file(cases=[CASE | keys])


def an_event(**keys: Any) -> dict[str, Any]:
    return a_case(events=[EVENT | keys])


def test_a_good_file_has_no_fault_and_fits_its_json_schema() -> None:
    document = an_event(between=[None, "2025"], facts={"vote": {"for": 24}}, flags=["-appeal_pending"])
    assert faults_of(document) == {}
    jsonschema.Draft202012Validator(json_schema()).validate(document)


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        ([], "", "must be a map"),
        (None, "", "must be a map"),
        ({}, "format", "is required"),
        ({"format": "accountability-dossier/2"}, "format", "accountability-dossier/1"),
        (a_file(case=[]), "case", "did you mean cases?"),
        (a_file(cases={}), "cases", "must be a list"),
        (a_file(cases=["C1"]), "cases[0]", "must be a map"),
        (a_file(cases=[{k: v for k, v in CASE.items() if k != "title"}]), "cases[0].title", "is required"),
        (a_case(title=None), "cases[0].title", "must be text; found null"),
        (a_case(title="  "), "cases[0].title", "must not be empty"),
        (a_case(events=[]), "cases[0].events", "at least one"),
        (a_case(events=None), "cases[0].events", "must be a list"),
        (a_case(countries=["LT", "UK"]), "cases[0].countries[1]", "did you mean GB?"),
        (a_case(countries=["Lithuania"]), "cases[0].countries[0]", "ISO 3166-1"),
        (a_case(countries="LT"), "cases[0].countries", "must be a list"),
        (a_case(confidentiality="secret"), "cases[0].confidentiality", "'sealed'"),
        (a_case(lead="nobody"), "cases[0].lead", "e-mail"),
        (a_case(members=[{"user": "a@b.org", "kind": "owner"}]), "cases[0].members[0].kind", "'reader'"),
        (a_case(links=[{"to": "C2", "kind": "join"}]), "cases[0].links[0].kind", "'joins'"),
        (a_case(contacts=[{"contact": "K", "role": "boss"}]), "cases[0].contacts[0].role", "'adverse_body'"),
        (a_case(details=[]), "cases[0].details", "must be a map"),
        (a_case(status="submitted"), "cases[0].status", "unknown key"),
        (a_case(follow_ups=[{"ref": "F", "due_on": "2024"}]), "cases[0].follow_ups[0].due_on", "YYYY-MM-DD"),
        (an_event(seq=0), "cases[0].events[0].seq", "at least 1"),
        (an_event(seq="1"), "cases[0].events[0].seq", "whole number"),
        (an_event(seq=True), "cases[0].events[0].seq", "whole number"),
        (an_event(occurred_on="2023-02-29"), "cases[0].events[0].occurred_on", "run from 01 to 28"),
        (an_event(occurred_on="2024-13"), "cases[0].events[0].occurred_on", "no month 13"),
        (an_event(occurred_on="30.09.2024"), "cases[0].events[0].occurred_on", "YYYY-MM"),
        (an_event(occurred_on="2024-9-30"), "cases[0].events[0].occurred_on", "YYYY-MM"),
        (an_event(occurred_on="0000"), "cases[0].events[0].occurred_on", "0000"),
        (an_event(occurred_on=20240930), "cases[0].events[0].occurred_on", "must be text"),
        (an_event(known_on="2024-09"), "cases[0].events[0].known_on", "full date"),
        (an_event(known_on="soon"), "cases[0].events[0].known_on", "write it as YYYY-MM-DD"),
        (an_event(expires_on=2024), "cases[0].events[0].expires_on", "write it as YYYY-MM-DD"),
        (an_event(effective_on="2024-02-30"), "cases[0].events[0].effective_on", "run from 01 to 29"),
        (an_event(between=["2024"]), "cases[0].events[0].between", "entries"),
        (an_event(between=["2024", "soon"]), "cases[0].events[0].between[1]", "no date"),
        (an_event(precision="hour"), "cases[0].events[0].precision", "'unknown'"),
        (an_event(move="leap"), "cases[0].events[0].move", "'jump'"),
        (an_event(flags=["Appeal"]), "cases[0].events[0].flags[0]", "lower-case"),
        (an_event(facts={"Vote": 1}), "cases[0].events[0].facts", "lower-case"),
        (an_event(summary=5), "cases[0].events[0].summary", "must be text; found the number 5"),
        (a_file(documents=[{"ref": "D", "sha256": "abc"}]), "documents[0].sha256", "64"),
        (a_file(contacts=[{"ref": "K", "offices": [{"titel": "x"}]}]), "contacts[0].offices[0].titel", "title"),
        (a_file(engagements=[{"ref": "E", "kind": "party"}]), "engagements[0].kind", "'meeting'"),
        (a_file(subjects=[{"name": "X"}]), "subjects[0].ref", "is required"),
    ],
)
def test_each_fault_is_named_with_its_place_and_what_would_be_right(document: Any, path: str, words: str) -> None:
    faults = faults_of(document)
    assert list(faults) == [path]
    assert words in faults[path]


@pytest.mark.parametrize("value", ["soon", "2024", "2024-09", 2024, 20240930])
@pytest.mark.parametrize("key", ["known_on", "effective_on", "expires_on"])
def test_a_full_date_is_asked_for_in_one_form_alone(key: str, value: Any) -> None:
    (message,) = faults_of(an_event(**{key: value})).values()
    assert message.endswith("write it as YYYY-MM-DD")
    assert "YYYY," not in message


@pytest.mark.parametrize(
    "value", [["LT", 2], {"LT": [1, 2.5]}, True, None, "2024", {"vote": {"for": 1}}, [{"state": "LT", "was": None}]]
)
def test_facts_of_other_senders_may_be_lists_switches_and_null(value: Any) -> None:
    document = an_event(facts={"vote": value})
    assert faults_of(document) == {}
    jsonschema.Draft202012Validator(json_schema()).validate(document)


def test_a_fact_that_is_nested_deeper_is_refused_by_the_schema_too() -> None:
    document = an_event(facts={"vote": {"a": {"b": {"c": 1}}}})
    assert list(faults_of(document)) == ["cases[0].events[0].facts"]
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(document)


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize(
    ("holder", "path"),
    [
        ('"title": "%s"', "cases[0].title"),
        ('"title": "T", "countries": ["LT", "%s"]', "cases[0].countries[1]"),
        ('"title": "T", "lead": "%s"', "cases[0].lead"),
        ('"title": "T", "links": ["%s"]', "cases[0].links[0]"),
        ('"title": "T", "details": {"issuer": {"name": "%s"}}', "cases[0].details.issuer.name"),
    ],
)
def test_text_that_cannot_be_kept_is_one_fault_and_no_second(holder: str, path: str, character: str) -> None:
    text = (
        '{"format": "accountability-dossier/1", "cases": [{"ref": "C1", "pathway": "icc_referral", %s, "events": %s}]}'
    )
    reading = read_text(text % (holder % character, json.dumps([EVENT])))
    result = check(*shape_file(reading.document, reading.faults), load_default())
    assert [finding.path for finding in result.findings.errors] == [path]


def test_no_fault_hides_another() -> None:
    broken = CASE | {
        "titel": "x",
        "countries": ["XX", "LT", "YY"],
        "events": [EVENT | {"seq": 0, "occurred_on": "never"}, "no map", {"status": "submitted"}],
    }
    assert set(faults_of(a_file(cases=[broken], documents=5))) == {
        "cases[0].titel",
        "cases[0].countries[0]",
        "cases[0].countries[2]",
        "cases[0].events[0].seq",
        "cases[0].events[0].occurred_on",
        "cases[0].events[1]",
        "cases[0].events[2].summary",
        "documents",
    }


def test_a_year_without_quotes_is_a_year() -> None:
    findings = Findings()
    text = "{format: accountability-dossier/1, documents: [{ref: D, dated_on: 2022}]}"
    file = shape(DossierFile, read_text(text).document, "", findings)
    assert not findings.errors
    assert file is not None and file.documents is not None
    assert file.documents[0].dated_on == "2022"


def test_left_out_and_null_are_told_apart() -> None:
    file = shape(DossierFile, a_case(dossier=None), "", Findings())
    assert file is not None and file.cases is not None
    assert "dossier" in file.cases[0].given
    assert "summary" not in file.cases[0].given


def test_the_json_schema_refuses_what_the_importer_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for document in (a_case(status="x"), a_case(countries=["UK"]), an_event(occurred_on="x"), a_case(events=[])):
        assert not validator.is_valid(document)
