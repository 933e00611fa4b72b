from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case, CaseEvent
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.interchange.exporting import UnknownRefError, export_dossier
from tracker.interchange.printing import dossier_as_json, dossier_as_yaml
from tracker.interchange.reading import read_file, read_text
from tracker.interchange.sample_cases import sample_files
from tracker.interchange.sample_removal import remove_sender


def whole_file() -> dict[str, Any]:
    """A file that uses every key of the format."""
    return {
        "format": "accountability-dossier/1",
        "sender": "elsewhere",
        "dossiers": [{"ref": "D", "title": "Story", "summary": "Of cases"}],
        "organisations": [{"ref": "O", "name": "Body: one", "country": "XK", "kind": "court"}],
        "contacts": [
            {
                "ref": "K",
                "name": None,
                "organisation": "O",
                "country": "NO",
                "email": "k@example.org",
                "phone": "+47 1",
                "languages": ["no", "en"],
                "notes": "Line one\nline two",
                "offices": [
                    {"title": "Head", "organisation": "O", "from": "2019", "to": "2020-05"},
                    {"title": "Later"},
                ],
            }
        ],
        "subjects": [
            {"ref": "S", "name": "Somebody", "kind": "entity", "aliases": ["A"], "office": "Head", "notes": "n"},
            {"ref": "S-UNNAMED", "name": None, "kind": "person"},
        ],
        "cases": [
            {
                "ref": "C1",
                "pathway": "icc_referral",
                "title": "First",
                "dossier": "D",
                "summary": "Long",
                "countries": ["LT", "NO"],
                "confidentiality": "public",
                "lead": "officer@example.org",
                "members": [{"user": "head@example.org", "kind": "reader"}],
                "details": {"a": {"b": [1, None, "x"]}, "since": "2024-01-01"},
                "subjects": [{"subject": "S", "role": "accused", "counts": ["one", {"n": 2}], "outcome": "open"}],
                "links": [{"to": "C2", "kind": "related"}],
                "contacts": [{"contact": "K", "role": "press"}],
                "events": [
                    {
                        "ref": "first",
                        "seq": 1,
                        "occurred_on": "2024-09",
                        "precision": "month",
                        "between": ["2024-09-10", None],
                        "known_on": "2024-10-01",
                        "effective_on": "2024-09-01",
                        "expires_on": "2025-09-01",
                        "time": "10:00",
                        "place": "The Hague",
                        "status": "investigation_open",
                        "facts": {"vote": {"for": 3}, "received_on": {"NO": "2024-10-02"}, "flag": True, "n": 1.5},
                        "flags": ["appeal_pending"],
                        "summary": 'Opened: "no" - yes #1',
                        "authority": "OTP",
                        "reference_no": "0001",
                        "source": "press",
                        "confidentiality": "internal",
                    },
                    {
                        "seq": 2,
                        "occurred_on": None,
                        "precision": "unknown",
                        "status": "suspended_unsc",
                        "resume_to": "investigation_open",
                        "reason": "Resolution",
                        "flags": ["-appeal_pending"],
                        "summary": "no",
                    },
                    {
                        "seq": 3,
                        "occurred_on": "2026",
                        "precision": "year",
                        "status": "case_stage",
                        "move": "jump",
                        "new_facts": "f",
                        "outcome": "o",
                        "summary": "2024-01-01",
                    },
                    {
                        "seq": 4,
                        "occurred_on": "2026",
                        "precision": "year",
                        "summary": "Received",
                        "source": "A letter of the Registry",
                        "clock_rule": "rome_statute_18_2",
                        "clock_party": "LT",
                        "clock_on": "2026-04",
                    },
                ],
                "follow_ups": [
                    {
                        "ref": "F",
                        "title": "Call",
                        "kind": "hearing",
                        "due_on": "2030-01-01",
                        "assignee": "officer@example.org",
                        "status": "done",
                        "completed_on": "2029-12-31",
                        "notes": "n",
                    },
                    {
                        "ref": "F2",
                        "title": "Somebody else's",
                        "kind": "follow_up",
                        "assignee": "x@y.org",
                        "status": "open",
                    },
                ],
                "period_records": [
                    {
                        "ref": "PR1",
                        "kind": "framework",
                        "title": "EU regime",
                        "holder": "Nobody by name",
                        "authority": "Council",
                        "rule": "eu_belarus_regime",
                        "note": "n",
                        "periods": [
                            {"ref": "P0", "ends_on": "2024-02", "end": "day"},
                            {
                                "ref": "P1",
                                "begins_on": "2024-03-01",
                                "ends_on": "2025-02-28",
                                "end": "day",
                                "basis": "Decision 2024/769",
                                "source": "OJ",
                            },
                            {
                                "ref": "P2",
                                "begins_on": "2025-02-26",
                                "ends_on": "2026-02-28",
                                "end": "day",
                                "overlaps": True,
                            },
                            {"ref": "P3", "begins_on": "2026-03", "end": "open"},
                        ],
                    },
                    {"ref": "PR2", "kind": "power_of_attorney", "title": "For the complaint"},
                ],
                "recommendations": [
                    {
                        "ref": "R1",
                        "cycle": 3,
                        "number": "138.45",
                        "states": ["LT", "PL"],
                        "text": "Release those who were detained",
                        "position": "noted",
                        "theme": "Detention",
                        "note": "n",
                        "repeats": [{"case": "C1", "ref": "R2"}],
                        "assessments": [
                            {
                                "assessor": "A coalition",
                                "assessment": "partially",
                                "assessed_on": "2025-03",
                                "source": "S",
                                "note": "n",
                            },
                            {"assessor": "NAM", "assessment": "not"},
                        ],
                    },
                    {"ref": "R2", "text": "Do so", "position": "unknown"},
                ],
                "stated_figures": [
                    {
                        "ref": "SF1",
                        "assessor": "NAM",
                        "stated_on": "2025-11",
                        "total": 266,
                        "assessed": 228,
                        "implemented": 2,
                        "partially": 0,
                        "not_implemented": 226,
                        "not_assessed": 38,
                        "source": "S1",
                        "note": "n",
                    },
                ],
                "charges": [
                    {
                        "ref": "CH1",
                        "subjects": ["S"],
                        "jurisdiction": "PL",
                        "offence": "Bodily harm",
                        "crime": "ordinary",
                        "law": "KK Art. 157",
                        "gravity": "występek",
                        "limitation": "date",
                        "counted_from": "2020-08-09",
                        "period_amount": 15,
                        "period_unit": "years",
                        "limitation_source": "KK Art. 101",
                        "certainty": "K",
                        "note": "n",
                        "acts": [
                            {
                                "kind": "interrupted",
                                "occurred_on": "2024-05",
                                "act": "Charged",
                                "source": "S",
                                "weighed": True,
                            },
                            {"kind": "suspended", "act": "An order", "weighed": False},
                        ],
                    },
                    {
                        "ref": "CH2",
                        "jurisdiction": "ICC",
                        "offence": "Deportation",
                        "crime": "crimes_against_humanity",
                        "limitation": "none",
                        "limitation_source": "Rome Statute Art. 29",
                        "certainty": "V",
                    },
                    {
                        "ref": "CH3",
                        "jurisdiction": "LT",
                        "offence": "Hijacking",
                        "crime": "ordinary",
                        "limitation": "unknown",
                    },
                ],
            },
            {
                "ref": "C2",
                "pathway": "sanctions",
                "title": "Second",
                "confidentiality": "sealed",
                "events": [
                    {"seq": 1, "occurred_on": None, "precision": "unknown", "status": "listed", "summary": "Listed"}
                ],
            },
        ],
        "engagements": [
            {
                "ref": "E",
                "kind": "meeting",
                "occurred_on": "2024-12",
                "precision": "month",
                "date_text": "in December",
                "place": "Vilnius",
                "participants": ["K", "others"],
                "cases": ["C1", "C2"],
                "summary": "Talk",
                "confidentiality": "restricted",
                "commitments": [
                    {"ref": "A", "kind": "ask", "by": "K", "to": "O", "text": "Act", "status": "kept", "case": "C1"}
                ],
            }
        ],
        "commitments": [
            {
                "ref": "B",
                "kind": "position",
                "by": "NO",
                "to": "all",
                "text": "We",
                "due_on": "2030-01-01",
                "status": "open",
            }
        ],
        "documents": [
            {
                "ref": "P",
                "title": "Paper",
                "dated_on": "2024",
                "from": "LT",
                "to": "ICC",
                "cases": ["C1"],
                "confidentiality": "internal",
                "sha256": "0" * 64,
                "source": "S1",
            }
        ],
    }


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    made = {}
    for name, role in (("officer", "legal_officer"), ("head", "head")):
        made[name] = Person(email=f"{name}@example.org", name=name)
        session.add(made[name])
        session.flush()
        session.add(PersonRole(person_id=made[name].id, role=role))
    session.flush()
    return made


@pytest.mark.parametrize("write", [dossier_as_yaml, dossier_as_json])
def test_export_of_what_import_took_gives_the_same_facts_back(
    session: Session, take_in: Import, people: dict[str, Person], write: Any
) -> None:
    document = whole_file()
    assert take_in(document).errors == []
    given_out = read_text(write(export_dossier(session, OPERATOR)))
    assert given_out.faults == []
    assert given_out.document == document


def test_whoever_is_no_member_any_more_is_not_named(
    session: Session, take_in: Import, people: dict[str, Person]
) -> None:
    take_in(whole_file())
    of_head = select(CaseMembership).where(CaseMembership.person_id == people["head"].id)
    for membership in session.scalars(of_head):
        membership.ended_at = clock.now()
    session.flush()
    assert "members" not in export_dossier(session, OPERATOR)["cases"][0]


def test_an_export_taken_in_again_is_unchanged_everywhere(
    session: Session, take_in: Import, people: dict[str, Person]
) -> None:
    take_in(whole_file())
    answer = take_in(export_dossier(session, OPERATOR))
    assert answer.errors == []
    assert answer.as_json()["created"] == answer.as_json()["updated"] == {}
    assert sum(answer.counts["unchanged"].values()) == 18


def test_the_sample_survives_export_and_import_into_an_empty_database(session: Session, take_in: Import) -> None:
    for path in sample_files():
        assert take_in(read_file(path).document).errors == []
    before = export_dossier(session, OPERATOR)
    remove_sender(session, OPERATOR, "nam-sample")
    assert "cases" not in export_dossier(session, OPERATOR)
    assert take_in(read_text(dossier_as_yaml(before)).document).errors == []
    assert export_dossier(session, OPERATOR) == before


def test_seq_is_counted_anew_and_the_original_file_is_still_known(session: Session, take_in: Import) -> None:
    events = [{"status": "submitted", "summary": "one", "seq": 10}, {"status": "received", "summary": "two", "seq": 20}]
    original = {
        "format": "accountability-dossier/1",
        "sender": "s",
        "cases": [{"ref": "C", "pathway": "icc_referral", "title": "T", "events": events}],
    }
    take_in(original)
    case = session.scalars(select(Case)).one()
    session.add(CaseEvent(case_id=case.id, place=1.5, summary="squeezed in", definition_version=1))
    session.flush()
    given_out = export_dossier(session, OPERATOR)
    assert [(e["seq"], e["summary"]) for e in given_out["cases"][0]["events"]] == [
        (1, "one"),
        (2, "squeezed in"),
        (3, "two"),
    ]
    for document in (given_out, original):
        answer = take_in(document)
        assert answer.errors == []
        assert answer.as_json()["created"] == answer.as_json()["updated"] == {}


def test_ref_gives_those_cases_with_what_they_refer_to(
    session: Session, take_in: Import, people: dict[str, Person]
) -> None:
    take_in(whole_file())
    take_in({"format": "accountability-dossier/1", "sender": "elsewhere", "contacts": [{"ref": "K9"}]})
    given_out = export_dossier(session, OPERATOR, ["C1"])
    assert [case["ref"] for case in given_out["cases"]] == ["C1"]
    assert "links" not in given_out["cases"][0]
    assert [contact["ref"] for contact in given_out["contacts"]] == ["K"]
    assert [subject["ref"] for subject in given_out["subjects"]] == ["S"]
    assert given_out["engagements"][0]["cases"] == ["C1"]
    assert "commitments" not in given_out
    answer = take_in(given_out)
    assert answer.errors == []
    assert answer.as_json()["updated"] == {}
    both = export_dossier(session, OPERATOR, ["C1", "C2"])
    assert both["cases"][0]["links"] == [{"to": "C2", "kind": "related"}]


def test_a_ref_that_nobody_sees_is_named(session: Session, take_in: Import) -> None:
    take_in(whole_file())
    with pytest.raises(UnknownRefError, match="C9"):
        export_dossier(session, OPERATOR, ["C1", "C9"])


def test_a_person_gets_only_what_they_may_see(
    session: Session, take_in: Import, people: dict[str, Person], database: Any
) -> None:
    document = whole_file()
    document["cases"][0]["events"][1]["confidentiality"] = "sealed"
    document["cases"][0]["members"] = []
    take_in(document)
    session.commit()
    head = person_actor(people["head"].id, frozenset({"head"}))
    with database.unit_of_work(head) as as_head:
        given_out = export_dossier(as_head, head)
        with pytest.raises(UnknownRefError):
            export_dossier(as_head, head, ["C2"])
    assert [case["ref"] for case in given_out["cases"]] == ["C1"]
    assert [event["seq"] for event in given_out["cases"][0]["events"]] == [1, 2, 3]
    assert "engagements" not in given_out
    assert "email" not in given_out["contacts"][0]
    assert "Second" not in json.dumps(given_out)


def test_an_all_embracing_export_of_several_senders_comes_back_unchanged(session: Session, take_in: Import) -> None:
    for sender in ("one", "two"):
        case = {
            "ref": "C",
            "pathway": "icc_referral",
            "title": sender,
            "events": [{"status": "submitted", "summary": "x"}],
        }
        subjects = [{"ref": "S", "name": None}]
        take_in({"format": "accountability-dossier/1", "sender": sender, "cases": [case], "subjects": subjects})
    given_out = export_dossier(session, OPERATOR)
    assert {(case["ref"], case["title"]) for case in given_out["cases"]} == {("C", "one"), ("two::C", "two")}
    answer = take_in(given_out)
    assert answer.counts["unchanged"] == {"subjects": 2, "cases": 2, "events": 2}
    session.execute(delete(Case))
    session.expunge_all()
    assert take_in(given_out).counts["created"] == {"cases": 2, "events": 2}


def test_voided_entries_are_not_given_out(session: Session, take_in: Import) -> None:
    case = {"ref": "C", "pathway": "icc_referral", "title": "T"}
    for summary in ("first", "second"):
        events = [{"ref": "a", "status": "submitted", "summary": summary}]
        take_in({"format": "accountability-dossier/1", "sender": "s", "cases": [case | {"events": events}]})
    assert [e["summary"] for e in export_dossier(session, OPERATOR)["cases"][0]["events"]] == ["second"]


def test_yaml_gives_a_reader_of_yaml_1_1_the_same_facts() -> None:
    written = dossier_as_yaml({"a": "NO", "b": "2024-01-01", "c": "on", "d": "1:30", "e": "0x1", "f": None, "g": ["~"]})
    assert written.splitlines()[:4] == ['a: "NO"', 'b: "2024-01-01"', 'c: "on"', 'd: "1:30"']
    assert read_text(written).document == {
        "a": "NO",
        "b": "2024-01-01",
        "c": "on",
        "d": "1:30",
        "e": "0x1",
        "f": None,
        "g": ["~"],
    }
