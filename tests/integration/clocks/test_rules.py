"""Two persons verify, correct and switch off a rule: on its page, in the versions that are kept, wherever it counts."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs
from tests.support.sign_in import sign_in
from tracker.accounts.models import Person
from tracker.approvals import services as approvals
from tracker.approvals.models import Approval
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh
from tracker.clocks.correcting import as_text, corrected
from tracker.clocks.forms import data_of
from tracker.clocks.models import Deed, RuleVersion
from tracker.clocks.queries import installed_rules, shipped_rules
from tracker.clocks.services import ask_about_rule
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.followups.clocks import follow_clock
from tracker.followups.recomputing import recompute_next
from tracker.pathways.registry import Registry
from tracker.pathways.schema import Clock
from tracker.pathways.store import DefinitionStore, definitions

People = dict[str, Person]
RULE, UNVERIFIED = "rome_statute_18_2", "lt_bpk_313"
WHY = {"reason": "The law says so", "looked_at": "Official gazette 2026, item 1"}


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[-1])).split())


def form_of(rule: Clock, **said: Any) -> dict[str, Any]:
    """What the form of a correction sends, with `said` typed into it."""
    shown = {name: value for name, value in (data_of(rule) | said | WHY).items() if value not in (None, False, "")}
    return {name: "y" if value is True else str(value) for name, value in shown.items()}


def shipped(app: Flask, key: str = RULE) -> Clock:
    with app.app_context():
        return shipped_rules()[key]


def ask(app: Flask, people: People, deed: str, key: str = RULE, **said: Any) -> FlaskClient:
    officer = sign_in(app.test_client(), people["legal_officer"])
    sent = form_of(shipped(app, key), **said) if deed == "corrected" else {**WHY, **said}
    answer = officer.post(f"/rules/{key}/change/{deed}", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/rules/{key}"), words(answer.text)
    return officer


def request_of(act_as: ActAs) -> Approval:
    with act_as(OPERATOR) as session:
        return session.scalars(select(Approval).order_by(Approval.asked_at.desc())).first()  # type: ignore[return-value]


def agree(app: Flask, act_as: ActAs, who: Person) -> int:
    answer = sign_in(app.test_client(), who).post(f"/requests/{request_of(act_as).id}/agree")
    return answer.status_code


def decide(app: Flask, act_as: ActAs, people: People, deed: str, key: str = RULE, **said: Any) -> None:
    ask(app, people, deed, key, **said)
    assert agree(app, act_as, people["other"]) == 303


def rule_here(act_as: ActAs, key: str = RULE) -> Clock:
    with act_as(OPERATOR) as session:
        return installed_rules(session)[key]


def versions(act_as: ActAs) -> list[RuleVersion]:
    with act_as(OPERATOR) as session:
        return list(session.scalars(select(RuleVersion).order_by(RuleVersion.number)))


def referral(act_as: ActAs, lead: Person) -> Case:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("preliminary_examination", "2094-09-30"),), pathway="icc_referral", lead=lead)
        make_event(session, case, 2, "2096-03-12", "investigation_open", facts={"received_on": {"LT": "2096-03-14"}})
        refresh(session, case)
        return case


def test_a_rule_is_corrected_when_another_lawyer_agrees_and_every_page_reckons_by_it(
    app: Flask, act_as: ActAs, people: People
) -> None:
    case = referral(act_as, people["legal_officer"])
    officer = ask(app, people, "corrected", amount=2)
    assert "1 month on" in words(officer.get(f"/cases/{case.reference}/clocks").text), "nothing holds before the second"
    other = sign_in(app.test_client(), people["other"])
    assert "rome_statute_18_2: corrected (amount: 1 → 2)" in words(other.get("/requests").text)
    assert "asks: corrected. The law says so Looked at: Official gazette" in words(other.get(f"/rules/{RULE}").text)
    assert agree(app, act_as, people["other"]) == 303
    page = words(officer.get(f"/cases/{case.reference}/clocks").text)
    assert "2 months on: Monday, 14 May 2096." in page and "corrected here: version 1 of" in page
    assert "14 May 2096" in words(officer.get(f"/cases/{case.reference}").text)
    sent = {"to": "deferral_requested", "step": "follows", "occurred_on": "2096-04-10"}
    assert officer.post(f"/cases/{case.reference}/move", data=sent).status_code == 200
    (kept,) = versions(act_as)
    assert (kept.number, kept.what, kept.reason, kept.source) == (1, "corrected", *WHY.values())
    assert (kept.asked_by_id, kept.agreed_by_id) == (people["legal_officer"].id, people["other"].id)
    page = words(officer.get(f"/rules/{RULE}").text)
    assert f"{people['legal_officer'].name} {people['other'].name}" in page and "2 months" in page
    assert "14 Feb 2022" not in page and "16 Feb 2022" in page, "the worked examples show what comes out otherwise"


def test_every_version_says_what_it_said_otherwise_than_the_one_before(
    app: Flask, act_as: ActAs, people: People
) -> None:
    decide(app, act_as, people, "corrected", amount=2)
    decide(app, act_as, people, "corrected", amount=3, note="By the reform.")
    decide(app, act_as, people, "restored")
    page = words(sign_in(app.test_client(), people["legal_officer"]).get(f"/rules/{RULE}").text)
    third, second, first = re.findall(r"(?:text of the release|corrected here) How many: (\S+ becomes \S+)", page)
    assert (first, second, third) == ("1 becomes 2", "2 becomes 3", "3 becomes 1")
    assert "Note: Each State has its own day of receipt." in page and "becomes By the reform." in page


def test_a_rule_that_is_switched_off_gives_no_date_anywhere_and_says_by_whom(
    app: Flask, act_as: ActAs, people: People
) -> None:
    case = referral(act_as, people["legal_officer"])
    decide(app, act_as, people, "switched_off")
    officer = sign_in(app.test_client(), people["legal_officer"])
    said = "by The legal officer, The other: no date is computed"
    for path in (f"/cases/{case.reference}/clocks", f"/cases/{case.reference}", f"/rules/{RULE}?trigger=2026-03-14"):
        page = words(officer.get(path).text)
        assert "ule switched off on" in page and said in page and "14 Apr 2096" not in page, path
    assert "switched off" in words(officer.get("/rules?state=off").text)
    assert "1 rule " in words(officer.get("/rules?state=off").text)
    assert officer.get(f"/rules/{RULE}/change/corrected").location == f"/rules/{RULE}", "on again comes first"
    decide(app, act_as, people, "switched_on")
    assert "14 Apr 2096" in words(officer.get(f"/cases/{case.reference}").text)
    assert [one.what for one in versions(act_as)] == ["switched_off", "switched_on"]


def test_the_page_of_the_rule_shows_staff_how_far_the_job_is(
    app: Flask, act_as: ActAs, people: People, database: Any
) -> None:
    officer = people["legal_officer"]
    case = referral(act_as, officer)
    with act_as(officer) as session:
        entry = session.scalars(select(CaseEvent.id).where(CaseEvent.status == "investigation_open")).one()
        follow_clock(session, acting(officer), case, entry, RULE, "LT", officer.id)
    decide(app, act_as, people, "corrected", amount=2)
    client = sign_in(app.test_client(), officer)
    assert "Waiting for a worker." in words(client.get(f"/rules/{RULE}").text)
    assert recompute_next(database)
    page = words(client.get(f"/rules/{RULE}").text)
    assert "At work since" in page and "1 / 1 Moved: 1." in page
    while recompute_next(database):
        pass
    assert "Done on" in words(client.get(f"/rules/{RULE}").text)
    counsel = words(sign_in(app.test_client(), people["outside_counsel"]).get(f"/rules/{RULE}").text)
    assert "Done on" in counsel and "Moved: 1." not in counsel
    moved = words(client.get(f"/cases/{case.reference}/clocks").text)
    assert "rule changed, version 1 two persons" in moved


def test_an_unverified_rule_is_one_no_more_once_two_lawyers_saw_its_text(
    app: Flask, act_as: ActAs, people: People
) -> None:
    officer = sign_in(app.test_client(), people["legal_officer"])
    said = words(officer.get(f"/rules/{UNVERIFIED}").text)
    assert "Unverified rule: " in said and "rule: unverified" not in said
    assert agree_to_verify(app, act_as, people).certainty == "V"
    page = words(officer.get(f"/rules/{UNVERIFIED}").text)
    assert "Unverified rule: " not in page and "verified here: version 1 of" in page
    decide(app, act_as, people, "restored", UNVERIFIED)
    assert rule_here(act_as, UNVERIFIED).certainty == "V2", "as it ships again"


def agree_to_verify(app: Flask, act_as: ActAs, people: People) -> Clock:
    decide(app, act_as, people, "verified", UNVERIFIED)
    return rule_here(act_as, UNVERIFIED)


def test_neither_who_asked_nor_who_is_no_lawyer_agrees(app: Flask, act_as: ActAs, people: People) -> None:
    ask(app, people, "switched_off")
    for who in ("legal_officer", "coordinator", "outside_counsel", "administrator"):
        assert agree(app, act_as, people[who]) in (403, 404), who
    assert versions(act_as) == []


def test_a_head_agrees_and_refuses(app: Flask, act_as: ActAs, people: People) -> None:
    ask(app, people, "switched_off")
    head = sign_in(app.test_client(), people["head"])
    assert head.post(f"/requests/{request_of(act_as).id}/refuse").status_code == 303
    assert versions(act_as) == []
    ask(app, people, "switched_off")
    assert agree(app, act_as, people["head"]) == 303
    assert len(versions(act_as)) == 1


def test_whoever_is_no_lawyer_any_more_changes_nothing_that_they_asked(
    app: Flask, act_as: ActAs, people: People
) -> None:
    ask(app, people, "switched_off")
    with act_as(OPERATOR) as session:
        session.execute(
            text("UPDATE person_roles SET role = 'coordinator' WHERE person_id = :id"),
            {"id": people["legal_officer"].id},
        )
    assert agree(app, act_as, people["other"]) == 403
    assert versions(act_as) == []


def test_who_is_no_lawyer_asks_for_nothing(app: Flask, act_as: ActAs, people: People) -> None:
    for who in ("coordinator", "head", "outside_counsel"):
        client = sign_in(app.test_client(), people[who])
        assert client.get(f"/rules/{RULE}/change/verified").status_code == 403
        assert client.post(f"/rules/{RULE}/change/verified", data=WHY).status_code == 403
        assert "Switch off" not in words(client.get(f"/rules/{RULE}").text)
    with pytest.raises(NotPermitted), act_as(people["head"]) as session:
        ask_about_rule(session, acting(people["head"]), RULE, Deed.VERIFIED, "So", "Somewhere")


WRONG = [
    ("amount", "0", "A whole number from 1 to 9999."),
    ("amount", "soon", "Not a valid integer value."),
    ("amount", "", "A unit needs its amount."),
    ("then", "10 fortnights", "“10 fortnights” is no period"),
    ("ask_before", "1 month, 2 days", "One period only"),
    ("fixed_days", "02-30", "is no day of every year"),
    ("fixed_days", "tomorrow", "“tomorrow” is no day of every year"),
    ("calendar_code", "XX", "There is no calendar “XX”."),
    ("standstill", "CH-BGG-47", "There is no standstill “CH-BGG-47”."),
    ("counting", "", "Say how the period is counted."),
    ("unit", "fortnights", "Not a valid choice."),
    ("source", "", "No rule without its source."),
    ("type", "none", "Where the law sets no period there is no amount"),
    ("looked_at", "", "Say what you looked at"),
    ("reason", "", "Say why."),
]
"""(field, what is typed, what is said beside it)"""


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    app: Flask, act_as: ActAs, people: People
) -> None:
    officer = sign_in(app.test_client(), people["legal_officer"])
    for field, typed, says in WRONG:
        sent = form_of(shipped(app), note="Typed with care") | {field: typed}
        answer = officer.post(f"/rules/{RULE}/change/corrected", data=sent)
        assert answer.status_code == 422, field
        assert says in unescape(answer.text.split("form-error", 1)[1].split("</div>", 1)[0]), (field, typed)
        assert "Typed with care" in answer.text
    with act_as(OPERATOR) as session:
        assert session.scalars(select(Approval)).all() == []


def test_a_period_that_leads_out_of_every_calendar_and_a_change_of_nothing_are_refused(
    act_as: ActAs, people: People
) -> None:
    officer = people["legal_officer"]
    for said, where in (({"amount": 9999, "unit": "years"}, "amount"), ({}, "")):
        with pytest.raises(Invalid) as refused, act_as(officer) as session:
            ask_about_rule(session, acting(officer), RULE, Deed.CORRECTED, "So", "Here", said)
        assert refused.value.faults[0].path == where


def test_every_rule_that_ships_can_be_put_into_the_form_and_back(app: Flask, act_as: ActAs, people: People) -> None:
    with app.test_request_context():
        for rule in shipped_rules().values():
            assert corrected(rule, data_of(rule)) == rule, rule.key
            assert corrected(rule, {"then": as_text(rule, "then")}) == rule, rule.key


def test_while_a_request_waits_there_is_no_second_and_an_old_one_changes_nothing(
    app: Flask, act_as: ActAs, people: People
) -> None:
    officer = ask(app, people, "switched_off")
    assert "Verify" not in words(officer.get(f"/rules/{RULE}").text)
    answer = officer.post(f"/rules/{RULE}/change/verified", data=WHY)
    assert answer.status_code == 422 and "waits for an answer" in words(answer.text)
    with act_as(OPERATOR) as session:
        waiting = session.scalars(select(Approval)).one()
        waiting.payload = {**waiting.payload, "after": 4}
        waiting.digest = waiting.content_digest()
    other = sign_in(app.test_client(), people["other"])
    page = other.post(f"/requests/{request_of(act_as).id}/agree", follow_redirects=True)
    assert "ask anew" in words(page.text)
    assert versions(act_as) == []


def test_a_release_that_says_otherwise_overwrites_nothing_and_is_shown(
    app: Flask, act_as: ActAs, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(app, act_as, people, "corrected", amount=2)
    release(monkeypatch, amount=3)
    assert rule_here(act_as).amount == 2
    officer = sign_in(app.test_client(), people["legal_officer"])
    page = words(officer.get(f"/rules/{RULE}").text)
    assert "The release says otherwise now" in page and "How many 2 3" in page
    assert RULE in officer.get("/rules?state=behind").text
    ask(app, people, "restored")
    release(monkeypatch, amount=4)
    with pytest.raises(Conflict), act_as(people["other"]) as session:
        approvals.agree(session, acting(people["other"]), request_of(act_as).id)
    release(monkeypatch, amount=3)
    assert agree(app, act_as, people["other"]) == 303
    assert rule_here(act_as).amount == 3
    release(monkeypatch, amount=5)
    assert rule_here(act_as).amount == 5, "it follows the releases again"


def release(monkeypatch: pytest.MonkeyPatch, **said: Any) -> None:
    """As if the next release said this of the rule."""
    newest = DefinitionStore.newest_as_written

    def anew(store: DefinitionStore) -> Registry:
        found = []
        for one in newest(store).all():
            clocks = tuple(c.model_copy(update=said) if c.key == RULE else c for c in one.clocks)
            found.append(one.model_copy(update={"clocks": clocks}))
        return Registry(found)

    monkeypatch.undo()
    monkeypatch.setattr("tracker.clocks.queries.definitions", lambda: _Released(anew))


class _Released:
    def __init__(self, anew: Any) -> None:
        self._store, self._anew = definitions(), anew

    def newest_as_written(self) -> Registry:
        return self._anew(self._store)  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_nobody_writes_a_version_without_the_second_person_nor_changes_one(
    app: Flask, act_as: ActAs, people: People
) -> None:
    decide(app, act_as, people, "switched_off")
    alone = (
        "INSERT INTO clock_rule_versions (id, rule_key, number, what, body, shipped, reason, source, asked_by_id,"
        " agreed_by_id, approval_id, at) SELECT gen_random_uuid(), rule_key, 2, what, body, shipped, reason, source,"
        " asked_by_id, agreed_by_id, :approval, at FROM clock_rule_versions"
    )
    ask(app, people, "switched_on")
    waiting = {"approval": request_of(act_as).id}
    for who in (people["legal_officer"], people["other"], people["head"], people["administrator"]):
        with pytest.raises(DBAPIError), act_as(who) as session:
            session.execute(text(alone), waiting)
    for actor in (acting(people["other"]), OPERATOR):
        for deed in ("UPDATE clock_rule_versions SET number = 3", "DELETE FROM clock_rule_versions"):
            with pytest.raises(DBAPIError), act_as(actor) as session:
                session.execute(text(deed))


def test_the_command_line_tells_what_ships_and_what_holds_here_apart(app: Flask, act_as: ActAs, people: People) -> None:
    decide(app, act_as, people, "corrected", amount=2)
    runner = app.test_cli_runner()
    asked = ["clock", "explain", "--rule", RULE, "--trigger", "2026-03-14", "--json"]
    as_shipped, here = (json.loads(runner.invoke(args=[*asked, *more]).stdout) for more in ((), ("--installed",)))
    assert (as_shipped["due_on"], as_shipped["installed_version"]) == ("2026-04-14", None)
    assert (here["due_on"], here["installed_version"], here["decided"]) == ("2026-05-14", 1, "corrected")
    assert here["decided_by"] == ["The legal officer", "The other"]
    decide(app, act_as, people, "switched_off")
    off = runner.invoke(args=[*asked, "--installed"])
    assert (off.exit_code, off.stdout) == (1, "")
    assert "rule switched off on" in off.stderr and "The other" in off.stderr
    assert "switched off: version 2 of" in runner.invoke(args=["clock", "list", "--installed"]).stdout


def test_the_list_is_filtered_and_paged_and_a_day_can_be_tried(app: Flask, act_as: ActAs, people: People) -> None:
    counsel = sign_in(app.test_client(), people["outside_counsel"])
    page = counsel.get("/rules").text
    assert "Next" in words(page)
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert words(counsel.get(unescape(following[1])).text) != words(page)
    assert "1 rule " in words(counsel.get("/rules?q=lt_bpk_313&certainty=V2&state=unverified").text)
    assert "Your filters hide" in words(counsel.get("/rules?q=nothing+like+this").text)
    assert counsel.get("/rules/no_such_rule").status_code == 404
    page = words(counsel.get("/rules/ch_stpo_396?trigger=2027-10-22&calendar=CH-SG").text)
    assert "2 Nov 2027" in page and "10 days on: Monday, 1 November 2027." in page
    refused = words(counsel.get("/rules/ch_stpo_396?trigger=2027-10-22&calendar=ch-xx").text)
    assert "For ch_stpo_396 there are: CH, CH-AG, CH-AI" in refused
    for key, asked in (
        ("ch_stpo_396", "canton or Land"),
        ("eu_reg_1182_71_3", "Calendar of a State"),
        ("icc_rpe_150_1", ""),
    ):
        page = words(counsel.get(f"/rules/{key}").text)
        assert (asked in page) if asked else ("Calendar of a" not in page), key
    assert "The trigger is vague" in words(counsel.get(f"/rules/{RULE}?trigger=2026-03").text)
    assert "14 Nov 2026" not in words(counsel.get("/rules/eu_reg_1182_71_3?trigger=2026-11-04&period=10+days").text)
    assert "no period in law" in words(counsel.get("/rules/rome_statute_58_4?trigger=2026-03-14").text)


def test_a_day_that_cannot_be_tried_marks_the_field_that_is_wrong(app: Flask, people: People) -> None:
    counsel = sign_in(app.test_client(), people["outside_counsel"])
    for asked, wrong in (
        ("ch_stpo_396?trigger=2027-10-22&calendar=ch-xx", ["calendar"]),
        ("ch_stpo_396?trigger=2027-10&calendar=CH-SG", ["trigger"]),
        ("ch_stpo_396?trigger=2027-10-22&calendar=CH-SG", []),
        ("eu_reg_1182_71_3?trigger=2026-11-04", ["period"]),
        ("eu_reg_1182_71_3?trigger=2026-11-04&period=ten+moons", ["period"]),
        ("eu_reg_1182_71_3?trigger=2026-11-04&period=10+days&calendar=QQ", ["calendar"]),
        ("eu_reg_1182_71_3?trigger=9999-11-04&period=10+years", ["trigger"]),
    ):
        page = counsel.get(f"/rules/{asked}").text
        assert re.findall(r'name="(\w+)"[^>]* aria-invalid="true" aria-describedby="try-problem"', page) == wrong, asked
        assert ('id="try-problem"' in page) == bool(wrong)


def test_rules_have_their_place_in_the_navigation_and_our_own_dates_stand_apart(app: Flask, people: People) -> None:
    officer = sign_in(app.test_client(), people["legal_officer"])
    page = officer.get("/rules").get_data(as_text=True)
    assert re.search(r'<a[^>]+href="/rules"[^>]+aria-current="page"', page), "marked as where one is"
    assert 'href="/rules"' in officer.get("/").get_data(as_text=True)
    law, _sep, own = page.partition('id="own"')
    assert own and "silence_letter" in own and "access_review" in own
    working = words(officer.get("/rules/silence_letter").text)
    assert "working days; the day of the event does not count" in working and "calendar days" not in working
    assert "calendar days; the day of the event does not count" in words(officer.get("/rules/access_review").text)
    assert "silence_letter" not in law and "limitation_period" not in page, "a period that somebody types is no rule"
    assert "No law: days on which this house looks again." in own
    assert 'id="own"' not in officer.get("/rules?from=rome_statute_18_2").get_data(as_text=True)
    found = words(officer.get("/rules?q=access_review").get_data(as_text=True))
    assert "Review of who sees the case" in found and "Nothing fits these filters" not in found
    assert "Nothing fits these filters" in words(officer.get("/rules?q=zxnothing").get_data(as_text=True))


def test_a_date_of_our_own_has_a_page_that_says_so_and_nothing_to_verify(app: Flask, people: People) -> None:
    officer = sign_in(app.test_client(), people["legal_officer"])
    page = officer.get("/rules/access_review?trigger=2026-03-02").get_data(as_text=True)
    said = words(page)
    assert "Our own date, and no law" in said and "unverified" not in said
    assert "31 May 2026" in said
    assert "/change/" not in page and "Versions" not in said
    assert officer.get("/rules/access_review/change/verified").status_code == 404
    assert officer.get("/rules/limitation_period").status_code == 404
