"""The pages of meetings and commitments, through the test client."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.actor import OPERATOR
from tracker.engagements.commitments import CommitmentFilters, count_by_status, count_overdue
from tracker.engagements.models import Commitment, Engagement, Participant
from tracker.followups.models import FollowUp

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session)


def said(case: Case, **changes: str) -> dict[str, str]:
    return {
        "kind": "meeting",
        "occurred_on": "3 November 2025",
        "place": "Geneva",
        "summary": "Joining the referral",
        "participants-0": "Ada, Ambassador",
        "participants-1": "Somebody else",
        "cases-0": case.reference.lower(),
        "commitments-0-kind": "ask",
        "commitments-0-to": "Latvia",
        "commitments-0-text": "Accede to the referral",
        "commitments-0-due": "1 Dec 2026",
        "follow_ups-1-title": "Send the draft",
        "follow_ups-1-due": "2026-11-20",
    } | changes


def test_one_form_records_the_meeting_and_all_that_follows(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        ada = make_contact(session, "Ada", office="Ambassador")
    client = client_of(people["coordinator"])
    answer = client.post("/engagements/new", data=said(case, **{"follow_ups-1-assignee": str(people["head"].id)}))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for words in ("Joining the referral", "3 Nov 2025", "Somebody else", "Accede to the referral", "Send the draft"):
        assert words in page
    assert f"/contacts/{ada.id}" in page and case.reference in page
    with act_as(OPERATOR) as session:
        promise = session.scalars(select(Commitment)).one()
        step = session.scalars(select(FollowUp).where(FollowUp.commitment_id.is_(None))).one()
    assert (promise.to_country, promise.due_on, promise.case_id) == ("LV", date(2026, 12, 1), case.id)
    assert (step.case_id, step.due_on, step.assignee_id) == (case.id, date(2026, 11, 20), people["head"].id)


def test_more_rows_keep_everything_and_save_nothing(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    client = client_of(people["coordinator"])
    answer = client.post("/engagements/new", data=said(case, more_rows="commitments"))
    assert answer.status_code == 200
    assert 'name="commitments-1-text"' in answer.text and "Accede to the referral" in answer.text
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Engagement)).all() == []


def test_faults_in_rows_are_summed_up_with_links(people: People, client_of: ClientOf, case: Case) -> None:
    client = client_of(people["coordinator"])
    wrong = {
        "occurred_on": "soon",
        "commitments-0-due": "sometime",
        "follow_ups-1-title": "",
    }
    answer = client.post("/engagements/new", data=said(case, **wrong))
    assert answer.status_code == 422
    assert 'href="#occurred_on"' in answer.text and 'href="#commitments-0-due"' in answer.text
    assert "Joining the referral" in answer.text
    untitled = client.post("/engagements/new", data=said(case, **{"follow_ups-1-title": ""}))
    assert untitled.status_code == 422 and "Say in a few words what is to be done." in untitled.text
    unknown = client.post("/engagements/new", data=said(case, **{"cases-1": "ICC-NONE"}))
    assert unknown.status_code == 422 and 'id="cases-1-error"' in unknown.text


def test_a_sealed_case_and_an_unknown_one_are_answered_alike(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
    client = client_of(people["coordinator"])
    hidden = client.post("/engagements/new", data=said(case, **{"cases-1": sealed.reference}))
    assert hidden.status_code == 422
    assert f"There is no case “{sealed.reference}”" in hidden.text
    assert sealed.title not in client.get("/engagements/new").text or sealed.title == case.title


def test_a_case_is_named_by_words_of_its_title_without_a_script(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        monaco = make_case(session, title="Dossier of Monaco")
        make_case(session, level="sealed", title="Dossier of Monaco, the sealed part")
    client = client_of(people["coordinator"])
    form = said(case, **{"cases-0": "monaco dossier", "follow_ups-1-case": "MONACO"})
    answer = client.post("/engagements/new", data=form)
    assert answer.status_code == 303
    assert monaco.reference in client.get(answer.location).text
    with act_as(OPERATOR) as session:
        steps = session.scalars(select(FollowUp).where(FollowUp.commitment_id.is_(None))).all()
    assert {step.case_id for step in steps} == {monaco.id}


def test_words_that_fit_several_cases_are_answered_with_a_choice_and_all_fields_at_once(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        two = [make_case(session, title=f"Dossier of {state}") for state in ("Monaco", "Malta")]
    client = client_of(people["coordinator"])
    form = said(case, **{"cases-0": "dossier", "commitments-0-case": "nothing like it"})
    refused = client.post("/engagements/new", data=form)
    assert refused.status_code == 422
    page = unescape(refused.text)
    assert "Several cases fit “dossier”" in page and "There is no case “nothing like it”" in page
    assert 'href="#cases-0"' in page and 'href="#commitments-0-case"' in page
    select_box = re.search(r'<select[^>]*name="cases-0".*?</select>', page, re.DOTALL)
    assert select_box is not None and "Accede to the referral" in page
    for one in two:
        assert f"<option>{one.reference} · {one.title}</option>" in select_box[0]
    chosen = {"cases-0": f"{two[0].reference} · {two[0].title}", "commitments-0-case": ""}
    assert client.post("/engagements/new", data=form | chosen).status_code == 303


def test_a_commitment_is_put_on_a_case_by_words_of_its_title(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        monaco = make_case(session, title="Dossier of Monaco")
        promise = make_commitment(session, make_engagement(session, case, monaco), case=case)
    client, address = client_of(people["coordinator"]), f"/commitments/{promise.id}/edit"
    form = {"kind": "commitment", "text": "We accede", "version": "1"}
    assert client.post(address, data=form | {"case": "nothing like it"}).status_code == 422
    assert client.post(address, data=form | {"case": "monaco"}).status_code == 303
    with act_as(OPERATOR) as session:
        assert session.get_one(Commitment, promise.id).case_id == monaco.id


def test_a_future_day_typed_in_words_is_not_taken_as_the_day_of_a_meeting(
    people: People, client_of: ClientOf, case: Case
) -> None:
    client = client_of(people["coordinator"])
    assert client.post("/engagements/new", data=said(case, occurred_on="tomorrow")).status_code == 422
    assert client.post("/engagements/new", data=said(case, occurred_on="yesterday")).status_code == 303


def test_two_editors_of_a_meeting_see_both_versions(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        meeting = make_engagement(session, case, summary="Before")
    client = client_of(people["legal_officer"])
    address = f"/engagements/{meeting.id}/edit"
    assert "Before" in client.get(address).text
    sent = {"kind": "meeting", "cases-0": case.reference, "version": "1", "level": "internal"}
    assert client.post(address, data=sent | {"summary": "First"}).status_code == 303
    second = client.post(address, data=sent | {"summary": "Second"})
    assert second.status_code == 409 and "First" in second.text and "Second" in second.text
    assert 'value="2"' in second.text


def test_the_ledger_is_settled_through_its_page(act_as: ActAs, people: People, client_of: ClientOf, case: Case) -> None:
    with act_as(OPERATOR) as session:
        promise = make_commitment(session, make_engagement(session, case), case)
    client = client_of(people["coordinator"])
    assert "We will join the referral" in client.get("/commitments").text
    address = f"/commitments/{promise.id}"
    assert client.post(address, data={"status": "kept", "version": "1"}).status_code == 303
    assert people["coordinator"].name in client.get(address).text
    assert "We will join the referral" not in client.get("/commitments").text
    assert "We will join the referral" in client.get("/commitments?status=kept").text
    assert client.post(address, data={"status": "broken", "version": "1"}).status_code == 409
    assert client.post(address, data={"status": "x", "version": "2"}).status_code == 422
    assert client_of(people["head"]).post(address, data={"status": "broken"}).status_code == 403


def test_a_meeting_on_a_sealed_case_does_not_exist_for_others(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        meeting = make_engagement(session, sealed, summary="Behind closed doors")
        promise = make_commitment(session, meeting, text="Silence")
    client = client_of(people["coordinator"])
    assert client.get(f"/engagements/{meeting.id}").status_code == 404
    assert client.get(f"/engagements/{meeting.id}/edit").status_code == 404
    assert client.get(f"/commitments/{promise.id}").status_code == 404
    assert "Behind closed doors" not in client.get("/engagements").text
    assert "Silence" not in client.get("/commitments?status=any").text


def test_what_became_of_a_commitment_is_kept_with_how_it_was_checked(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        meeting = make_engagement(session, case)
        promise, newer = make_commitment(session, meeting, case), make_commitment(session, meeting, case, text="Newer")
    client = client_of(people["coordinator"])
    address = f"/commitments/{promise.id}"
    said = {"version": "1", "status": "superseded", "note": "Asked the embassy", "superseded_by": str(newer.id)}
    assert client.post(address, data=said).status_code == 303
    page = client.get(address).text
    assert "Asked the embassy" in page and f"/commitments/{newer.id}" in page
    late = {"version": "2", "status": "kept", "settled_on": "3 Nov 2025"}
    assert client.post(address, data=late).status_code == 303
    assert "3 Nov 2025" in client.get(address).text


def test_a_hidden_commitment_is_offered_to_nobody_as_a_successor(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        promise, hidden = make_commitment(session, None, case), make_commitment(session, None, sealed, text="Hidden")
    client = client_of(people["coordinator"])
    address = f"/commitments/{promise.id}"
    assert "Hidden" not in client.get(address).text
    said = {"version": "1", "status": "superseded", "superseded_by": str(hidden.id)}
    assert client.post(address, data=said).status_code == 422
    assert client.get(f"/commitments/{hidden.id}/edit").status_code == 404


def test_the_words_and_the_day_of_a_commitment_are_corrected(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        promise = make_commitment(session, make_engagement(session, case), case)
    client = client_of(people["coordinator"])
    address = f"/commitments/{promise.id}/edit"
    assert 'value="Latvia"' in client.get(address).text
    said = {"version": "1", "kind": "commitment", "by": "Lithuania", "text": "Exactly so", "due": "1 Dec 2026"}
    assert client.post(address, data=said | {"text": ""}).status_code == 422
    assert client.post(address, data=said | {"case": case.reference}).status_code == 303
    with act_as(OPERATOR) as session:
        standing = session.scalars(select(Commitment)).one()
        assert (standing.text, standing.by_country, standing.due_on) == ("Exactly so", "LT", date(2026, 12, 1))
        assert session.scalars(select(FollowUp.commitment_id)).all() == [promise.id]
    assert client.post(address, data=said).status_code == 409


def test_the_ledger_filters_and_counts_only_what_one_sees(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        make_commitment(session, None, case, text="of Latvia", due_on=date(2020, 1, 1))
        make_commitment(session, None, case, text="of the bar", by_country=None, by_text="The bar association")
        make_commitment(session, None, sealed, text="hidden")
    client = client_of(people["coordinator"])
    assert "of the bar" not in client.get("/commitments?country=LV").text
    found = client.get("/commitments?who=bar").text
    assert "of the bar" in found and "of Latvia" not in found
    assert "of Latvia" in client.get("/commitments?overdue=1").text
    with act_as(people["coordinator"]) as session:
        who, today = acting(people["coordinator"]), date(2026, 1, 1)
        assert count_by_status(session, who, CommitmentFilters(), today) == {"open": 2}
        assert count_overdue(session, who, CommitmentFilters(), today) == 1


def test_names_are_offered_only_to_whom_may_see_them(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_contact(session, "Ada Lindqvist", office="Ambassador")
        make_case(session, level="sealed", lead=people["other"], title="Hidden matter")

    def values(person: Person, kind: str, text: str) -> list[str]:
        answer = client_of(person).get("/engagements/names", query_string={"kind": kind, "q": text})
        return [name["value"] for name in (answer.json or {})["names"]]

    for spelling in ("LINDQ", "Lindkvist", "Линдквист"):
        assert values(people["coordinator"], "contact", spelling) == ["Ada Lindqvist, Ambassador"]
    assert values(people["coordinator"], "side", "Latv") == ["Latvia"]
    assert values(people["coordinator"], "case", "hidden") == []
    assert values(people["other"], "case", "hidden")[0].endswith("Hidden matter")
    assert values(people["outside_counsel"], "contact", "lindq") == []


def test_the_protocol_shows_everything_but_what_its_reader_may_not_see(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["other"])
        meeting = make_engagement(session, case, sealed, summary="Talk at noon", place="Riga")
        make_commitment(session, meeting, case, text="In these words")
        make_commitment(session, meeting, sealed, text="Hidden words")
        make_follow_up(session, case, people["head"], title="Send the draft", engagement_id=meeting.id)
    page = client_of(people["coordinator"]).get(f"/engagements/{meeting.id}/protocol").text
    for words in ("Talk at noon", "Riga", "In these words", "Send the draft", people["head"].name, case.reference):
        assert words in page
    assert sealed.reference not in page and "Hidden words" not in page
    assert "Internal: not for publication" in page and people["coordinator"].name in page


def test_meetings_are_listed_for_a_contact_and_for_a_country(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        ada = make_contact(session, "Ada", country="SE")
        with_ada = make_engagement(session, case, summary="With Ada")
        session.add(Participant(engagement_id=with_ada.id, contact_id=ada.id))
        make_commitment(session, make_engagement(session, summary="Estonia promised"), by_country="EE")
        secret = make_case(session, level="sealed", lead=people["other"], countries=["FI"])
        make_engagement(session, case, secret, summary="About Finland too")
    client = client_of(people["coordinator"])

    def found(query: str) -> set[str]:
        page = client.get(f"/engagements?{query}").text
        return {words for words in ("With Ada", "Estonia promised", "About Finland too") if words in page}

    assert found(f"contact={ada.id}") == {"With Ada"}
    assert found("country=SE") == {"With Ada"}
    assert found("country=EE") == {"Estonia promised"}
    assert found("country=FI") == set()
