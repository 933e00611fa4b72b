"""The pages of cases through the test client: what is shown, refused, kept, and how many statements it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.factories.subject import make_subject
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseLink, CaseSubject
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp

People = dict[str, Person]
LIST_BUDGET, CASE_BUDGET, MOVE_BUDGET = 8, 10, 16


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=officer)


@contextmanager
def counted(database: Any) -> Iterator[list[str]]:
    """The statements that the database is sent inside the block."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    sql_event.listen(database.app_engine, "before_cursor_execute", note)
    yield statements
    sql_event.remove(database.app_engine, "before_cursor_execute", note)


ROW_LINK = r'<td class="cell-title[^"]*"><a href="/cases/([^"]+)"'


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def move_form(case: Case, **said: str) -> dict[str, str]:
    fields = {"to": "decision_taken", "summary": "Decided", "occurred_on": "1 Jun 2025", "reference_no": "12/2025"}
    return {**fields, "version": str(case.version), **said}


def current(act_as: ActAs, case: Case) -> Case:
    with act_as(OPERATOR) as session:
        return session.get_one(Case, case.id)


def test_a_stranger_gets_not_found_for_every_page_of_a_sealed_case(
    act_as: ActAs, officer: Person, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, level="sealed", lead=officer)
        entry = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
    client = client_of(people["other"])
    own = ("", "/move", "/events/new", "/edit", "/level", "/members", "/contacts", "/links", "/subjects/new")
    for path in (*own, f"/events/{entry.id}/correct", f"/events/{entry.id}/void"):
        missing = client.get(f"/cases/ACC-NONE{path}")
        hidden = client.get(f"/cases/{case.reference}{path}")
        assert (hidden.status_code, missing.status_code) == (404, 404), path
        assert case.title not in words(hidden)
    assert case.title not in words(client.get("/cases"))


def test_the_list_filters_by_its_address_and_says_what_filters_hide(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        make_case(session, (("tabled", "2025"),), pathway="political_resolution", title="A motion", countries=["PL"])
    assert "A motion" in words(as_officer.get("/cases"))
    for said in (
        "pathway=political_resolution",
        "phase=open&country=pl",
        "q=MOTION",
        "pathway=political_resolution&status=tabled",
    ):
        found = words(as_officer.get(f"/cases?{said}"))
        assert "A motion" in found and case.title not in found, said
    assert "Your filters hide 2 cases" in words(as_officer.get("/cases?phase=closed"))
    assert case.title in words(as_officer.get("/cases?mine=1"))


def test_an_address_that_means_nothing_shows_the_whole_list(as_officer: FlaskClient, case: Case) -> None:
    said = "pathway=x&status=y&phase=z&level=q&dossier=w&sort=v&country=123&cursor=%F0%9F"
    assert case.title in words(as_officer.get(f"/cases?{said}"))


@pytest.mark.parametrize("sort", ["activity", "deadline", "title"])
def test_paging_shows_every_case_once_forwards_and_backwards(act_as: ActAs, as_officer: FlaskClient, sort: str) -> None:
    with act_as(OPERATOR) as session:
        made = [
            make_case(
                session,
                title=f"Case {number // 3}",
                next_due_on=date(2027, 1, 1 + number // 20) if number % 2 else None,
            )
            for number in range(120)
        ]
    seen, address, pages = [], f"/cases?sort={sort}", 0
    while address:
        page = as_officer.get(address).get_data(as_text=True)
        seen += re.findall(ROW_LINK, page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address, pages = unescape(following[1]) if following else "", pages + 1
    assert sorted(seen) == sorted(one.reference for one in made) and pages == 3
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back is not None
    before = as_officer.get(unescape(back[1])).get_data(as_text=True)
    assert re.findall(ROW_LINK, before) == seen[40:80]


def test_a_case_is_opened_with_its_first_entry(as_officer: FlaskClient, act_as: ActAs, officer: Person) -> None:
    assert "Country accession" in words(as_officer.get("/cases/new"))
    form = {
        "begin": "country_accession:identified",
        "title": "Norway and the referral",
        "countries": "no, lt",
        "case_level": "restricted",
        "summary": "Norway is a target state",
        "occurred_on": "March 2026",
        "detail_state_party": "yes",
    }
    refused = as_officer.post("/cases/new", data=form)
    assert refused.status_code == 422
    assert "Norway is a target state" in words(refused) and "this has to be known" in words(refused)
    answer = as_officer.post("/cases/new", data={**form, "detail_instrument": "Referral"})
    assert answer.status_code == 303
    with act_as(OPERATOR) as session:
        case = session.scalars(select(Case)).one()
        assert (case.countries, case.level, case.lead_id) == (["NO", "LT"], "restricted", officer.id)
        assert (case.details, case.status_since) == ({"state_party": True, "instrument": "Referral"}, "2026-03")
    assert "Norway and the referral" in words(as_officer.get(answer.location))


def test_an_event_is_recorded_with_a_vague_date_and_faults_keep_what_was_typed(
    as_officer: FlaskClient, act_as: ActAs, case: Case
) -> None:
    address = f"/cases/{case.reference}/events/new"
    refused = as_officer.post(address, data={"summary": "A visit to Riga", "occurred_on": "31 June 2025"})
    assert refused.status_code == 422
    assert "A visit to Riga" in words(refused) and "There is a problem" in words(refused)
    said = {
        "summary": "A visit to Riga",
        "between_earliest": "2025-06",
        "between_latest": "2025-08",
        "flags_on": "appeal_pending",
    }
    assert as_officer.post(address, data=said).status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}"))
    assert "A visit to Riga" in page and "unknown, between June 2025 and August 2025" in page
    assert current(act_as, case).flags == ["appeal_pending"]


def test_only_lawful_moves_are_offered_and_blocked_ones_say_why(
    act_as: ActAs, as_officer: FlaskClient, people: People
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["coordinator"])
    page = as_officer.get(f"/cases/{case.reference}/move").get_data(as_text=True)
    assert "?to=decision_taken" in page and "?to=in_force" not in page
    assert "?to=not_pursued" not in page and 'aria-disabled="true"' in page
    assert "Only a lead of this case may do this." in unescape(page)
    assert "?to=jump:signed" in page


def test_the_whole_change_of_status_with_an_edited_follow_up(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    address = f"/cases/{case.reference}/move"
    form = move_form(case, to="political_support", fact_text="“We support it”")
    preview = as_officer.post(address, data={**form, "step": "preview"})
    page = preview.get_data(as_text=True)
    assert preview.status_code == 200 and "What will be written" in page
    keys = re.findall(r'name="offer" value="([^"]+)"', page)
    assert keys
    assert current(act_as, case).status == "considering"  # nothing is written by looking
    chosen = {
        "step": "confirm",
        "offers_shown": "1",
        "offer": keys[0],
        f"offer_title_{keys[0]}": "Thank them",
        f"offer_due_{keys[0]}": "2026-12-01",
        f"offer_who_{keys[0]}": str(officer.id),
    }
    wrong = as_officer.post(address, data={**form, **chosen, f"offer_due_{keys[0]}": "soonish"})
    assert wrong.status_code == 422 and "soonish" in wrong.get_data(as_text=True)
    assert current(act_as, case).status == "considering"  # and nothing by half
    answer = as_officer.post(address, data={**form, **chosen})
    assert answer.status_code == 303
    assert current(act_as, case).status == "political_support"
    with act_as(OPERATOR) as session:
        made = session.scalars(select(FollowUp)).one()
        event = session.scalars(select(CaseEvent).where(CaseEvent.status == "political_support")).one()
    assert (made.title, made.due_on, made.assignee_id) == ("Thank them", date(2026, 12, 1), officer.id)
    assert (made.template_key, made.period_key) == (keys[0], str(event.id))


def test_missing_facts_are_named_at_their_fields(as_officer: FlaskClient, case: Case) -> None:
    answer = as_officer.post(f"/cases/{case.reference}/move", data=move_form(case, to="joined", reference_no=""))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#fact_joining_kind"' in page and 'href="#reference_no"' in page


def test_going_back_from_the_preview_keeps_every_word(as_officer: FlaskClient, case: Case) -> None:
    said = move_form(case, source="A letter", summary="Decided in Riga", step="edit")
    page = as_officer.post(f"/cases/{case.reference}/move", data=said).get_data(as_text=True)
    assert all(text in page for text in ("Decided in Riga", "A letter", "12/2025", "1 Jun 2025"))
    assert "There is a problem" not in page


def test_the_second_of_two_editors_sees_both_versions_and_keeps_their_words(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    address = f"/cases/{case.reference}/move"
    first = move_form(case, step="confirm", summary="The first editor wrote this")
    assert as_officer.post(address, data=first).status_code == 303
    told = as_officer.post(address, data=move_form(case, step="confirm", summary="The second editor wrote this"))
    page = told.get_data(as_text=True)
    assert told.status_code == 409
    assert "The first editor wrote this" in page and "The second editor wrote this" in page
    assert f'name="version" type="hidden" value="{current(act_as, case).version}"' in page


def test_the_only_way_on_is_opened_at_once_with_the_focus_in_the_first_fact(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        one_way = make_case(session, (("submitted", "2026-03-01"),), pathway="icc_referral", lead=officer)
        several = make_case(session, (("received", "2026-03-01"),), pathway="icc_referral", lead=officer)
    page = as_officer.get(f"/cases/{one_way.reference}/move").get_data(as_text=True)
    assert 'name="to" value="received"' in page
    focused = re.findall(r"<(?:input|textarea)[^>]*autofocus[^>]*>", page)
    assert len(focused) == 1 and 'name="fact_situation_number"' in focused[0]
    assert re.search(r'<textarea[^>]*name="summary"[^>]*>\s*Receipt confirmed by OTP</textarea>', page)
    assert 'name="to"' not in as_officer.get(f"/cases/{one_way.reference}/move?choose=1").get_data(as_text=True)
    assert 'name="to"' not in as_officer.get(f"/cases/{several.reference}/move").get_data(as_text=True)


def test_an_entry_is_dated_as_one_says_it_and_the_date_is_shown_in_full(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    address = f"/cases/{case.reference}/events/new"
    for typed in ("yesterday", "3/4/2025"):
        said = {"summary": f"Rang {typed}", "occurred_on": typed, "version": "1"}
        assert as_officer.post(address, data=said).status_code == 303
    with act_as(OPERATOR) as session:
        found = dict(session.execute(select(CaseEvent.summary, CaseEvent.occurred_on)).all())
    assert found["Rang yesterday"] == (clock.today(officer.time_zone) - timedelta(days=1)).isoformat()
    assert found["Rang 3/4/2025"] == "2025-04-03"
    assert "Means Thursday 3 April 2025" in words(as_officer.get("/dates/read?occurred_on=3/4/2025"))
    assert "Means April 2025" in words(as_officer.get("/dates/read?began_on=4.2025"))
    assert "Not a date" in words(as_officer.get("/dates/read?occurred_on=31/31/2025"))
    assert 'hx-get="/dates/read"' in as_officer.get(address).get_data(as_text=True)


def test_an_unlawful_move_is_refused_in_words(as_officer: FlaskClient, act_as: ActAs, case: Case) -> None:
    answer = as_officer.post(
        f"/cases/{case.reference}/move", data=move_form(case, to="in_force", effective_on="2025-06-01")
    )
    assert answer.status_code == 422 and "does not lead to" in words(answer)
    assert "'considering'" not in words(answer) and "'in_force'" not in words(answer)
    assert current(act_as, case).status == "considering"


def test_something_that_happened_earlier_takes_its_place(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    said = {"fact_who_met_whom": "A met B", "fact_document_handed": "none", "fact_promise_made": "none"}
    form = move_form(case, to="past:approached", occurred_on="2024-12", step="confirm", **said)
    assert as_officer.post(f"/cases/{case.reference}/move", data=form).status_code == 303
    assert current(act_as, case).status == "considering"


def test_a_correction_voids_the_old_entry_and_shows_both(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
    address = f"/cases/{case.reference}/events/{entry.id}/correct"
    assert "Event 1" in words(as_officer.get(address))
    said = {"summary": "The right words", "occurred_on": "2025-03-02", "version": str(case.version)}
    assert as_officer.post(address, data=said).status_code == 422  # no reason given
    assert as_officer.post(address, data={**said, "void_reason": "Wrong day"}).status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}"))
    assert "The right words" in page and "Wrong day" in page and "Voided" in page


def test_the_case_as_it_was_known_on_a_day(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    with act_as(OPERATOR) as session:
        stored = session.get_one(Case, case.id)
        make_event(
            session, stored, 2, "2025-04-01", "political_support", known_on=date(2025, 9, 1), summary="Told late"
        )
    before = words(as_officer.get(f"/cases/{case.reference}?as_of=2025-08-31"))
    after = words(as_officer.get(f"/cases/{case.reference}?as_of=1 Sep 2025"))
    assert "Not the present state" in before and "Told late" not in before
    assert "Told late" in after
    assert "is no day" in words(as_officer.get(f"/cases/{case.reference}?as_of=whenever"))


def test_gaps_lead_to_where_they_are_filled_in(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    with act_as(OPERATOR) as session:
        entry = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
    page = as_officer.get(f"/cases/{case.reference}").get_data(as_text=True)
    assert f'href="/cases/{case.reference}/events/{entry.id}/correct"' in page


def test_a_clock_without_its_day_says_so(act_as: ActAs, as_officer: FlaskClient, officer: Person) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("declined", "2025"),), pathway="icc_referral", lead=officer)
    page = words(as_officer.get(f"/cases/{case.reference}"))
    assert "Request for review of the refusal the day that starts it is not known" in page


def test_who_can_see_this_names_members_and_people_by_role(as_officer: FlaskClient, people: People, case: Case) -> None:
    page = words(as_officer.get(f"/cases/{case.reference}/members"))
    assert people["head"].name in page and people["administrator"].name not in page.split("Add a member")[0]
    said = {"person": str(people["outside_counsel"].id), "kind": "reader", "reason": "Defends the complaint"}
    assert as_officer.post(f"/cases/{case.reference}/members", data=said).status_code == 303
    assert "Defends the complaint" in words(as_officer.get(f"/cases/{case.reference}/members"))


def test_counsel_learn_neither_who_worked_on_the_case_before_nor_who_read_it(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "lead")
        join(session, case, people["other"], "member").ended_at = clock.now()
        record(session, acting(people["head"]), "case.read", "case", case.id, case_id=case.id)
    for role, status in (("head", 200), ("outside_counsel", 404)):
        client = client_of(people[role])
        members = words(client.get(f"/cases/{case.reference}/members"))
        assert ("Former members" in members and people["other"].name in members) is (status == 200), role
        trail = f"/cases/{case.reference}/trail"
        assert (trail in client.get(f"/cases/{case.reference}").text) is (status == 200), role
        assert client.get(trail).status_code == status, role


def test_counsel_who_lead_end_a_membership_and_take_the_person_on_again(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "lead")
        there = join(session, case, people["other"], "member")
    client = client_of(people["outside_counsel"])
    assert client.post(f"/cases/{case.reference}/members/{there.id}/end").status_code == 303
    assert people["other"].name not in words(client.get(f"/cases/{case.reference}/members")).split("Add a member")[0]
    said = {"person": str(people["other"].id), "kind": "reader", "reason": "Again"}
    assert client.post(f"/cases/{case.reference}/members", data=said).status_code == 303
    assert people["other"].name in words(client.get(f"/cases/{case.reference}/members")).split("Add a member")[0]


def test_a_reader_sees_no_button_that_would_be_refused(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "reader")
    client = client_of(people["outside_counsel"])
    page = client.get(f"/cases/{case.reference}").get_data(as_text=True)
    assert case.title in page and f"/cases/{case.reference}/move" not in page
    assert client.get(f"/cases/{case.reference}/move").status_code == 403


def a_full_case(act_as: ActAs, officer: Person, size: int) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=officer, title=f"Full {size}")
        for number in range(size):
            make_event(session, case, number + 2, "2025-03-01", summary=f"Note {number}", entered_by_id=officer.id)
            make_follow_up(session, case, officer, title=f"Task {number}")
            make_subject(session, f"Subject {number}", case)
            contact = make_contact(session, name=f"Contact {number}")
            session.add(CaseContact(case_id=case.id, contact_id=contact.id, role="press"))
            other = make_case(session, title=f"Linked {size} {number}")
            session.add(CaseLink(from_case_id=case.id, to_case_id=other.id, kind="related"))
        return case


@pytest.mark.parametrize("size", [1, 12])
def test_the_pages_keep_their_budgets_of_statements_whatever_the_size(
    act_as: ActAs, officer: Person, people: People, client_of: ClientOf, database: Any, size: int
) -> None:
    case = a_full_case(act_as, officer, size)
    for person in (officer, people["other"]):
        client = client_of(person)
        client.get("/cases")
        with counted(database) as listed:
            assert client.get("/cases?sort=title").status_code == 200
        with counted(database) as shown:
            assert client.get(f"/cases/{case.reference}").status_code == 200
        assert len(listed) <= LIST_BUDGET, "\n\n".join(listed)
        assert len(shown) <= CASE_BUDGET, "\n\n".join(shown)


@pytest.mark.parametrize(("size", "who"), [(1, "legal_officer"), (12, "legal_officer"), (12, "other")])
def test_a_change_of_status_keeps_its_budget_of_statements(
    act_as: ActAs, officer: Person, people: People, client_of: ClientOf, database: Any, size: int, who: str
) -> None:
    case = a_full_case(act_as, officer, size)
    client = client_of(people[who])
    case = current(act_as, case)
    form = move_form(case, to="declined_for_now", reason="No", resume_to="considering", step="preview")
    page = client.post(f"/cases/{case.reference}/move", data=form).get_data(as_text=True)
    keys = re.findall(r'name="offer" value="([^"]+)"', page)
    offers = {f"offer_title_{key}": f"Do {key}" for key in keys} | {f"offer_who_{key}": str(officer.id) for key in keys}
    offers |= {f"offer_due_{key}": f"2027-01-{28 - number}" for number, key in enumerate(keys)}
    sent = {**form, **offers, "offer": keys, "offers_shown": "1", "step": "confirm"}
    with counted(database) as statements:
        assert client.post(f"/cases/{case.reference}/move", data=sent).status_code == 303
    assert len(statements) <= MOVE_BUDGET, "\n\n".join(statements)


def test_the_subject_page_lists_the_cases_that_the_reader_sees(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        subject = make_subject(session, "A. Example", case)
        hidden = make_case(session, level="sealed", lead=people["other"], title="Hidden case")
        session.add(CaseSubject(case_id=hidden.id, subject_id=subject.id))
    page = words(as_officer.get(f"/subjects/{subject.id}"))
    assert case.title in page and "Hidden case" not in page


@pytest.mark.parametrize("page", ["level", "edit"])
def test_a_form_without_the_version_that_was_looked_at_changes_nothing(
    act_as: ActAs, as_officer: FlaskClient, case: Case, page: str
) -> None:
    said = {"level": "restricted", "title": "Another", "detail_state_party": "yes"}
    assert as_officer.post(f"/cases/{case.reference}/{page}", data=said).status_code == 409
    with act_as(OPERATOR) as session:
        now = session.get_one(Case, case.id)
        assert (now.level, now.title) == (case.level, case.title)
