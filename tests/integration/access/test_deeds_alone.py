"""What is named in a deed and not seen is not there for it, also in a session that sees every row (the operator's)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.person import acting, make_person
from tests.factories.reminder import make_due_work, make_promise
from tracker.access import policy
from tracker.access.policy import Action
from tracker.cases.models import Dossier
from tracker.cases.services.contacts import add_contact
from tracker.contacts.facts import ContactFacts
from tracker.contacts.models import Contact, Organisation
from tracker.contacts.services import record_contact
from tracker.core import clock
from tracker.core.errors import Invalid, NotPermitted
from tracker.engagements import commitment_services, due_checks
from tracker.engagements.facts import CommitmentFacts, SideFacts
from tracker.engagements.services import _raise_work
from tracker.followups import timeline_views
from tracker.followups.closing import CANCEL, COMPLETE, Settlement, _end_recurrences, hand_over, settle_open_work
from tracker.followups.models import FollowUp
from tracker.pages import leaving, timeline
from tracker.reminders.planning.people import Wishes
from tracker.reminders.queries import LedgerFilter
from tracker.reminders.steering import count_dead
from tracker.reminders.wishing import set_wishes

DAY = date(2026, 12, 1)


@pytest.fixture
def it(session: Session) -> Any:
    """An officer who leads the open case, which has sealed work on it; and what was made for a sealed case."""
    officer, other = make_person(session, "legal_officer"), make_person(session, "legal_officer")
    case, sealed = make_case(session, lead=other), make_case(session, level="sealed", lead=other)
    join(session, case, officer, "member")
    organisation = Organisation(name="Quiet ministry", compartment_id=sealed.id)
    contact = Contact(name="Quiet minister", compartment_id=sealed.id)
    session.add_all([organisation, contact])
    session.flush()
    return SimpleNamespace(
        actor=acting(make_person(session, "legal_officer")),
        case=case,
        sealed=sealed,
        other=other,
        contact=contact,
        organisation=organisation,
        work=make_due_work(session, case, other, DAY, level="sealed"),
        promise=make_commitment(session, None, case, due_on=DAY),
        far_promise=make_commitment(session, None, sealed),
    )


def test_nobody_names_a_contact_or_an_organisation_that_they_do_not_see(session: Session, it: Any) -> None:
    quiet = CommitmentFacts("We will", by=SideFacts(organisation_id=it.organisation.id))
    deeds = [
        lambda: add_contact(session, it.actor, it.case.id, it.contact.id, "justice_ministry"),
        lambda: record_contact(session, it.actor, ContactFacts("Ada", it.organisation.id)),
        lambda: commitment_services._require_sides(session, it.actor, [quiet]),
        lambda: commitment_services._require_successor(session, it.actor, it.far_promise.id),
    ]
    for deed in deeds:
        with pytest.raises(Invalid):
            deed()


def test_work_that_somebody_does_not_see_stays_as_it_is_whatever_they_do(session: Session, it: Any) -> None:
    it.work.recurrence_of_id = make_due_work(session, it.case, None, DAY).id
    asks = make_due_work(session, it.case, None, DAY, level="sealed", commitment_id=it.promise.id)
    meeting = make_engagement(session, it.case)
    from_there = make_due_work(session, it.case, None, DAY, level="restricted", engagement_id=meeting.id)
    it.promise.status = "kept"
    session.flush()
    for choice in (CANCEL, COMPLETE):
        settle_open_work(session, it.actor, it.case, [Settlement(it.work.id, choice)])
    _end_recurrences(session, it.actor, it.case, [it.work.recurrence_of_id])
    due_checks.keep_check(session, it.actor, it.promise)
    _raise_work(session, it.actor, meeting, "sealed")
    assert [one.status for one in (it.work, asks)] == ["open", "open"]
    assert from_there.level == "restricted"


def test_pages_read_nothing_that_their_reader_does_not_see(
    session: Session, it: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = Dossier(title="Both")
    session.add(dossier)
    session.flush()
    it.case.dossier_id = it.sealed.dossier_id = dossier.id
    entry = make_event(session, it.case, 7, "2026-04-30", level="sealed", summary="Quietly")
    request = SimpleNamespace(values={"event": str(entry.id)}, args={})
    said: dict[str, Any] = {
        "render_template": lambda _name, **told: told,
        "today_here": lambda: DAY,
        "_frame": lambda *_said: {},
    }
    said |= {"visible_dossier": lambda *_said: dossier, "request": request}
    of_work: Any = timeline_views
    of_dossier: Any = timeline
    for module in (timeline_views, timeline, leaving):
        for name, value in {"actor": lambda: it.actor, "db": lambda: session, **said}.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    assert of_work._event(it.case) is None
    assert entry not in of_work._choose_page(it.case, "", None, "")["events"]
    assert "Quietly" not in str(timeline._histories([it.case]))
    assert [row[0].id for row in of_dossier.dossier_timeline(dossier.id)["rows"]] == [it.case.id]
    assert leaving._open_work(it.other) == []


def test_a_promise_is_followed_up_by_whoever_may_give_work(
    session: Session, it: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = policy.Grant(policy.NO_ROLE, frozenset())
    monkeypatch.setitem(policy.ON_A_CASE, Action.ASSIGN_FOLLOW_UP, nobody)
    due_checks.keep_check(session, it.actor, it.promise)
    assert session.query(FollowUp).filter_by(commitment_id=it.promise.id).all() == []


def test_work_is_handed_to_a_case_by_whoever_may_work_on_both(session: Session, it: Any) -> None:
    work, restricted = make_due_work(session, it.case, None, DAY), make_case(session, level="restricted")
    head, reader = make_person(session, "head"), make_person(session, "legal_officer")
    join(session, restricted, reader, "reader")
    counsel, theirs = make_person(session, "outside_counsel"), make_case(session)
    join(session, it.case, counsel, "reader")
    join(session, theirs, counsel, "member")
    for person, to in ((head, make_case(session)), (reader, restricted), (counsel, theirs)):
        with pytest.raises(NotPermitted):
            hand_over(session, acting(person), it.case, work, to.id)


def test_nobody_stands_in_who_does_not_work_on_cases(session: Session, it: Any) -> None:
    away: dict[str, Any] = {
        "away_from": clock.today() + timedelta(days=1),
        "away_until": clock.today() + timedelta(days=9),
    }
    set_wishes(session, it.actor, Wishes(substitute_id=it.other.id, **away))
    for somebody in (make_person(session, "administrator").id, it.actor.person_id):
        with pytest.raises(Invalid) as refused:
            set_wishes(session, it.actor, Wishes(substitute_id=somebody, **away))
        assert [fault.path for fault in refused.value.faults] == ["substitute_id"]


def test_a_coordinator_steers_no_letter_of_which_they_see_nothing(session: Session) -> None:
    people = {role: make_person(session, role) for role in ("coordinator", "administrator")}
    for person in people.values():
        make_promise(session, person, "digest", "digest", status="dead")
    dead = {role: count_dead(session, acting(person), LedgerFilter()) for role, person in people.items()}
    assert (dead["coordinator"], dead["administrator"]) == (0, 2)
