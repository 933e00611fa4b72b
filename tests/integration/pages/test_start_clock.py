"""Starting a clock from a day that somebody knows: looked at first, saved as an entry, corrected, withdrawn, hidden."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent
from tracker.cases.projection import refresh
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.followups import services as work_services
from tracker.followups.clocks import follow_clock
from tracker.followups.models import ClockMove, FollowUp

RULE = "pl_kpk_460"
SAID = {
    "clock_rule": RULE,
    "clock_party": "Client A",
    "occurred_on": "2096-11-05",
    "source": "Counsel's letter",
    "level": "",
}


@pytest.fixture(autouse=True)
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The days of these tests have come."""
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=366 * 71))


@pytest.fixture
def case(act_as: ActAs, officer: Person) -> Case:
    return proceedings(act_as, officer)


def proceedings(act_as: ActAs, lead: Person, level: str = "internal", **facts: Any) -> Case:
    with act_as(OPERATOR) as session:
        details = {"forum": "Poland"}
        case = make_case(session, (), pathway="universal_jurisdiction", lead=lead, details=details, level=level)
        make_event(session, case, 1, "2096-11-02", "opening_refused", facts=facts)
        refresh(session, case)
        return case


def start(client: FlaskClient, case: Case, **said: str) -> Any:
    """As a person does: look, then save what the page shows."""
    address = f"/cases/{case.reference}/clocks/start"
    looked = client.post(address, data=SAID | said)
    if looked.status_code != 200:
        return looked
    seen = re.search(r'name="looked"[^>]*value="([^"]*)"', looked.text)
    assert seen, looked.text
    return client.post(address, data=SAID | said | {"looked": unescape(seen[1])})


def typed_entries(act_as: ActAs, case: Case) -> list[CaseEvent]:
    with act_as(OPERATOR) as session:
        standing = (CaseEvent.case_id == case.id, CaseEvent.clock_rule.is_not(None), CaseEvent.voided_at.is_(None))
        return list(session.scalars(select(CaseEvent).where(*standing).order_by(CaseEvent.place)))


def follow(act_as: ActAs, officer: Person, case: Case, party: str = "Client A") -> FollowUp:
    entry = typed_entries(act_as, case)[0]
    with act_as(officer) as session:
        return follow_clock(session, acting(officer), case, entry.id, RULE, party, officer.id)


def correct(client: FlaskClient, case: Case, entry: UUID, **said: str) -> Any:
    before = {"summary": "Served", "occurred_on": "2096-11-05", "source": "Counsel's letter", "clock_party": "Client A"}
    rest = {"after": "", "level": "", "void_reason": "Read the stamp again"}
    return client.post(f"/cases/{case.reference}/events/{entry}/correct", data=before | rest | said)


def day_of(act_as: ActAs, follow_up: FollowUp) -> tuple[date | None, date | None]:
    with act_as(OPERATOR) as session:
        row = session.get_one(FollowUp, follow_up.id)
        return row.due_on, row.due_to_check


def ledger(act_as: ActAs) -> list[tuple[date | None, date | None, str, bool]]:
    with act_as(OPERATOR) as session:
        rows = session.scalars(select(ClockMove).order_by(ClockMove.at, ClockMove.id))
        return [(row.old_on, row.new_on, row.cause, row.is_by_hand) for row in rows]


def test_what_it_comes_to_is_said_in_words_before_anything_is_saved(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    page = words(as_officer.post(f"/cases/{case.reference}/clocks/start", data=SAID))
    assert "Nothing is saved yet" in page and "(Client A): 12 Nov 2096" in page
    assert "7 days on: Monday, 12 November 2096." in page
    assert typed_entries(act_as, case) == []


def test_another_day_than_the_one_looked_at_is_shown_first(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    address = f"/cases/{case.reference}/clocks/start"
    looked = f"{RULE}|Client A|2096-11-05"
    page = words(as_officer.post(address, data=SAID | {"occurred_on": "2096-11-06", "looked": looked}))
    assert "(Client A): 13 Nov 2096" in page and typed_entries(act_as, case) == []


def test_saved_it_runs_says_where_it_comes_from_and_stands_in_the_history(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    assert start(as_officer, case).status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "(Client A) : 12 Nov 2096" in page and "Day typed by hand, in the entry: 5 Nov 2096" in page
    assert "Correct the day" in page and "Withdraw it" in page
    assert "On which day was it" in page, "the day of the others is still asked for"
    history = words(as_officer.get(f"/cases/{case.reference}"))
    assert "Starts the clock Poland: complaint against refusal or discontinuance (Client A)" in history
    assert "Source Counsel's letter" in history
    entry = typed_entries(act_as, case)[0]
    assert (entry.clock_rule, entry.clock_party, entry.occurred_on) == (RULE, "Client A", "2096-11-05")
    with act_as(OPERATOR) as session:
        trail = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(entry.id))).all()
    assert [row.action for row in trail] == ["case.event_recorded"]


def test_without_a_source_or_from_a_rule_of_another_pathway_nothing_starts(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    assert "no clock without its source" in words(start(as_officer, case, source=" "))
    assert "Choose one of the rules offered." in words(start(as_officer, case, clock_rule="rome_statute_18_2"))
    assert "Give the day" in words(start(as_officer, case, occurred_on=""))
    assert typed_entries(act_as, case) == []


def test_from_a_vague_day_there_is_a_range_and_a_question_and_no_clock(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    looked = words(as_officer.post(f"/cases/{case.reference}/clocks/start", data=SAID | {"occurred_on": "Nov 2096"}))
    assert "From a vague day no clock starts. Which day was it?" in looked
    assert "between 8 Nov 2096 and 7 Dec 2096" in looked
    assert start(as_officer, case, occurred_on="Nov 2096").status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "So far: November 2096." in page and "Running" not in page
    entry = typed_entries(act_as, case)[0]
    said = {"event": str(entry.id), "rule": RULE, "party": "Client A"}
    answer = as_officer.post(f"/cases/{case.reference}/clocks/follow", data=said, follow_redirects=True)
    assert "This clock has no date any more." in answer.text


def test_a_day_that_has_not_come_starts_no_period_that_counts_on_from_it(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    assert "has not come yet" in words(start(as_officer, case, occurred_on="2098-11-05"))


def test_a_day_ahead_starts_what_is_counted_back_from_it(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (), pathway="arrest_warrant", lead=officer, details={"issuer": "ICC"})
        make_event(session, case, 1, "2096-11-02", "executed")
        refresh(session, case)
    said = {"clock_rule": "icc_rpe_121_3", "clock_party": "", "occurred_on": "2098-02-03"}
    assert start(as_officer, case, **said).status_code == 303
    entry = typed_entries(act_as, case)[0]
    assert (entry.clock_on, entry.occurred_on) == ("2098-02-03", clock.today().isoformat())
    assert "4 Jan 2098" in words(as_officer.get(f"/cases/{case.reference}/clocks"))


def test_each_state_is_named_where_each_has_its_own_day(
    act_as: ActAs, as_officer: FlaskClient, officer: Person
) -> None:
    with act_as(OPERATOR) as session:
        case = make_case(session, (("submitted", "2094-09-30"),), pathway="icc_referral", lead=officer)
    said = {"clock_rule": "rome_statute_18_2", "occurred_on": "2096-03-14"}
    begin = f"/cases/{case.reference}/clocks/start"
    for address in (begin, f"{begin}?rule=rome_statute_18_2", f"{begin}?rule=rome_statute_53_3_a"):
        asking = as_officer.get(address)
        assert "State or party (optional)" not in words(asking), "another rule may be picked on the open page"
        assert "Required by these rules: A State's month to ask for deferral." in words(asking)
        box = re.search(r'<input[^>]*name="clock_party"[^>]*>', asking.text)
        assert box and 'data-required-by="rome_statute_18_2"' in box[0] and "aria-required" not in box[0]
    assert "Each State has its own day here: say which." in words(start(as_officer, case, **said, clock_party=""))
    assert start(as_officer, case, **said, clock_party="lt").status_code == 303
    page = words(as_officer.get(f"/cases/{case.reference}/clocks"))
    assert "A State's month to ask for deferral (LT) : 14 Apr 2096" in page


def test_corrected_the_clock_and_what_hangs_on_it_move_and_the_ledger_says_so(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    start(as_officer, case)
    made, entry = follow(act_as, officer, case), typed_entries(act_as, case)[0]
    looked = words(correct(as_officer, case, entry.id, occurred_on="2096-11-08", again="1"))
    assert "(Client A): 12 Nov 2096 becomes 15 Nov 2096" in looked
    assert correct(as_officer, case, entry.id, occurred_on="2096-11-08").status_code == 303
    assert day_of(act_as, made) == (date(2096, 11, 15), None)
    assert ledger(act_as)[-1] == (date(2096, 11, 12), date(2096, 11, 15), "corrected", False)
    assert typed_entries(act_as, case)[0].replaces_id == entry.id


def test_a_day_of_the_work_that_was_set_by_hand_is_flagged_and_stays(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    start(as_officer, case)
    made, entry = follow(act_as, officer, case), typed_entries(act_as, case)[0]
    with act_as(officer) as session:
        row = session.get_one(FollowUp, made.id)
        work_services.change_due(session, acting(officer), row, date(2096, 11, 9))
    correct(as_officer, case, entry.id, occurred_on="2096-11-08")
    assert day_of(act_as, made) == (date(2096, 11, 9), date(2096, 11, 15))
    assert ledger(act_as)[-1] == (date(2096, 11, 12), date(2096, 11, 15), "corrected", True)


def test_a_correction_needs_its_source_too(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    start(as_officer, case)
    answer = correct(as_officer, case, typed_entries(act_as, case)[0].id, source=" ")
    assert answer.status_code == 422 and "no clock without its source" in words(answer)


def test_withdrawn_the_clock_stops_and_the_work_keeps_its_day(
    act_as: ActAs, as_officer: FlaskClient, officer: Person, case: Case
) -> None:
    start(as_officer, case)
    made, entry = follow(act_as, officer, case), typed_entries(act_as, case)[0]
    address = f"/cases/{case.reference}/events/{entry.id}/void"
    assert "(Client A): 12 Nov 2096" in words(as_officer.get(address))
    assert as_officer.post(address, data={"void_reason": "It was another decision"}).status_code == 303
    assert day_of(act_as, made) == (date(2096, 11, 12), None)
    assert ledger(act_as)[-1] == (date(2096, 11, 12), None, "voided", False)
    assert "Follow-ups whose clock has stopped" in words(as_officer.get(f"/cases/{case.reference}/clocks"))


def test_whoever_may_not_record_is_offered_nothing_and_starts_nothing(
    act_as: ActAs, client_of: ClientOf, people: dict[str, Person], case: Case
) -> None:
    for name in ("coordinator", "head"):
        client = client_of(people[name])
        assert "Start a clock" not in client.get(f"/cases/{case.reference}/clocks").text
        assert client.post(f"/cases/{case.reference}/clocks/start", data=SAID).status_code == 403
    assert typed_entries(act_as, case) == []


def test_postgresql_lets_nobody_write_such_an_entry_who_may_not_record(
    act_as: ActAs, people: dict[str, Person], case: Case
) -> None:
    said: dict[str, Any] = {"clock_rule": RULE, "source": "A letter"}
    with act_as(people["coordinator"]) as session, pytest.raises(ProgrammingError), session.begin_nested():
        make_event(session, case, 9, "2096-11-05", **said)


@pytest.mark.parametrize(
    "said", [{"clock_rule": RULE}, {"clock_party": "LT"}, {"clock_on": "2096-11-05"}], ids=["source", "party", "day"]
)
def test_postgresql_takes_no_half_of_one(act_as: ActAs, case: Case, said: dict[str, str]) -> None:
    with act_as(OPERATOR) as session, pytest.raises(IntegrityError), session.begin_nested():
        make_event(session, case, 9, "2096-11-05", **said)


def test_a_restricted_day_its_clock_and_its_ledger_are_hidden(
    act_as: ActAs, as_officer: FlaskClient, client_of: ClientOf, officer: Person, people: dict[str, Person], case: Case
) -> None:
    assert start(as_officer, case, level="restricted").status_code == 303
    made = follow(act_as, officer, case)
    assert made.level == "restricted"
    client = client_of(people["coordinator"])
    for address in ("/clocks", ""):
        assert "Client A" not in client.get(f"/cases/{case.reference}{address}").text
    with act_as(people["coordinator"]) as session:
        assert session.execute(text("SELECT count(*) FROM case_events WHERE clock_rule IS NOT NULL")).scalar() == 0


def test_a_member_of_a_sealed_case_starts_a_clock_there(
    act_as: ActAs, client_of: ClientOf, officer: Person, people: dict[str, Person]
) -> None:
    case = proceedings(act_as, officer, level="restricted")
    with act_as(OPERATOR) as session:
        join(session, case, people["outside_counsel"], "member")
    assert start(client_of(people["outside_counsel"]), case).status_code == 303
    assert client_of(people["other"]).get(f"/cases/{case.reference}/clocks/start").status_code == 404


def test_no_rule_of_another_forum_is_offered(act_as: ActAs, as_officer: FlaskClient, case: Case) -> None:
    address = f"/cases/{case.reference}/clocks/start"
    offered = as_officer.get(address).text
    assert 'value="pl_kpk_460"' in offered
    assert 'value="cz_tr_143"' not in offered
    assert "State or party (optional)" in words(as_officer.get(address)), "none of these wants each State's day"
    with act_as(OPERATOR) as session:
        session.merge(case).details = {}
    assert 'value="cz_tr_143"' in as_officer.get(address).text


def test_the_question_leads_to_the_form_with_its_rule(as_officer: FlaskClient, case: Case) -> None:
    page = as_officer.get(f"/cases/{case.reference}/clocks").text
    address = re.search(r'href="(/cases/[^"]+/clocks/start\?rule=pl_kpk_460)"', page)
    assert address is not None
    assert re.search(r'<option selected value="pl_kpk_460">', as_officer.get(unescape(address[1])).text)
