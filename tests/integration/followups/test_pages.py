"""The pages of follow-ups, through the test client."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.case import join, make_case
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups.models import FollowUp

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, lead=people["legal_officer"], title="The case of the lists")


@pytest.fixture
def item(act_as: ActAs, people: People, case: Case) -> FollowUp:
    with act_as(OPERATOR) as session:
        return make_follow_up(session, case, people["head"], title="Draft the letter", due_on=date(2026, 1, 5))


def stored(act_as: ActAs, item: FollowUp) -> FollowUp:
    with act_as(OPERATOR) as session:
        return session.scalars(select(FollowUp).where(FollowUp.id == item.id)).one()


def fields(item: FollowUp, **changes: object) -> dict[str, object]:
    return {
        "title": item.title,
        "due": item.due_on.isoformat() if item.due_on else "",
        "assignee": str(item.assignee_id or ""),
        "kind": item.kind,
        "level": item.level or "",
        "notes": item.notes or "",
        "version": str(item.version),
    } | changes


def test_one_row_on_a_case_makes_a_follow_up(act_as: ActAs, people: People, client_of: ClientOf, case: Case) -> None:
    client = client_of(people["coordinator"])
    said = {"title": "Ring Riga", "assignee": str(people["head"].id), "due": "+14"}
    answer = client.post(f"/cases/{case.reference}/follow-ups", data=said)
    assert answer.status_code == 303 and answer.location.endswith(f"/cases/{case.reference}#follow-ups")
    again = client.post(f"/cases/{case.reference}/follow-ups", data={"title": "And Vilnius", "again": "1"})
    assert again.location.endswith("#add-follow-up")
    with act_as(OPERATOR) as session:
        first, second = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    assert first.due_on == clock.today("Europe/Warsaw") + timedelta(days=14)
    assert (first.assignee_id, second.title, second.due_on) == (people["head"].id, "And Vilnius", None)


def test_a_day_that_is_none_keeps_what_was_typed(people: People, client_of: ClientOf, case: Case) -> None:
    said = {"title": "Ring Riga", "due": "some <day>"}
    answer = client_of(people["coordinator"]).post(f"/cases/{case.reference}/follow-ups", data=said)
    assert answer.status_code == 422
    assert 'value="Ring Riga"' in answer.text and 'value="some &lt;day&gt;"' in answer.text
    assert "There is a problem" in answer.text and "next friday" in answer.text


def test_the_typed_day_is_read_back_in_full(people: People, client_of: ClientOf) -> None:
    client = client_of(people["coordinator"])
    assert "Tuesday 1 December 2026" in client.get("/follow-ups/day?due=1+Dec+2026").text
    assert "Not a day" in client.get("/follow-ups/day?due=soonish").text


def test_a_lead_is_offered_to_make_the_assignee_a_member(act_as: ActAs, people: People, client_of: ClientOf) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["legal_officer"])
    said = {"title": "Ring Riga", "assignee": str(people["other"].id)}
    answer = client_of(people["legal_officer"]).post(f"/cases/{sealed.reference}/follow-ups", data=said)
    assert answer.status_code == 422
    assert f"/cases/{sealed.reference}/members?person={people['other'].id}" in answer.text
    assert 'value="Ring Riga"' in answer.text


def test_the_page_of_work_on_a_sealed_case_does_not_exist_for_others(
    act_as: ActAs, people: People, client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=people["legal_officer"])
        secret = make_follow_up(session, sealed, people["head"], title="Very secret")
    hidden = client_of(people["head"])
    assert hidden.get(f"/follow-ups/{secret.id}").status_code == 404
    assert hidden.post(f"/follow-ups/{secret.id}/complete").status_code == 404
    assert "Very secret" not in hidden.get("/follow-ups").text + hidden.get("/").text
    assert client_of(people["legal_officer"]).get(f"/follow-ups/{secret.id}").status_code == 200


def test_editing_saves_and_shows_what_was_done(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client = client_of(people["coordinator"])
    answer = client.post(f"/follow-ups/{item.id}", data=fields(item, due="1 Dec 2026", notes="Ask twice"))
    assert answer.status_code == 303
    page = client.get(f"/follow-ups/{item.id}").text
    assert "Ask twice" in page and "Due day: 5 Jan 2026 → 1 Dec 2026" in page and "Notes changed" in page
    assert stored(act_as, item).due_on == date(2026, 12, 1)


def test_the_second_editor_sees_both_versions_and_keeps_the_text(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client = client_of(people["coordinator"])
    assert client.post(f"/follow-ups/{item.id}", data=fields(item, title="First version")).status_code == 303
    second = client.post(f"/follow-ups/{item.id}", data=fields(item, title="Second version"))
    assert second.status_code == 409
    assert "First version" in second.text and 'value="Second version"' in second.text
    assert stored(act_as, item).title == "First version"
    version = re.search(r'name="version"[^>]*value="(\d+)"', second.text)
    assert version is not None and int(version[1]) == stored(act_as, item).version
    knowingly = client.post(f"/follow-ups/{item.id}", data=fields(item, title="Second version", version=version[1]))
    assert knowingly.status_code == 303 and stored(act_as, item).title == "Second version"


def test_a_tick_completes_and_offers_to_undo(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client = client_of(people["head"])
    answer = client.post(f"/follow-ups/{item.id}/complete", headers={"Referer": "http://localhost/?whose=team"})
    assert (answer.status_code, answer.location) == (303, "/?whose=team")
    assert stored(act_as, item).status == "done"
    page = client.get("/").text
    undo = re.search(r'action="(/follow-ups/changes/[^"]+/undo)"', page)
    assert undo is not None and "Draft the letter" not in page
    client.post(undo[1])
    assert stored(act_as, item).status == "open"


def test_ticking_from_elsewhere_never_leaves_this_site(people: People, client_of: ClientOf, item: FollowUp) -> None:
    client = client_of(people["head"])
    answer = client.post(f"/follow-ups/{item.id}/complete", headers={"Referer": "https://elsewhere.example/x"})
    assert answer.location == f"/follow-ups/{item.id}"


def test_the_script_gets_an_answer_that_it_can_undo(people: People, client_of: ClientOf, item: FollowUp) -> None:
    client = client_of(people["head"])
    answer = client.post(f"/follow-ups/{item.id}/complete", headers={"X-Requested-With": "tick"})
    done = answer.get_json()
    assert done["done"] is True
    assert done["action_url"] == f"/follow-ups/{item.id}/reopen" and done["undo_url"].endswith("/undo")
    undone = client.post(done["undo_url"], headers={"X-Requested-With": "tick"}).get_json()
    assert undone["done"] is False and undone["action_url"] == f"/follow-ups/{item.id}/complete"


def test_a_reader_gets_neither_form_nor_buttons(act_as: ActAs, people: People, client_of: ClientOf, case: Case) -> None:
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "reader")
        other = make_follow_up(session, case, title="Not theirs")
    client = client_of(people["outside_counsel"])
    page = client.get(f"/follow-ups/{other.id}")
    assert page.status_code == 200 and 'name="title"' not in page.text and "/complete" not in page.text
    assert client.post(f"/follow-ups/{other.id}", data=fields(other)).status_code == 403
    assert client.post(f"/follow-ups/{other.id}/complete").status_code == 403


def test_home_of_an_administrator_leads_to_accounts_and_mail(people: People, client_of: ClientOf) -> None:
    page = client_of(people["administrator"]).get("/")
    assert page.status_code == 200 and "/accounts" in page.text and "/ledger" in page.text
    assert client_of(people["administrator"]).get("/follow-ups").status_code == 404


def test_bad_arguments_in_the_address_show_the_list(people: People, client_of: ClientOf, item: FollowUp) -> None:
    client = client_of(people["coordinator"])
    for address in ("assignee=nobody-here", "status=x&kind=y&from=z&to=y", "case=x", "cursor=AAAA"):
        assert client.get(f"/follow-ups?{address}").status_code == 200
    assert client.get("/follow-ups/not-an-id").status_code == 404


def test_version_and_assignee_that_are_no_such_thing_are_refused_politely(
    people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client = client_of(people["coordinator"])
    for changes in ({"assignee": "x"}, {"kind": "x"}, {"level": "x"}, {"title": "x" * 301}):
        assert client.post(f"/follow-ups/{item.id}", data=fields(item, **changes)).status_code == 422


def test_a_follow_up_is_made_from_anywhere_by_reference_or_words(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    client = client_of(people["coordinator"])
    assert 'name="case"' in client.get("/follow-ups/new").text
    for named in (case.reference.lower(), f"{case.reference} The case", "of the lists"):
        answer = client.post("/follow-ups/new", data={"title": f"From {named}", "case": named, "due": "+3"})
        assert answer.status_code == 303, named
    again = client.post("/follow-ups/new", data={"title": "More", "case": case.reference, "again": "1"})
    assert again.location == f"/follow-ups/new?case={case.reference}"
    with act_as(OPERATOR) as session:
        assert len(session.scalars(select(FollowUp).where(FollowUp.case_id == case.id)).all()) == 4


def test_words_that_fit_several_cases_or_none_are_asked_about_and_hidden_cases_are_none(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        second = make_case(session, title="The other of the lists")
        sealed = make_case(session, level="sealed", title="Sealed of the lists")
    client = client_of(people["coordinator"])
    several = client.post("/follow-ups/new", data={"title": "Ring", "case": "of the lists"})
    assert several.status_code == 422 and 'value="Ring"' in several.text
    assert case.reference in several.text and second.reference in several.text and sealed.reference not in several.text
    for named in ("nothing like it", sealed.reference, ""):
        none = client.post("/follow-ups/new", data={"title": "Ring", "case": named})
        assert none.status_code == 422 and "Several" not in none.text


def test_everything_on_the_page_of_a_follow_up_works_without_script(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    assert client.post(f"{here}/checklist", data={"text": "Sign it", "add": "1"}).status_code == 303
    line = re.search(r'name="tick" value="([^"]+)"', client.get(here).text)
    assert line is not None
    client.post(f"{here}/checklist", data={"tick": line[1]})
    assert f'name="untick" value="{line[1]}"' in client.get(here).text
    client.post(f"{here}/wait", data={"waiting_on": "The minister", "since": "2026-01-02"})
    client.post(f"{here}/snooze", data={"until": "+7"})
    client.post(f"{here}/watchers", data={"person": str(people["coordinator"].id)})
    client.post(f"{here}/repeat", data={"freq": "WEEKLY", "interval": "2", "weekday": ["0", "4"], "recurs": "by_date"})
    page = client.get(here).text
    for words in (
        "Waiting on The minister",
        "Hidden from my work until",
        "every 2 weeks on: Monday, Friday",
        "Sign it",
    ):
        assert words in page, words
    assert "The coordinator" in page and "Status: Open → Waiting on others" in page
    refused = client.post(f"{here}/snooze", data={"until": "someday"}, follow_redirects=True)
    assert "Give a day such as" in refused.text


@pytest.mark.parametrize(
    ("form", "said", "field", "words"),
    [
        ("wait", {"waiting_on": "The minister", "since": "someday"}, "waiting-since", "Give a day such as"),
        ("wait", {"waiting_on": "m" * 301, "since": "1 Jan 2026"}, "waiting-on", "at most 300 characters"),
        ("snooze", {"until": "someday"}, "snooze-until", "Give a day such as"),
        ("snooze", {"until": "1 Jan 2020"}, "snooze-until", "Choose a day after today"),
        ("snooze", {"until": ""}, "snooze-until", "Say until when"),
        ("repeat", {"freq": "DAILY", "interval": "often", "recurs": "by_date"}, "repeat-interval", "from 1 to 999"),
        ("repeat", {"freq": "WEEKLY", "weekday": ["4"], "count": "many"}, "repeat-count", "from 1 to 999"),
        ("repeat", {"freq": "YEARLY", "ends_on": "someday"}, "repeat-until", "Give a day such as"),
        ("repeat", {"freq": "YEARLY", "count": "3", "ends_on": "1 Dec 2030"}, "repeat-until", "not both"),
        ("repeat", {"freq": "YEARLY", "rrule": "FREQ=HOURLY"}, "repeat-rule", "FREQ"),
        ("checklist", {"text": "c" * 301, "add": "1"}, "checklist-text", "at most 300 characters"),
        ("checklist", {"text": " ", "add": "1"}, "checklist-text", "Say in a few words"),
    ],
)
def test_a_refused_small_form_comes_back_with_what_was_typed_and_says_what_is_wrong(
    act_as: ActAs,
    people: People,
    client_of: ClientOf,
    item: FollowUp,
    form: str,
    said: dict[str, object],
    field: str,
    words: str,
) -> None:
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    refused = client.post(f"{here}/{form}", data=said)
    assert refused.status_code == 422
    page = refused.text
    assert page.count("data-error-summary") == 1 and f'href="#{field}"' in page
    box = re.search(rf'<input[^>]*id="{field}"[^>]*>', page)
    assert box is not None and 'aria-invalid="true"' in box[0]
    assert words in re.search(rf'id="{field}-error".*?</div>', page, re.DOTALL)[0]  # type: ignore[index]
    for name, typed in said.items():
        if isinstance(typed, list):
            assert all(re.search(rf'name="{name}" value="{one}" checked', page) for one in typed)
        elif name not in ("freq", "recurs", "add"):
            assert f'value="{typed}"' in page, name
    assert 'value="Draft the letter"' in page  # what else stands on the page stays as it was
    stands = stored(act_as, item)
    assert (stands.status, stands.snoozed_until, stands.rrule) == ("open", None, None)


def test_a_button_wakes_a_snoozed_follow_up(act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp) -> None:
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    client.post(f"{here}/snooze", data={"until": "+7"})
    assert stored(act_as, item).snoozed_until is not None
    client.post(f"{here}/snooze")
    assert stored(act_as, item).snoozed_until is None


def test_the_checklist_goes_on_in_its_box_without_script_too(
    people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    page = client.post(f"{here}/checklist", data={"text": "Sign it", "add": "1"}, follow_redirects=True).text
    box = re.search(r'<input[^>]*id="checklist-text"[^>]*>', page)
    assert box is not None and "autofocus" in box[0] and 'value=""' in box[0]
    assert "autofocus" not in re.search(r'<input[^>]*id="checklist-text"[^>]*>', client.get(here).text)[0]  # type: ignore[index]


def test_a_button_after_a_refused_form_leads_back_to_the_page(
    people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    done = client.post(f"{here}/complete", headers={"Referer": f"http://localhost{here}/wait"})
    assert done.location == here


def test_completing_what_needs_something_open_asks_first(
    act_as: ActAs, people: People, client_of: ClientOf, case: Case, item: FollowUp
) -> None:
    with act_as(OPERATOR) as session:
        other = make_follow_up(session, case, title="Get the stamp")
    client, here = client_of(people["coordinator"]), f"/follow-ups/{item.id}"
    client.post(f"{here}/needs", data={"needs": str(other.id)})
    asked = client.post(f"{here}/complete")
    assert asked.status_code == 409 and "1 thing that it needs is still open" in asked.text
    assert "Get the stamp" in asked.text and stored(act_as, item).status == "open"
    client.post(f"{here}/complete", data={"confirmed": "1"})
    assert stored(act_as, item).status == "done"


def test_an_undo_that_came_too_late_names_both_values(
    act_as: ActAs, people: People, client_of: ClientOf, item: FollowUp
) -> None:
    client = client_of(people["coordinator"])
    client.post(f"/follow-ups/{item.id}", data=fields(item, due="2026-12-05"))
    undo = re.search(r'action="(/follow-ups/changes/[^"]+/undo)"', client.get(f"/follow-ups/{item.id}").text)
    assert undo is not None
    client.post(f"/follow-ups/{item.id}", data=fields(item, due="2026-12-07", version=str(item.version + 1)))
    page = client.post(undo[1], headers={"Referer": f"http://localhost/follow-ups/{item.id}"}, follow_redirects=True)
    assert "is now 7 Dec 2026; the undo would make it 5 Jan 2026" in page.text
    assert stored(act_as, item).due_on == date(2026, 12, 7)
