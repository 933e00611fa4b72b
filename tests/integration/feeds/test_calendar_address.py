"""The secret address of a calendar: whom it opens for, what it says, and when it is dead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from tests.factories.case import join, make_case
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.openpgp import keep_key, make_secret, public
from tests.factories.person import acting
from tests.support.acting import ActAs, ClientOf
from tests.support.ical import Part, events, instant, read
from tests.support.sign_in import make_stale
from tracker.accounts.happened import WaysInReplaced
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.services import deactivate_person
from tracker.audit.models import AuditEntry
from tracker.core import clock
from tracker.core.actor import NOBODY, OPERATOR
from tracker.core.events import announce
from tracker.feeds.models import CalendarFeed
from tracker.feeds.services import MOST

People = dict[str, Person]
PAGE = "/preferences/calendars"
DAY = date(2027, 3, 28)
"""The day on which most of Europe changes its clocks."""
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ZONES = (
    *("Pacific/Kiritimati", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Tokyo", "Asia/Kathmandu", "Asia/Tbilisi"),
    *("Europe/Minsk", "Europe/Vilnius", "Europe/Warsaw", "Europe/London", "Africa/Cairo", "Africa/Casablanca", "UTC"),
    *("Atlantic/Azores", "America/St_Johns", "America/New_York", "America/Sao_Paulo", "America/Los_Angeles"),
    *("Pacific/Honolulu", "Pacific/Pago_Pago"),
)
MakeFeed = Callable[..., str]


@pytest.fixture
def make_feed(client_of: ClientOf) -> MakeFeed:
    """The path of a new address of somebody's."""

    def made(person: Person, **said: str) -> str:
        page = client_of(person).post(PAGE, data={"name": "My telephone", "whose": "own"} | said)
        assert page.status_code == 200
        return path_in(page.text)

    return made


@pytest.fixture
def days(act_as: ActAs, people: People) -> dict[str, Any]:
    lead, officer = people["other"], people["legal_officer"]
    with act_as(OPERATOR) as session:
        case = make_case(session, title="A; case, of \\ ours", lead=lead)
        restricted = make_case(session, level="restricted", title="Hushed", lead=lead)
        sealed = make_case(session, level="sealed", title="Quicksilver", lead=lead)
        for one in (case, restricted, sealed):
            join(session, one, officer)
        case.expires_on, restricted.expires_on = DAY, DAY + timedelta(days=3)
        case.lead_id = officer.id
        work = make_follow_up(session, case, officer, title="Ask, the «міністэрства»; " + "ž" * 90, due_on=DAY)
        make_follow_up(session, case, officer, title="Before the judge", due_on=DAY, kind="hearing")
        make_follow_up(session, case, officer, title="Was done", due_on=DAY, status="done")
        make_follow_up(session, case, officer, title="Long over", due_on=NOW.date() - timedelta(days=100))
        make_follow_up(session, case, people["head"], title="Of another", due_on=DAY)
        make_follow_up(session, restricted, officer, title="Hushed work", due_on=DAY + timedelta(days=1))
        make_follow_up(session, case, officer, title="Hushed part", due_on=DAY, level="restricted")
        make_follow_up(session, sealed, officer, title="Vault", due_on=DAY)
        make_follow_up(session, case, officer, title="Vault too", due_on=DAY, level="sealed")
        met = make_engagement(session, case, occurred_on=f"{DAY}", sort_on=DAY, summary="Talk in Riga")
        met.created_by_id = officer.id
        both = make_engagement(session, case, restricted, occurred_on=f"{DAY}", sort_on=DAY, summary="Hushed talk")
        both.created_by_id = officer.id
        make_engagement(session, case, occurred_on="2027-03", sort_on=date(2027, 3, 31), summary="Some day in March")
    return {"work": work.id, "case": case.reference}


def path_in(page: str) -> str:
    found = re.search(r"<code>https?://[^/]+(/calendar/feeds/[\w-]{43}\.ics)</code>", page)
    assert found is not None
    return found[1]


def fetch(app: Flask, path: str, **said: Any) -> Any:
    """As a calendar program does, which has no cookie."""
    with clock.fixed(NOW):
        return app.test_client(use_cookies=False).get(path, **said)


def by_summary(content: bytes) -> dict[str, Part]:
    return {event.value("SUMMARY"): event for event in events(content)}


def test_a_program_gets_one_s_days_with_what_a_mail_may_say(
    app: Flask, people: People, days: dict[str, Any], make_feed: MakeFeed
) -> None:
    answer = fetch(app, make_feed(people["legal_officer"]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    found = by_summary(answer.data)
    named = {words for words in found if not words.startswith("Something is due")}
    title = next(words for words in named if words.startswith("Ask"))
    assert title.startswith("Ask, the «міністэрства»; žž")
    assert named == {title, "Hearing: Before the judge", "Meeting: Talk in Riga", "Period ends: A; case, of \\ ours"}
    assert found[title].value("DESCRIPTION") == f"{days['case']} · A; case, of \\ ours"
    assert found[title].value("URL").endswith(f"/follow-ups/{days['work']}")
    assert all(found[words].days() == [DAY] for words in named)
    bare = [event for words, event in found.items() if words not in named]
    assert sorted(event.days()[0] for event in bare) == [DAY, DAY, DAY + timedelta(days=1)]
    for event in bare:
        assert re.fullmatch(r"Something is due, no\. [0-9A-F]{4}-[0-9A-F]{4}", event.value("SUMMARY"))
        assert "DESCRIPTION" not in event.said and "LAST-MODIFIED" not in event.said
        assert event.value("URL").endswith(f"/calendar?view=agenda&day={event.days()[0]}")
    for secret in ("Hushed", "Quicksilver", "Vault", "Was done", "Of another", "March", "Long over"):
        assert secret.encode() not in answer.data
    assert b"VALARM" not in answer.data
    calendar = read(answer.data)
    assert calendar.value("X-WR-CALNAME") == "Tracker: my work" and calendar.value("REFRESH-INTERVAL") == "PT1H"


def test_a_day_is_the_same_day_in_every_zone(
    app: Flask, act_as: ActAs, people: People, days: dict[str, Any], make_feed: MakeFeed
) -> None:
    path = make_feed(people["legal_officer"])
    seen = []
    for zone in ZONES:
        with act_as(OPERATOR) as session:
            session.execute(update(Person).where(Person.id == people["legal_officer"].id).values(time_zone=zone))
        found = events(fetch(app, path).data)
        seen.append(sorted((event.value("UID"), event.days()[0]) for event in found))
        assert {event.days()[0] for event in found} == {DAY, DAY + timedelta(days=1)}
    assert len(ZONES) == 20 and all(one == seen[0] for one in seen)


def test_a_moved_day_keeps_its_name_and_counts_up_and_what_is_over_vanishes(
    app: Flask, act_as: ActAs, people: People, days: dict[str, Any], make_feed: MakeFeed
) -> None:
    path = make_feed(people["legal_officer"])
    before = by_summary(fetch(app, path).data)["Hearing: Before the judge"]
    first = fetch(app, path)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert fetch(app, path, headers=tag).status_code == 304
    with clock.fixed(NOW + timedelta(hours=1)):
        assert app.test_client(use_cookies=False).get(path, headers=tag).status_code == 304
    with act_as(OPERATOR) as session:
        session.execute(
            text("UPDATE follow_ups SET due_on = due_on + 2, due_version = due_version + 1 WHERE kind = 'hearing'")
        )
    again = fetch(app, path, headers=tag)
    after = by_summary(again.data)["Hearing: Before the judge"]
    assert again.status_code == 200 and after.days() == [DAY + timedelta(days=2)]
    assert after.value("UID") == before.value("UID")
    assert int(after.value("SEQUENCE")) == int(before.value("SEQUENCE")) + 1
    assert instant(after.value("DTSTAMP")) == NOW and "LAST-MODIFIED" in after.said
    with act_as(OPERATOR) as session:
        session.execute(text("UPDATE follow_ups SET status = 'done'"))
        session.execute(text("DELETE FROM engagement_cases"))
        session.execute(text("DELETE FROM engagements"))
        session.execute(text("UPDATE cases SET expires_on = NULL"))
    assert read(fetch(app, path).data).parts[0].name == "VTIMEZONE"


def test_ones_own_calendar_holds_no_meeting_of_cases_that_others_work_on(
    app: Flask, act_as: ActAs, people: People, make_feed: MakeFeed
) -> None:
    head = people["head"]
    with act_as(OPERATOR) as session:
        case, said = make_case(session, lead=people["other"]), {"occurred_on": f"{DAY}", "sort_on": DAY}
        make_engagement(session, case, summary="Talk of others", **said)
        make_engagement(session, case, summary="Talk of mine", created_by_id=head.id, **said)
    both = {"Meeting: Talk of mine", "Meeting: Talk of others"}
    assert set(by_summary(fetch(app, make_feed(head)).data)) == {"Meeting: Talk of mine"}
    assert set(by_summary(fetch(app, make_feed(head, whose="team")).data)) == both


def test_the_team_is_what_one_sees_and_is_no_matter_of_counsel_s(
    app: Flask, people: People, days: dict[str, Any], make_feed: MakeFeed, client_of: ClientOf
) -> None:
    found = by_summary(fetch(app, make_feed(people["coordinator"], whose="team")).data)
    assert {"Of another", "Hearing: Before the judge", "Meeting: Talk in Riga"} < set(found)
    assert not any(words.startswith("Something is due") for words in found)
    counsel = client_of(people["outside_counsel"])
    assert "The team" not in counsel.get(PAGE).text
    assert counsel.post(PAGE, data={"name": "Mine", "whose": "team"}).status_code == 422


@pytest.mark.parametrize("why", ["wish", "key", "house"])
def test_a_neutral_calendar_says_no_title_at_all(
    app: Flask, act_as: ActAs, people: People, days: dict[str, Any], make_feed: MakeFeed, why: str, request: Any
) -> None:
    officer = people["legal_officer"]
    path = make_feed(officer, **({"is_neutral": "y"} if why == "wish" else {}))
    if why == "key":
        with act_as(OPERATOR) as session:
            keep_key(session, officer, public(make_secret("Olga <olga@example.org>")))
    if why == "house":
        from dataclasses import replace

        known = app.extensions["tracker.settings"]
        request.addfinalizer(lambda: app.extensions.update({"tracker.settings": known}))
        app.extensions["tracker.settings"] = replace(known, mail_without_key="minimal")
    found = events(fetch(app, path).data)
    assert len(found) == 7
    assert all(event.value("SUMMARY").startswith("Something is due") for event in found)
    assert days["case"].encode() not in fetch(app, path).data


def test_an_address_is_shown_once_kept_as_a_digest_and_can_be_renewed_and_withdrawn(
    app: Flask, act_as: ActAs, people: People, make_feed: MakeFeed, client_of: ClientOf
) -> None:
    officer = people["legal_officer"]
    path = make_feed(officer)
    token = path.rpartition("/")[2].removesuffix(".ics")
    client = client_of(officer)
    assert token not in client.get(PAGE).text and "never fetched" in client.get(PAGE).text
    with act_as(OPERATOR) as session:
        feed = session.scalars(select(CalendarFeed)).one()
        row = session.execute(text("SELECT f::text FROM calendar_feeds f")).scalar_one()
    assert token not in row
    assert fetch(app, path).status_code == 200
    assert "last fetched 1 Mar 2027" in client.get(PAGE).text
    renewed = path_in(client.post(f"{PAGE}/{feed.id}/renew").text)
    assert (fetch(app, path).status_code, fetch(app, renewed).status_code) == (404, 200)
    assert client.post(f"{PAGE}/{feed.id}/withdraw").status_code == 303
    assert fetch(app, renewed).status_code == 404
    assert client.post(f"{PAGE}/{feed.id}/renew").status_code == 404
    with act_as(OPERATOR) as session:
        noted = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "calendar_feed")).all()
    assert sorted(noted) == sorted(
        [f"calendar_feed.{what}" for what in ("made", "fetched", "renewed", "fetched", "withdrawn")]
    )


def test_it_is_fetched_a_hundred_times_and_noted_once_a_day(
    app: Flask, act_as: ActAs, people: People, make_feed: MakeFeed
) -> None:
    path = make_feed(people["legal_officer"])
    for _time in range(5):
        assert fetch(app, path).status_code == 200
    with act_as(OPERATOR) as session:
        fetched = session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar_feed.fetched")).all()
        assert len(fetched) == 1
        assert session.scalars(select(CalendarFeed.last_used_at)).one() == NOW


def test_making_and_renewing_ask_who_is_there_and_withdrawing_is_at_once(
    act_as: ActAs, people: People, make_feed: MakeFeed, client_of: ClientOf
) -> None:
    officer = people["legal_officer"]
    make_feed(officer)
    client = client_of(officer)
    with act_as(OPERATOR) as session:
        make_stale(session)
        feed = session.scalars(select(CalendarFeed)).one()
    for path in (PAGE, f"{PAGE}/{feed.id}/renew"):
        asked = client.post(path, data={"name": "Another", "whose": "own"})
        assert asked.status_code == 303 and "/confirm" in asked.headers["Location"]
    assert "Confirm that it is you" in client.get(PAGE).text
    assert client.post(f"{PAGE}/{feed.id}/withdraw").status_code == 303
    with act_as(OPERATOR) as session:
        assert session.scalars(select(CalendarFeed.withdrawn_at)).one() is not None


def test_nobody_has_addresses_without_end_or_touches_another_s(
    act_as: ActAs, people: People, make_feed: MakeFeed, client_of: ClientOf
) -> None:
    officer = people["legal_officer"]
    make_feed(officer)
    with act_as(OPERATOR) as session:
        feed = session.scalars(select(CalendarFeed)).one()
    for what in ("renew", "withdraw"):
        assert client_of(people["head"]).post(f"{PAGE}/{feed.id}/{what}").status_code == 404
    for _one in range(MOST - 1):
        make_feed(officer)
    full = client_of(officer).post(PAGE, data={"name": "One more", "whose": "own"})
    assert full.status_code == 422 and "Withdraw one first" in full.text
    empty = client_of(people["head"]).post(PAGE, data={"name": " ", "whose": "own"})
    assert empty.status_code == 422 and "Say where you will use it." in empty.text


@pytest.mark.parametrize("end", ["left", "role", "password", "link", "by_hand"])
def test_an_address_is_dead_at_once_when_its_person_may_not_read_any_more(
    app: Flask, act_as: ActAs, people: People, make_feed: MakeFeed, end: str
) -> None:
    head = people["head"]
    path = make_feed(head, whose="team")
    assert fetch(app, path).status_code == 200
    if end == "left":
        with act_as(people["administrator"]) as session:
            admin = acting(people["administrator"])
            deactivate_person(session, admin, head.id, head.version, people["coordinator"].id)
    with act_as(OPERATOR) as session:
        if end == "role":
            session.execute(update(PersonRole).where(PersonRole.person_id == head.id).values(role="outside_counsel"))
        elif end == "password":
            session.execute(update(Person).where(Person.id == head.id).values(must_change_password=True))
        elif end == "by_hand":
            session.execute(update(CalendarFeed).values(is_neutral=True))
    if end == "link":
        with act_as(NOBODY) as session:
            session.execute(text("SELECT set_config('app.signing_in', :id, true)"), {"id": str(head.id)})
            announce(session, WaysInReplaced(head.id))
    answer = fetch(app, path)
    assert answer.status_code == 404 and "Set-Cookie" not in answer.headers
    if end == "left":
        with act_as(OPERATOR) as session:
            session.execute(update(Person).where(Person.id == head.id).values(active=True))
        assert fetch(app, path).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "A" * 101, "..%2F..%2Fcases"])
def test_what_is_no_address_opens_nothing_and_sets_no_cookie(app: Flask, token: str) -> None:
    answer = fetch(app, f"/calendar/feeds/{token}.ics")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers and "no-store" in answer.headers["Cache-Control"]


def test_a_session_opens_no_calendar_and_a_calendar_no_page(
    app: Flask, people: People, make_feed: MakeFeed, client_of: ClientOf
) -> None:
    path = make_feed(people["legal_officer"])
    assert client_of(people["legal_officer"]).get("/calendar/feeds/x.ics").status_code == 404
    other = client_of(people["head"])
    assert other.get(path).status_code == 200  # the address says whose it is, no cookie
    assert app.test_client().get("/cases", headers={"Authorization": f"Bearer {path}"}).status_code == 303


def test_a_calendar_is_bounded(
    app: Flask, act_as: ActAs, people: People, make_feed: MakeFeed, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tracker.feeds.queries.MOST", 5)
    with act_as(OPERATOR) as session:
        case = make_case(session, lead=people["head"])
        for day in range(8):
            make_follow_up(session, case, people["head"], due_on=DAY + timedelta(days=day), title=f"No. {day}")
    found = by_summary(fetch(app, make_feed(people["head"])).data)
    assert sorted(found) == [f"No. {day}" for day in range(5)]


def test_too_many_requests_are_turned_away(
    app: Flask, people: People, make_feed: MakeFeed, monkeypatch: Any, client: FlaskClient
) -> None:
    from tracker.core.volume import Limit
    from tracker.pages import volume

    path = make_feed(people["head"])
    counted: dict[tuple[str, str], int] = {}

    class Counter:
        def allows(self, limit: Limit, who: str) -> bool:
            counted[limit.kind, who] = counted.get((limit.kind, who), 0) + 1
            return counted[limit.kind, who] <= limit.most

    monkeypatch.setattr(volume, "_counter", Counter)
    monkeypatch.setattr(volume, "FEED_ADDRESSES", Limit("calendar_feed", 2, 3600))
    monkeypatch.setattr(volume, "FEED_ORIGINS", Limit("calendar_origin", 4, 900))
    assert [fetch(app, path).status_code for _ in range(3)] == [200, 200, 429]
    assert [fetch(app, f"/calendar/feeds/{name}.ics").status_code for name in ("a", "b")] == [404, 429]
    assert "Set-Cookie" not in fetch(app, path).headers
