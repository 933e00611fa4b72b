"""Records of periods: renewed, corrected with what stood before, gaps and overlaps told, and what ends soon."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from bench.measure import counted
from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.period import make_period, make_record
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.at_once import require_one_of_two
from tests.support.reading import words
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case
from tracker.cases.projection import refresh
from tracker.cases.services.removing import merge_cases
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted
from tracker.followups.models import FollowUp
from tracker.periods import services
from tracker.periods.models import Period, PeriodRecord
from tracker.periods.queries import PAGE_SIZE
from tracker.periods.services import PeriodFacts, RecordFacts

People = dict[str, Person]


@pytest.fixture
def case(act_as: ActAs, people: People) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, (("listed", "2024-02-26"),), pathway="sanctions", lead=people["legal_officer"])


def test_a_regime_is_renewed_on_its_record_with_its_rule_and_its_gaps(as_officer: FlaskClient, case: Case) -> None:
    here = f"/cases/{case.reference}/periods"
    assert "No record of periods" in words(as_officer.get(here))
    assert f'href="{here}"' in as_officer.get(f"/cases/{case.reference}").text, "the case leads there"
    assert "Give the record a title" in words(as_officer.post(f"{here}/new", data={"kind": "framework"}))
    said = {
        "kind": "framework",
        "title": "EU regime on Belarus",
        "authority": "Council",
        "rule_key": "eu_belarus_regime",
    }
    record = as_officer.post(f"{here}/new", data=said).location
    assert record.startswith(f"{here}/")
    for begin, end, basis in (
        ("2024-02-27", "2025-02-28", "Decision 2024/769"),
        ("2025-03-04", "2026-02-28", "Decision 2025/385"),
    ):
        period = {"begins_on": begin, "end_kind": "day", "ends_on": end, "basis": basis, "source": "OJ"}
        assert as_officer.post(record, data=period).status_code == 303
    overlapping = {"begins_on": "26 Feb 2026", "end_kind": "day", "ends_on": "2027-02-28", "basis": "Decision 2026/1"}
    refused = as_officer.post(record, data=overlapping)
    assert refused.status_code == 422
    assert "It overlaps the period from 4 Mar 2025 to 28 Feb 2026 by 3 days. Correct one of them" in words(refused)
    assert as_officer.post(record, data=overlapping | {"overlaps": "y"}).status_code == 303
    page = words(as_officer.get(record))
    assert page.index("Decision 2024/769") < page.index("A gap of 3 days.") < page.index("Decision 2025/385")
    assert "They overlap by 3 days." in page and "the acts overlap" in page
    assert "Acts of this kind end on a fixed day" in page and ": Sunday, 28 February 2027." in page
    assert "Decision 2012/642/CFSP, Regulation 765/2006" in page and "[V: seen in the text named]" in page
    assert page.count("the end entered is another") == 0
    assert '<svg class="period-picture"' in as_officer.get(record).text
    table = words(as_officer.get(here))
    assert (
        "EU regime on Belarus Sanctions framework 26 Feb 2026 – 28 Feb 2027" in table and "2 gaps or overlaps" in table
    )


def test_what_is_unknown_or_open_is_shown_so_and_a_correction_keeps_what_stood(
    act_as: ActAs, as_officer: FlaskClient, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        record = make_record(session, case, kind="power_of_attorney", title="For the complaint")
        first = make_period(session, record, None, "2024-05", basis="Power of 2022")
        make_period(session, record, "2025", None, basis="Power of 2025")
    here = f"/cases/{case.reference}/periods/{record.id}"
    page = words(as_officer.get(here))
    assert "beginning not known – May 2024 its last day has passed" in page
    assert "A gap of 214 to 608 days." in page
    assert "2025 – end not known whether it runs is not known" in page
    said = {
        "begins_on": "2022-01-05",
        "end_kind": "day",
        "ends_on": "2024-05-31",
        "basis": "Power of 2022",
        "reason": "Found it",
    }
    assert as_officer.post(f"{here}/{first.id}", data=said).status_code == 303
    page = words(as_officer.get(here))
    assert "5 Jan 2022 – 31 May 2024" in page and "A gap of 214 to 578 days." in page
    assert "beginning not known – May 2024" in page.split("Struck out")[-1] and "Found it" in page
    assert as_officer.get(f"{here}/{first.id}").status_code == 404
    bad = as_officer.post(here, data={"begins_on": "2026-05-01", "end_kind": "day", "ends_on": "2026-04-01"})
    assert "The period would end before it begins" in words(bad)
    assert "Give the last day" in words(as_officer.post(here, data={"begins_on": "2026-05-01", "end_kind": "day"}))
    assert as_officer.post(here, data={"begins_on": "2026-05-01", "end_kind": "open"}).status_code == 303
    with act_as(OPERATOR) as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "period_record")).all()
    assert sorted(actions) == ["period.added", "period.corrected"]


def test_what_ends_soon_is_listed_for_those_who_see_the_case_and_changes_no_status(
    act_as: ActAs, client_of: ClientOf, as_officer: FlaskClient, people: People, case: Case
) -> None:
    today = clock.today()
    near, passed, far = ((today + timedelta(days=days)).isoformat() for days in (20, -20, 200))
    with act_as(OPERATOR) as session:
        secret = make_case(session, pathway="sanctions", level="restricted", lead=people["other"])
        history = make_case(session, pathway="sanctions", title="Told by its history")
        hidden = make_case(
            session, pathway="sanctions", level="sealed", title="Told to its members", lead=people["other"]
        )
        for told in (history, hidden):
            make_event(session, told, 2, "2025-03-01", "listed", expires_on=today + timedelta(days=9))
            refresh(session, told)
        for one, title, end in (
            (case, "Near", near),
            (case, "Gone", passed),
            (secret, "Secret", near),
            (case, "Far", far),
        ):
            make_period(session, make_record(session, one, title=title), "2020-01-01", end)
        renewed = make_record(session, case, title="Renewed")
        make_period(session, renewed, "2020-01-01", passed)
        make_period(session, renewed, today.isoformat(), None, end_kind="open")
        struck = make_record(session, case, title="Struck", voided_at=clock.now())
        make_period(session, struck, "2020-01-01", near)
    page = words(as_officer.get("/periods"))
    assert "Has passed, and nothing later is entered 1" in page and "Ending 2" in page
    assert page.index("Gone") < page.index("Told by its history") < page.index("Near")
    assert not [title for title in ("Secret", "Far", "Renewed", "Struck", "Told to its members") if title in page]
    assert "Far" in words(as_officer.get("/periods?days=365")) and as_officer.get("/periods?days=x").status_code == 200
    assert "Secret" in words(client_of(people["other"]).get("/periods?days=30"))
    with act_as(OPERATOR) as session:
        assert session.get_one(Case, case.id).status == "listed"
        shown = select(AuditEntry.case_id).where(AuditEntry.action == "case.shown")
        noted = session.scalars(shown).all()
        assert (len(noted), set(noted)) == (2, {secret.id, hidden.id}), "reading of what is restricted is noted"


def test_what_ends_soon_comes_in_pages_to_and_fro_with_nothing_twice_or_missing(
    act_as: ActAs, as_officer: FlaskClient, case: Case, database: Any
) -> None:
    today = clock.today()
    with act_as(OPERATOR) as session:
        for number in range(2 * PAGE_SIZE):
            day = today + timedelta(days=number // 4 - 5)  # several on one day
            record = make_record(session, session.get_one(Case, case.id), title=f"Record {number:03}")
            make_period(session, record, "2020-01-01", day.isoformat())
        for number in range(20):
            told = make_case(session, pathway="sanctions", title=f"History {number:03}")
            make_event(session, told, 2, "2025-03-01", "listed", expires_on=today + timedelta(days=number))
            refresh(session, told)
    there, pages = [], ["/periods?days=30"]
    while pages[-1]:
        with counted(database.app_engine) as statements:
            page = as_officer.get(pages[-1]).get_data(as_text=True)
        assert len(statements) <= 8, statements
        there.append(_listed(page))
        pages.append(_linked(page, "next"))
    assert [len(lines) for lines in there] == [PAGE_SIZE, PAGE_SIZE, 20]
    everything = [line for lines in there for line in lines]
    assert len(set(everything)) == 2 * PAGE_SIZE + 20
    assert [day for day, _title in everything] == sorted(day for day, _title in everything)
    back = [_listed(page)]
    while before := _linked(page, "prev"):
        page = as_officer.get(before).get_data(as_text=True)
        back.insert(0, _listed(page))
    assert back == there
    assert _listed(as_officer.get("/periods?days=30&cursor=zx").get_data(as_text=True)) == there[0]


def _listed(page: str) -> list[tuple[date, str]]:
    """Day and name of each line, in the order of the page."""
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    found = [re.match(r"(\d+ \w+ \d{4}) ((?:Record|History) \d{3})", row) for row in rows]
    return [(datetime.strptime(one[1], "%d %b %Y").date(), one[2]) for one in found if one]  # noqa: DTZ007  a day


def _linked(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def test_work_on_an_end_is_a_renewal_and_goes_along(act_as: ActAs, people: People, case: Case) -> None:
    officer = acting(people["legal_officer"])
    with act_as(officer) as session:
        record = services.open_record(session, officer, case.id, RecordFacts("listing", "The ministry"))
        period = services.add_period(session, officer, case.id, record.id, PeriodFacts("2095-03-01", "2096-02-29"))
        work = services.follow_period(session, officer, case, record.id, period.id, officer.person_id)
        assert (work.kind, work.due_on) == ("renewal", date(2096, 2, 29))
        with pytest.raises(Conflict):
            services.follow_period(session, officer, case, record.id, period.id, None)
        facts = PeriodFacts("2095-03-01", "2096-03-15")
        made = services.correct_period(session, officer, case.id, record.id, period.id, facts, "Read again")
        session.refresh(work)
        assert work.due_on == date(2096, 3, 15)
        with pytest.raises(Invalid):
            services.strike_out_period(session, officer, case.id, record.id, made.id, " ")
        services.strike_out_period(session, officer, case.id, record.id, made.id, "Wrong person")
        assert session.get_one(FollowUp, work.id).due_on == date(2096, 3, 15), "a person decides"
        assert made.voided_at is not None and made.replaces_id == period.id
        vague = services.add_period(session, officer, case.id, record.id, PeriodFacts("2097", "2098"))
        with pytest.raises(Conflict):
            services.follow_period(session, officer, case, record.id, vague.id, None)


def test_of_two_at_once_one_makes_the_work_on_an_end(act_as: ActAs, people: People, case: Case) -> None:
    officer = acting(people["legal_officer"])
    with act_as(OPERATOR) as session:
        record = make_record(session, case)
        period = make_period(session, record, "2095-03-01", "2096-02-29")
    require_one_of_two(
        act_as, officer, lambda session: services.follow_period(session, officer, case, record.id, period.id, None)
    )


def test_readers_write_nothing_by_the_service_or_past_it(act_as: ActAs, people: People, case: Case) -> None:
    coordinator = acting(people["coordinator"])
    with act_as(OPERATOR) as session:
        record = make_record(session, case)
        period = make_period(session, record, "2025-03-01", "2026-02-28")
    facts, listed = PeriodFacts("2026-03-01", "2027-02-28"), RecordFacts("listing", "The ministry")
    with act_as(coordinator) as session:
        assert session.get(Period, period.id) is not None
        for attempt in (
            lambda: services.open_record(session, coordinator, case.id, listed),
            lambda: services.edit_record(session, coordinator, case.id, record.id, listed, 1),
            lambda: services.strike_out_record(session, coordinator, case.id, record.id, "No", 1),
            lambda: services.add_period(session, coordinator, case.id, record.id, facts),
            lambda: services.correct_period(session, coordinator, case.id, record.id, period.id, facts, "No"),
            lambda: services.strike_out_period(session, coordinator, case.id, record.id, period.id, "No"),
        ):
            with pytest.raises(NotPermitted):
                attempt()
    said = {"record": record.id, "period": period.id, "case": case.id}
    for statement in PAST_THE_SERVICE:
        with pytest.raises(ProgrammingError), act_as(coordinator) as session:
            session.execute(text(statement), said)


PAST_THE_SERVICE = (
    "UPDATE period_records SET title = 'x' WHERE id = :record",
    "UPDATE periods SET ends_on = '2099-01-01' WHERE id = :period",
    "INSERT INTO period_records (id, case_id, ref, kind, title, created_at, version)"
    " VALUES (uuidv7(), :case, 'x', 'listing', 'x', now(), 1)",
    "INSERT INTO periods (id, record_id, ref, end_kind, is_overlapping, entered_at)"
    " VALUES (uuidv7(), :record, 'x', 'open', false, now())",
    "DELETE FROM periods WHERE id = :period",
)


def test_a_record_is_edited_struck_out_and_goes_along_with_a_merger(
    act_as: ActAs, as_officer: FlaskClient, people: People, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        record = make_record(session, case, ref="R1")
        kept = make_case(session, pathway="sanctions", lead=people["legal_officer"])
        make_record(session, kept, ref="R1")
        gone = make_record(session, case, title="Entered twice")
    here = f"/cases/{case.reference}/periods/{record.id}"
    said = {"kind": "framework", "title": "The regime", "rule_key": "rome_statute_16", "version": "1"}
    assert "Choose one of the kinds" in words(as_officer.post(f"{here}/edit", data=said))
    assert as_officer.post(f"{here}/edit", data=said | {"rule_key": ""}).status_code == 303
    assert as_officer.post(f"{here}/edit", data=said | {"rule_key": "", "title": "Other"}).status_code == 409
    struck = f"/cases/{case.reference}/periods/{gone.id}"
    assert "Say why." in words(as_officer.post(f"{struck}/strike-out", data={"version": "1"}))
    assert as_officer.post(f"{struck}/strike-out", data={"version": "1", "void_reason": "Twice"}).status_code == 303
    assert as_officer.get(struck).status_code == 404
    officer = acting(people["legal_officer"])
    with act_as(officer) as session:
        merge_cases(
            session,
            officer,
            case.id,
            kept.reference,
            "The same",
            case.reference,
            session.get_one(Case, case.id).version,
        )
        assert set(session.scalars(select(PeriodRecord.case_id))) == {kept.id}


def test_which_period_is_its_records_last_is_kept_whatever_is_entered_and_struck_out(act_as: ActAs, case: Case) -> None:
    with act_as(OPERATOR) as session:
        record, other = (make_record(session, session.get_one(Case, case.id), title=title) for title in ("One", "Two"))
        make_period(session, other, "1990-01-01", "1990-12-31")
        last = select(Period.begins_on).where(Period.record_id == record.id, Period.is_last)
        made = {}
        for begins, ends, expected in (
            ("2022-01-01", "2022-12-31", "2022-01-01"),
            ("2021-01-01", "2021-12-31", "2022-01-01"),
            ("2023-01-01", "2023-12-31", "2023-01-01"),
            ("2024-01-01", None, "2024-01-01"),
        ):
            made[begins] = make_period(session, record, begins, ends)
            assert session.scalars(last).all() == [expected]
        for struck, expected in (
            ("2024-01-01", "2023-01-01"),
            ("2021-01-01", "2023-01-01"),
            ("2023-01-01", "2022-01-01"),
        ):
            made[struck].voided_at = clock.now()
            session.flush()
            assert session.scalars(last).all() == [expected]
        make_period(session, record, "2022-06-01", None, end_kind="open")
        assert session.scalars(last).all() == ["2022-06-01"]
        assert session.scalar(select(Period.is_last).where(Period.record_id == other.id)), "another record says nothing"
