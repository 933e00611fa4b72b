from __future__ import annotations

from typing import Any

import pytest

from tracker.interchange.checking import Checked, check, shape_file
from tracker.interchange.known import NOTHING_KNOWN, Known
from tracker.pathways.registry import load_default


def an_event(status: Any = None, on: str | None = None, **keys: Any) -> dict[str, Any]:
    return {"status": status, "occurred_on": on, "summary": "Something happened", **keys}


def a_case(*events: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"ref": "C1", "pathway": "icc_referral", "title": "A referral", "events": list(events), **keys}


def checked(*cases: dict[str, Any], known: Known = NOTHING_KNOWN, **keys: Any) -> Checked:
    document = {"format": "accountability-dossier/1", "cases": list(cases), **keys}
    return check(*shape_file(document, []), load_default(), known)


def errors(result: Checked) -> dict[str, str]:
    return {finding.path: finding.message for finding in result.findings.errors}


def statuses(result: Checked) -> list[Any]:
    return [entry.value("status") for entry in result.cases[0].history]


def test_without_seq_events_stand_by_earliest_day_then_latest_then_file() -> None:
    result = checked(
        a_case(
            an_event(None, "2024-10-01"),
            an_event("submitted", "2024-09-30"),
            an_event("received", "2024-09-30"),
            an_event("preliminary_examination", "2024-09-30"),
        )
    )
    assert errors(result) == {}
    assert statuses(result) == ["submitted", "received", "preliminary_examination", None]


def test_a_month_begins_before_a_day_in_it() -> None:
    result = checked(a_case(an_event("received", "2024-09-30"), an_event("submitted", "2024-09")))
    assert errors(result) == {}
    assert statuses(result) == ["submitted", "received"]


def test_a_wholly_unknown_date_among_several_events_needs_seq() -> None:
    result = checked(a_case(an_event("submitted", "2024-09-30"), an_event(None, None)))
    assert list(errors(result)) == ["cases[0].events[1].seq"]
    assert errors(checked(a_case(an_event("submitted", None)))) == {}


def test_bounds_place_an_unknown_date_without_seq() -> None:
    result = checked(
        a_case(an_event("received", "2024-10-05"), an_event("submitted", None, between=["2024-09", "2024-10-01"]))
    )
    assert errors(result) == {}
    assert statuses(result) == ["submitted", "received"]


def test_seq_is_given_for_all_events_or_for_none_and_differs() -> None:
    result = checked(
        a_case(an_event("submitted", "2024-09-30", seq=1), an_event("received", "2024-10-01"), an_event(None, seq=1))
    )
    assert errors(result).keys() == {"cases[0].events[1].seq", "cases[0].events[2].seq"}


def test_an_event_that_surely_ended_before_an_earlier_one_began_is_an_error() -> None:
    result = checked(
        a_case(
            an_event("submitted", "2024-09-30", seq=1),
            an_event("received", "2024-08", seq=2),
            an_event("preliminary_examination", None, seq=3),
            an_event("investigation_open", "2024-09-29", seq=4),
        )
    )
    assert errors(result).keys() == {"cases[0].events[1].occurred_on", "cases[0].events[3].occurred_on"}


def test_a_vague_or_unknown_date_that_may_fit_contradicts_nothing() -> None:
    result = checked(
        a_case(
            an_event("submitted", "2024-09-30", seq=1),
            an_event("received", "2024-09", seq=2),
            an_event("preliminary_examination", "2024", seq=3),
            an_event(None, None, seq=4),
            an_event("investigation_open", None, seq=5, between=[None, "2024-10"]),
        )
    )
    assert errors(result) == {}


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"on": "2024-09", "precision": "day"}, "precision"),
        ({"on": None, "precision": "day"}, "precision"),
        ({"on": "2024", "precision": "unknown"}, "precision"),
        ({"on": None, "between": ["2025", "2024"]}, "between"),
        ({"on": "2024-09-30", "between": ["2024-10-01", None]}, "between"),
    ],
)
def test_precision_and_bounds_must_agree_with_the_date(keys: dict[str, Any], path: str) -> None:
    assert list(errors(checked(a_case(an_event("submitted", **keys))))) == [f"cases[0].events[0].{path}"]


def test_an_unlawful_move_is_named_with_the_lawful_next_keys() -> None:
    result = checked(a_case(an_event("submitted", "2024-09-30"), an_event("case_stage", "2024-10-01")))
    message = errors(result)["cases[0].events[1].status"]
    assert "received" in message
    assert "move: jump" in message


def test_a_jump_that_is_said_is_lawful_where_the_target_can_be_reached() -> None:
    good = checked(a_case(an_event("submitted", "2024-09-30"), an_event("case_stage", "2024-10-01", move="jump")))
    assert errors(good) == {}
    bad = checked(a_case(an_event("declined", "2024-09-30"), an_event("preparing", "2024-10-01", move="jump")))
    assert list(errors(bad)) == ["cases[0].events[1].move"]


def test_one_unlawful_move_does_not_condemn_what_lawfully_follows_it() -> None:
    result = checked(
        a_case(
            an_event("preparing", "2024-01-01"),
            an_event("investigation_open", "2024-02-01"),
            an_event("case_stage", "2024-03-01"),
            an_event("received", "2024-04-01"),
        )
    )
    assert errors(result).keys() == {"cases[0].events[1].status", "cases[0].events[3].status"}


def test_saying_the_current_status_again_is_lawful() -> None:
    result = checked(a_case(an_event("investigation_open", "2024-01-01"), an_event("investigation_open", "2025-01-01")))
    assert errors(result) == {}


def test_an_unknown_status_and_an_unknown_pathway_say_what_there_is() -> None:
    assert "submitted" in errors(checked(a_case(an_event("sent", "2024"))))["cases[0].events[0].status"]
    assert "icc_referral" in errors(checked(a_case(an_event("sent"), pathway="icc")))["cases[0].pathway"]


def test_a_case_without_any_status_is_refused() -> None:
    assert list(errors(checked(a_case(an_event(None, "2024"))))) == ["cases[0].events"]


def test_resume_to_must_be_a_status_of_the_pathway() -> None:
    events = [an_event("investigation_open", "2024"), an_event("suspended_unsc", "2025", resume_to="trial")]
    assert list(errors(checked(a_case(*events)))) == ["cases[0].events[1].resume_to"]


def test_what_a_status_asks_to_know_and_the_file_lacks_is_a_gap_not_an_error() -> None:
    result = checked(a_case(an_event("investigation_open", "2024"), an_event("suspended_unsc", "2025-01-01")))
    assert errors(result) == {}
    paths = [gap.path for gap in result.findings.gaps]
    assert "cases[0].events[1].resume_to" in paths
    assert "cases[0].events[1].reason" in paths


def test_a_new_object_must_say_what_it_is() -> None:
    result = checked(
        a_case(an_event("submitted"), follow_ups=[{"ref": "F"}]),
        engagements=[{"ref": "E"}],
        commitments=[{"ref": "A", "kind": "ask"}],
        organisations=[{"ref": "O"}],
    )
    assert errors(result).keys() == {"cases[0].follow_ups[0].title", "engagements[0].kind", "commitments[0].text"}
    assert "organisations[0].name" in [gap.path for gap in result.findings.gaps]


def test_refs_are_unique_in_their_kind_and_must_lead_somewhere() -> None:
    ask = {"ref": "A", "kind": "ask", "text": "Act"}
    result = checked(
        a_case(
            an_event("submitted", "2024", ref="X"),
            an_event(None, "2025", ref="X"),
            dossier="D",
            links=[{"to": "C9", "kind": "joins"}, {"to": "C1", "kind": "related"}],
            contacts=[{"contact": "K-LATVIA", "role": "press"}],
            subjects=[{"subject": "S"}, {"subject": "S"}],
        ),
        a_case(an_event("submitted", "2024")),
        contacts=[{"ref": "K-LATVI"}, {"ref": "K-LATVI"}],
        engagements=[{"ref": "E", "kind": "call", "cases": ["C1", "C7"], "commitments": [ask | {"case": "C8"}]}],
        commitments=[ask],
        documents=[{"ref": "D", "cases": ["C6"]}],
    )
    assert errors(result).keys() == {
        "cases[0].events[1].ref",
        "cases[0].dossier",
        "cases[0].links[0].to",
        "cases[0].links[1].to",
        "cases[0].contacts[0].contact",
        "cases[0].subjects[0].subject",
        "cases[0].subjects[1].subject",
        "cases[1].ref",
        "contacts[1].ref",
        "engagements[0].cases[1]",
        "engagements[0].commitments[0].case",
        "commitments[0].ref",
        "documents[0].cases[0]",
    }
    assert "did you mean 'K-LATVI'" in errors(result)["cases[0].contacts[0].contact"]


def test_faults_of_shape_and_of_law_are_listed_together() -> None:
    result = checked(
        a_case(
            an_event("submitted", "2024-09-31", seq=1),
            an_event("case_stage", "2024-10-01", seq=2),
            an_event("investigation_open", "2025-01-01", seq=3, colour="red"),
        ),
        a_case(an_event(5, "2024"), an_event("preparing", "2025"), ref="C2"),
    )
    assert errors(result).keys() == {
        "cases[0].events[0].occurred_on",
        "cases[0].events[1].status",
        "cases[0].events[2].colour",
        "cases[1].events[0].status",
    }


def test_people_without_an_account_are_gaps() -> None:
    case = a_case(
        an_event("submitted", "2024"),
        lead="A@example.org",
        members=[{"user": "b@example.org"}],
        follow_ups=[{"ref": "F", "title": "Call", "assignee": "c@example.org"}],
    )
    named = {"cases[0].lead", "cases[0].members[0].user", "cases[0].follow_ups[0].assignee"}
    assert named <= {gap.path for gap in checked(case).findings.gaps}


def warrant(*events: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return a_case(*events, pathway="arrest_warrant", **keys)


@pytest.mark.parametrize("bad", [{"on": "2005-13-13"}, {"on": None}, {"on": None, "between": ["2006", "2005"]}])
def test_where_a_date_leaves_the_order_open_no_move_is_judged(bad: dict[str, Any]) -> None:
    events = (an_event("issued_sealed", "2005-07-08"), an_event("issued_public", **bad), an_event("circulated", "2004"))
    (path,) = errors(checked(warrant(*events)))
    assert path.startswith("cases[0].events[1].")


def test_an_open_order_hides_no_fault_that_an_event_has_anywhere() -> None:
    events = (
        an_event("issued_sealled", "2005-07-08"),
        an_event("issued_public", "2005-13-13"),
        an_event("lapsed", "2006", resume_to="nowhere"),
    )
    assert errors(checked(warrant(*events, details={"issuer": "ICC"}))).keys() == {
        "cases[0].events[0].status",
        "cases[0].events[1].occurred_on",
        "cases[0].events[2].status",
        "cases[0].events[2].resume_to",
    }


def test_a_bad_date_does_not_open_the_order_that_seq_gives() -> None:
    events = (an_event("submitted", "2024-13", seq=1), an_event("case_stage", "2024", seq=2))
    assert errors(checked(a_case(*events))).keys() == {"cases[0].events[0].occurred_on", "cases[0].events[1].status"}


def test_moves_around_an_entry_that_is_no_map_are_not_judged() -> None:
    case = a_case(an_event("submitted", "2024"), an_event("investigation_open", "2025"))
    case["events"].insert(1, "received")
    assert list(errors(checked(case))) == ["cases[0].events[1]"]


def test_after_a_mistyped_status_the_history_begins_anew() -> None:
    events = [
        an_event(status, f"20{year}")
        for year, status in enumerate(("submitted", "recieved", "investigation_open", "received"), 20)
    ]
    found = errors(checked(a_case(*events)))
    assert found.keys() == {"cases[0].events[1].status", "cases[0].events[3].status"}
    assert "Did you mean 'received'?" in found["cases[0].events[1].status"]


def test_a_forbidden_first_status_is_told_with_all_that_may_be_first() -> None:
    result = checked(warrant(an_event("lapsed", "2024"), details={"issuer": "ICC"}))
    message = errors(result)["cases[0].events[0].status"]
    assert "Art. 58(4)" in message
    lawful = message.split("Lawful here: ")[1].rstrip(".").split(", ")
    assert {"proposed", "issued_sealed", "arrested"} <= set(lawful)
    assert "lapsed" not in lawful


def test_a_first_status_of_another_subtype_is_told_with_those_of_its_own() -> None:
    case = a_case(an_event("upr_reviewed", "2024"), pathway="un_mechanism", details={"subtype": "mandate"})
    lawful = errors(checked(case))["cases[0].events[0].status"].split("Lawful here: ")[1]
    assert "renewed" in lawful
    assert "upr_" not in lawful


@pytest.mark.parametrize(
    ("pathway", "status", "known"),
    [
        ("un_mechanism", "established", "mandate, upr"),
        ("sanctions", "listed", "listing, framework, litigation"),
        ("country_accession", "considering", "join, treaty"),
    ],
)
@pytest.mark.parametrize("said", ["foo", 7])
def test_a_subtype_that_the_pathway_does_not_name_is_a_gap(pathway: str, status: str, known: str, said: Any) -> None:
    def gaps(**details: Any) -> dict[str, str]:
        result = checked(a_case(an_event(status, "2024"), pathway=pathway, details=details))
        assert errors(result) == {}
        return {gap.path: gap.message for gap in result.findings.gaps}

    assert known in gaps(subtype=said)["cases[0].details.subtype"]
    assert "cases[0].details.subtype" not in gaps()
    assert "cases[0].details.subtype" not in gaps(subtype=known.split(", ")[0])


def test_a_status_that_stays_with_the_members_is_a_gap_where_others_see_another() -> None:
    sealed = an_event("issued_sealed", "2025", confidentiality="sealed")
    path = "cases[0].events[1].confidentiality"

    def held_back(*events: dict[str, Any], **keys: Any) -> dict[str, str]:
        gaps = checked(warrant(*events, **keys)).findings.gaps
        return {gap.path: gap.message for gap in gaps if ".events[" in gap.path and "confidentiality" in gap.path}

    assert held_back(an_event("proposed", "2024"), sealed) == {
        path: "the status 'issued_sealed' stays with the members; others see 'proposed'"
    }
    assert "without a status" in held_back(sealed)["cases[0].events[0].confidentiality"]
    public = an_event("issued_public", "2026")
    for told in (held_back(sealed, confidentiality="sealed"), held_back(sealed, public)):
        assert not any(key.startswith("cases[0].events") for key in told)


@pytest.mark.parametrize("address", ["nobody", "a@b, c@d", " ", "a b@example.org", "@example.org"])
def test_an_address_of_a_contact_that_is_none_is_a_gap(address: str) -> None:
    def paths(email: str) -> list[str]:
        return [gap.path for gap in checked(contacts=[{"ref": "K", "email": email}]).findings.gaps]

    assert "contacts[0].email" in paths(address)
    assert "contacts[0].email" not in paths("a@example.org")
