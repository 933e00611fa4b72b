from __future__ import annotations

from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.integration.interchange.conftest import Import
from tracker.access.models import CaseMembership
from tracker.accounts.models import Person, PersonRole
from tracker.cases.models import Case, CaseContact, CaseEvent, CaseSubject
from tracker.contacts.models import ContactPrivate
from tracker.core import clock
from tracker.core.actor import OPERATOR, person_actor
from tracker.core.database import actor_of
from tracker.engagements.models import Commitment
from tracker.followups.models import FollowUp
from tracker.interchange.exporting import export_dossier
from tracker.interchange.reading import Reading
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions
from tracker.reminders.models import Reminder


def an_event(status: str | None = None, on: str | None = None, **keys: Any) -> dict[str, Any]:
    return {"status": status, "occurred_on": on, "summary": "Something happened", **keys}


def a_case(*events: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"ref": "C1", "pathway": "icc_referral", "title": "A referral", "events": list(events), **keys}


def a_file(*cases: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"format": "accountability-dossier/1", "sender": "s", "cases": list(cases), **keys}


def a_person(session: Session, role: str) -> Person:
    person = Person(email=f"{role}@example.org", name=role)
    session.add(person)
    session.flush()
    session.add(PersonRole(person_id=person.id, role=role))
    session.flush()
    return person


def the_case(session: Session, ref: str = "C1") -> Case:
    return session.scalars(select(Case).where(Case.ref == ref)).one()


def standing(session: Session) -> list[CaseEvent]:
    statement = select(CaseEvent).where(CaseEvent.voided_at.is_(None)).order_by(CaseEvent.place)
    return list(session.scalars(statement))


def test_a_case_gets_the_status_of_its_last_event(session: Session, take_in: Import) -> None:
    result = take_in(a_file(a_case(an_event("received", "2024-10-01"), an_event("submitted", "2024-09-30"))))
    assert result.errors == []
    assert result.counts["created"] == {"cases": 1, "events": 2}
    case = the_case(session)
    assert (case.status, case.phase, case.status_since) == ("received", "open", "2024-10-01")
    assert [event.status for event in standing(session)] == ["submitted", "received"]
    assert [event.seq for event in standing(session)] == [1, 2]


def test_the_same_file_twice_changes_nothing(session: Session, take_in: Import) -> None:
    document = a_file(a_case(an_event("submitted", "2024-09-30"), an_event(None, "2024-10")))
    take_in(document)
    before = (the_case(session).version, the_case(session).activity_at)
    result = take_in(document)
    assert result.as_json()["created"] == result.as_json()["updated"] == {}
    assert result.counts["unchanged"] == {"cases": 1, "events": 2}
    assert (the_case(session).version, the_case(session).activity_at) == before


def test_a_key_left_out_stays_and_null_clears(session: Session, take_in: Import) -> None:
    first = a_case(an_event("submitted", "2024"), summary="Long", countries=["LT"], details={"a": 1, "b": 2})
    take_in(a_file(first))
    take_in(a_file(a_case(an_event("submitted", "2024"), title="New title", details={"b": None, "c": 3})))
    case = the_case(session)
    assert (case.title, case.summary, case.countries) == ("New title", "Long", ["LT"])
    assert case.details == {"a": 1, "c": 3}
    result = take_in(a_file(a_case(an_event("submitted", "2024"), title="New title", summary=None, countries=None)))
    assert result.counts["updated"] == {"cases": 1}
    assert (case.summary, case.countries) == ("", [])


def test_a_changed_event_is_voided_and_entered_anew_and_both_are_kept(session: Session, take_in: Import) -> None:
    take_in(a_file(a_case(an_event("submitted", "2024-09-30", ref="a"), an_event("received", "2024-10-01", ref="b"))))
    result = take_in(
        a_file(
            a_case(
                an_event("submitted", "2024-09-29", ref="a", source="press"),
                {"ref": "b", "status": "received", "summary": "Received", "occurred_on": "2024-10-01"},
            )
        )
    )
    assert result.counts["updated"] == {"events": 2}
    events = list(session.scalars(select(CaseEvent).order_by(CaseEvent.place, CaseEvent.entered_at)))
    voided = [event for event in events if event.voided_at]
    assert {event.summary for event in voided} == {"Something happened"}
    assert {event.replaces_id for event in standing(session)} == {event.id for event in voided}
    assert [event.occurred_on for event in standing(session)] == ["2024-09-29", "2024-10-01"]


def test_what_a_changed_event_leaves_out_stays(session: Session, take_in: Import) -> None:
    take_in(
        a_file(
            a_case(an_event("submitted", "2024-09-30", seq=1, source="press", facts={"x": 1}, known_on="2024-10-01"))
        )
    )
    take_in(a_file(a_case({"seq": 1, "summary": "Anew", "status": "submitted"})))
    event = standing(session)[0]
    assert (event.summary, event.source, event.occurred_on, event.facts) == ("Anew", "press", "2024-09-30", {"x": 1})
    assert str(event.known_on) == "2024-10-01"


def test_an_event_without_ref_is_known_by_its_seq(session: Session, take_in: Import) -> None:
    take_in(a_file(a_case(an_event("submitted", "2024-09-30", seq=1), an_event("received", "2024-10-01", seq=2))))
    changed = an_event("received", "2024-10-02", seq=2)
    result = take_in(a_file(a_case(an_event("submitted", "2024-09-30", seq=1), changed)))
    assert result.counts["updated"] == {"events": 1}
    assert result.counts["unchanged"] == {"cases": 1, "events": 1}
    assert [event.occurred_on for event in standing(session)] == ["2024-09-30", "2024-10-02"]


def test_a_new_event_squeezes_in_between_without_renumbering(session: Session, take_in: Import) -> None:
    take_in(
        a_file(
            a_case(
                an_event("submitted", "2024-09-30", ref="a", seq=1),
                an_event("preliminary_examination", "2024-11-30", ref="c", seq=2, move="jump"),
            )
        )
    )
    places = {event.ref: event.place for event in standing(session)}
    result = take_in(
        a_file(
            a_case(
                an_event("submitted", "2024-09-30", ref="a", seq=1),
                an_event("received", None, ref="b", seq=2),
                an_event("preliminary_examination", "2024-11-30", ref="c", seq=3, move="jump"),
            )
        )
    )
    assert result.errors == []
    assert result.counts["created"] == {"events": 1}
    assert [event.ref for event in standing(session)] == ["a", "b", "c"]
    assert {event.ref: event.place for event in standing(session) if event.ref != "b"} == places


def test_events_that_the_file_does_not_mention_stay_where_they_are(session: Session, take_in: Import) -> None:
    take_in(
        a_file(
            a_case(
                an_event("submitted", "2024-01-01", ref="a"),
                an_event(None, "2024-05-01", ref="own"),
                an_event("received", "2024-09-01", ref="b"),
            )
        )
    )
    result = take_in(
        a_file(a_case(an_event("submitted", "2024-01-01", ref="a"), an_event(None, "2024-06-01", ref="new")))
    )
    assert result.errors == []
    assert [event.ref for event in standing(session)] == ["a", "own", "new", "b"]
    assert the_case(session).status == "received"


def test_events_that_change_places_are_entered_anew(session: Session, take_in: Import) -> None:
    take_in(a_file(a_case(an_event("submitted", seq=1, ref="a"), an_event(None, seq=2, ref="b"))))
    result = take_in(a_file(a_case(an_event(None, seq=1, ref="b"), an_event("submitted", seq=2, ref="a"))))
    assert result.counts["updated"] == {"events": 1}
    assert [event.ref for event in standing(session)] == ["b", "a"]


def test_history_is_judged_with_what_is_recorded_here(session: Session, take_in: Import) -> None:
    take_in(a_file(a_case(an_event("submitted", "2024-01-01", ref="a"), an_event("received", "2024-09-01", ref="b"))))
    result = take_in(a_file(a_case(an_event("investigation_open", "2024-10-01", ref="c"))))
    assert result.errors == []
    bad = take_in(a_file(a_case(an_event("case_stage", "2024-02-01", ref="d"))))
    assert {error.path for error in bad.errors} >= {"cases[0].events[0].status"}
    assert the_case(session).status == "investigation_open"


def test_two_senders_refs_are_two_cases(session: Session, take_in: Import) -> None:
    for sender in ("one", "two"):
        assert take_in(a_file(a_case(an_event("submitted")), sender=sender)).counts["created"]["cases"] == 1
    assert len(session.scalars(select(Case).where(Case.ref == "C1")).all()) == 2


def test_the_pathway_of_a_recorded_case_cannot_change(session: Session, take_in: Import) -> None:
    take_in(a_file(a_case(an_event("submitted"))))
    result = take_in(a_file(a_case(an_event("adopted"), pathway="political_resolution")))
    assert result.errors[0].path == "cases[0].pathway"


def test_one_bad_fact_and_nothing_is_written(session: Session, take_in: Import) -> None:
    result = take_in(a_file(a_case(an_event("submitted")), a_case(an_event("nonsense"), ref="C2")))
    assert [error.path for error in result.errors] == ["cases[1].events[0].status"]
    assert result.counts == {}
    assert session.scalars(select(Case)).all() == []


def test_refs_may_be_of_things_recorded_before(session: Session, take_in: Import) -> None:
    take_in({"format": "accountability-dossier/1", "sender": "s", "contacts": [{"ref": "K", "name": "Somebody"}]})
    case = a_case(an_event("submitted"), contacts=[{"contact": "K", "role": "press"}])
    assert take_in(a_file(case)).errors == []
    assert take_in(a_file(case, sender="other")).errors[0].path == "cases[0].contacts[0].contact"


def test_lists_of_a_case_add_and_null_takes_all_away(session: Session, take_in: Import) -> None:
    parties = {"contacts": [{"ref": "K1"}, {"ref": "K2"}], "subjects": [{"ref": "S1"}, {"ref": "S2"}]}
    event = an_event("submitted")
    take_in(
        a_file(
            a_case(event, contacts=[{"contact": "K1", "role": "press"}], subjects=[{"subject": "S1", "outcome": "x"}]),
            **parties,
        )
    )
    result = take_in(
        a_file(a_case(event, contacts=[{"contact": "K2", "role": "press"}], subjects=[{"subject": "S2", "role": "r"}]))
    )
    assert result.counts["updated"] == {"cases": 1}
    assert len(session.scalars(select(CaseContact)).all()) == 2
    assert [row.outcome for row in session.scalars(select(CaseSubject).order_by(CaseSubject.position))] == ["x", None]
    take_in(a_file(a_case(event, contacts=None, subjects=None)))
    assert session.scalars(select(CaseContact)).all() == []
    assert session.scalars(select(CaseSubject)).all() == []


def test_private_data_of_contacts_is_sealed_and_comes_back(session: Session, take_in: Import) -> None:
    contact = {"ref": "K", "name": "N", "email": "n@example.org", "notes": "Verify the spelling"}
    document = {"format": "accountability-dossier/1", "sender": "s", "contacts": [contact]}
    take_in(document)
    row = session.scalars(select(ContactPrivate)).one()
    assert (row.email, row.notes, row.phone) == ("n@example.org", "Verify the spelling", None)
    assert b"n@example.org" not in (row.email_sealed or b"")
    assert take_in(document).counts["unchanged"] == {"contacts": 1}
    assert take_in(document | {"contacts": [contact | {"email": None}]}).counts["updated"] == {"contacts": 1}
    assert row.email is None


def test_members_are_people_with_a_part_in_cases(session: Session, take_in: Import) -> None:
    officer, administrator = a_person(session, "legal_officer"), a_person(session, "administrator")
    case = a_case(
        an_event("submitted"),
        confidentiality="sealed",
        lead=officer.email,
        members=[{"user": administrator.email, "kind": "reader"}, {"user": "nobody@example.org", "kind": "member"}],
    )
    result = take_in(a_file(case))
    assert {gap.path for gap in result.gaps} >= {"cases[0].members[0].user", "cases[0].members[1].user"}
    assert the_case(session).lead_id == officer.id
    assert [row.person_id for row in session.scalars(select(CaseMembership))] == [officer.id]
    assert take_in(a_file(case)).counts["unchanged"] == {"cases": 1, "events": 1}


def test_whoever_is_no_member_any_more_is_made_one_again(session: Session, take_in: Import) -> None:
    head, officer = a_person(session, "head"), a_person(session, "legal_officer")
    named = {"lead": head.email, "members": [{"user": officer.email, "kind": "member"}]}
    take_in(a_file(a_case(an_event("submitted"), **named)))
    of_officer = select(CaseMembership).where(CaseMembership.person_id == officer.id).order_by(CaseMembership.id)
    session.scalars(of_officer).one().ended_at = clock.now()
    session.flush()
    take_in(a_file(a_case(an_event("submitted"), **named)))
    assert [row.ended_at is None for row in session.scalars(of_officer)] == [False, True]


def test_a_new_lead_takes_over_and_the_old_one_stays_a_member(session: Session, take_in: Import) -> None:
    first, second = a_person(session, "legal_officer"), a_person(session, "coordinator")
    take_in(a_file(a_case(an_event("submitted"), lead=first.email)))
    take_in(a_file(a_case(an_event("submitted"), lead=second.email)))
    current = session.scalars(select(CaseMembership).where(CaseMembership.ended_at.is_(None)))
    assert {row.person_id: row.kind for row in current} == {first.id: "member", second.id: "lead"}
    assert the_case(session).lead_id == second.id


def test_work_is_not_given_to_somebody_who_may_not_see_the_case(session: Session, take_in: Import) -> None:
    officer = a_person(session, "legal_officer")
    follow_up = {"ref": "F", "title": "Call", "due_on": "2030-01-01", "assignee": officer.email}
    result = take_in(a_file(a_case(an_event("submitted"), confidentiality="restricted", follow_ups=[follow_up])))
    assert "cases[0].follow_ups[0].assignee" in {gap.path for gap in result.gaps}
    row = session.scalars(select(FollowUp)).one()
    assert (row.assignee_id, row.assignee_named) == (None, officer.email)


def test_a_moved_due_day_is_a_new_promise_and_moves_the_case_along(session: Session, take_in: Import) -> None:
    officer = a_person(session, "legal_officer")
    follow_up = {"ref": "F", "title": "Call", "due_on": "2030-01-01", "assignee": officer.email}
    take_in(a_file(a_case(an_event("submitted"), follow_ups=[follow_up])))
    assert str(the_case(session).next_due_on) == "2030-01-01"
    result = take_in(a_file(a_case(an_event("submitted"), follow_ups=[follow_up | {"due_on": "2031-01-01"}])))
    assert result.counts["updated"] == {"follow_ups": 1}
    assert session.scalars(select(FollowUp)).one().due_version == 2
    assert str(the_case(session).next_due_on) == "2031-01-01"
    dues = set(session.scalars(select(Reminder.due_on).where(Reminder.status == "planned")))
    assert {str(day) for day in dues} == {"2031-01-01"}


def test_an_open_case_keeps_a_sealed_event_out_of_its_row(session: Session, take_in: Import) -> None:
    warrant = a_case(
        an_event("requested", "2020-01-01"),
        an_event("issued_sealed", "2020-02-01", confidentiality="sealed"),
        pathway="arrest_warrant",
    )
    assert take_in(a_file(warrant)).errors == []
    assert the_case(session).status == "requested"


def test_who_gave_a_commitment_is_a_contact_a_body_a_country_or_words(session: Session, take_in: Import) -> None:
    document = {
        "format": "accountability-dossier/1",
        "sender": "s",
        "organisations": [{"ref": "O", "name": "Body"}],
        "contacts": [{"ref": "K", "name": "Person"}],
        "commitments": [
            {"ref": "A1", "kind": "ask", "by": "K", "to": "LV", "text": "Words"},
            {"ref": "A2", "kind": "ask", "by": "O", "to": "Everybody", "text": "Words", "due_on": "2030-01-01"},
        ],
    }
    assert take_in(document).errors == []
    rows = {row.ref: row for row in session.scalars(select(Commitment))}
    assert (rows["A1"].by_contact_id is not None, rows["A1"].to_country) == (True, "LV")
    assert (rows["A2"].by_organisation_id is not None, rows["A2"].to_text) == (True, "Everybody")
    assert take_in(document).counts["unchanged"]["commitments"] == 2


def test_a_person_imports_only_what_they_might_enter_by_hand(session: Session, database: Any) -> None:
    officer, head = a_person(session, "legal_officer"), a_person(session, "head")
    session.commit()
    document = a_file(
        a_case(an_event("submitted")),
        a_case(an_event("considering"), ref="C2", pathway="country_accession", confidentiality="restricted"),
    )
    with database.unit_of_work(person_actor(head.id, frozenset({"head"}))) as as_head:
        answer = import_dossier(as_head, actor_of(as_head), Reading(document, []), definitions())
    assert [error.path for error in answer.errors] == ["cases[0].ref", "cases[1].ref"]
    with database.unit_of_work(person_actor(officer.id, frozenset({"legal_officer"}))) as as_officer:
        answer = import_dossier(as_officer, actor_of(as_officer), Reading(document, []), definitions())
    assert answer.errors == []
    assert {the_case(session, ref).lead_id for ref in ("C1", "C2")} == {officer.id}


def test_a_place_that_a_hidden_entry_holds_is_neither_refused_nor_told(
    session: Session, take_in: Import, database: Any
) -> None:
    officer = a_person(session, "legal_officer")
    shown = [an_event("submitted", "2024-01-01", ref="a"), an_event(None, "2024-09-01", ref="z")]
    hidden = [an_event(None, f"2024-0{month}-01", confidentiality="sealed") for month in (2, 3, 4)]
    hidden += [an_event(None, f"2025-0{month}-01", confidentiality="sealed") for month in (1, 2, 3)]
    assert take_in(a_file(a_case(*shown, *hidden))).errors == []
    session.commit()
    new = [an_event(None, f"2024-0{month}-15", ref=f"n{month}") for month in (2, 3, 4)]
    new += [an_event(None, f"2025-0{month}-15", ref=f"m{month}") for month in (1, 2, 3)]
    document = a_file(a_case(*shown, *new))
    for outcome in ("created", "unchanged"):
        with database.unit_of_work(person_actor(officer.id, frozenset({"legal_officer"}))) as as_officer:
            answer = import_dossier(as_officer, actor_of(as_officer), Reading(document, []), definitions())
        assert answer.errors == []
        assert answer.counts[outcome]["events"] >= 6
    session.rollback()
    session.expire_all()
    assert len(standing(session)) == 14
    told = [event.ref for event in standing(session) if event.ref]
    assert told == ["a", "n2", "n3", "n4", "z", "m1", "m2", "m3"]


def test_a_person_does_not_become_lead_by_importing_into_a_case_that_nobody_leads(
    session: Session, take_in: Import, database: Any
) -> None:
    officer = a_person(session, "legal_officer")
    take_in(a_file(a_case(an_event("submitted", "2023"), an_event(None, "2024", confidentiality="sealed"))))
    session.commit()
    document = a_file(a_case(an_event("received", "2025", ref="b")))
    with database.unit_of_work(person_actor(officer.id, frozenset({"legal_officer"}))) as as_officer:
        assert import_dossier(as_officer, actor_of(as_officer), Reading(document, []), definitions()).errors == []
    session.rollback()
    assert session.scalars(select(CaseMembership)).all() == []


def test_only_who_may_manage_members_imports_them(session: Session, take_in: Import, database: Any) -> None:
    officer, head = a_person(session, "legal_officer"), a_person(session, "head")
    case = a_case(an_event("submitted", ref="a"), lead=head.email, members=[{"user": officer.email, "kind": "member"}])
    take_in(a_file(case | {"confidentiality": "restricted"}))
    session.commit()
    answers = []
    for document in (a_file(case), a_file(case | {"lead": officer.email})):
        with database.unit_of_work(person_actor(officer.id, frozenset({"legal_officer"}))) as as_officer:
            answers.append(import_dossier(as_officer, actor_of(as_officer), Reading(document, []), definitions()))
    assert answers[0].errors == []
    assert [error.path for error in answers[1].errors] == ["cases[0].members"]
    session.rollback()
    session.expire_all()
    assert the_case(session).lead_id == head.id


def test_a_kind_of_move_that_was_said_is_remembered_and_one_that_was_not_stays_unsaid(
    session: Session, take_in: Import
) -> None:
    said = a_case(an_event("submitted", "2024", ref="a"), an_event("received", "2025", ref="b", move="forward"))
    unsaid = a_case(an_event("submitted", "2024", ref="a"), an_event("received", "2025", ref="b", move=None))
    take_in(a_file(said))
    assert [(row.move, row.move_said) for row in standing(session)] == [("forward", False), ("forward", True)]
    assert take_in(a_file(said)).counts["unchanged"] == {"cases": 1, "events": 2}
    left_out = a_case(*(an_event(row["status"], row["occurred_on"], ref=row["ref"]) for row in said["events"]))
    assert take_in(a_file(left_out)).counts["unchanged"] == {"cases": 1, "events": 2}
    assert take_in(a_file(unsaid)).counts["updated"] == {"events": 1}
    assert [row.move_said for row in standing(session)] == [False, False]
    assert take_in(a_file(unsaid)).counts["unchanged"] == {"cases": 1, "events": 2}


def test_a_kind_that_was_said_gives_way_where_an_entry_comes_between(session: Session, take_in: Import) -> None:
    def a_warrant(*events: dict[str, Any]) -> dict[str, Any]:
        return a_file(a_case(*events, pathway="arrest_warrant"))

    first, between = an_event("issued_sealed", "2024", ref="a"), an_event("circulated", "2025", ref="m")
    last = an_event("issued_public", "2026", ref="b")
    take_in(a_warrant(first, last | {"move": "forward"}))
    assert take_in(a_warrant(between)).errors == []
    assert "move" not in export_dossier(session, OPERATOR)["cases"][0]["events"][-1]
    assert take_in(a_warrant(first, between, last | {"summary": "Other words"})).errors == []
    assert (standing(session)[-1].move, standing(session)[-1].move_said) == ("back", False)
    insisting = take_in(a_warrant(first, between, last | {"move": "forward"}))
    assert [error.path for error in insisting.errors] == ["cases[0].events[2].move"]


def test_a_renewed_period_has_its_own_end_or_none(session: Session, take_in: Import) -> None:
    listed = an_event("listed", "2011", ref="a", expires_on="2012-01-01")
    take_in(a_file(a_case(listed, pathway="sanctions")))
    assert str(the_case(session).expires_on) == "2012-01-01"
    take_in(a_file(a_case(an_event("listed", "2013", ref="b"), pathway="sanctions")))
    assert the_case(session).expires_on is None


def test_a_hundred_cases_with_two_thousand_events_take_few_statements(session: Session, take_in: Import) -> None:
    events = [
        an_event("listed", f"20{year:02d}-03-01", seq=year, expires_on=f"20{year + 1:02d}-02-28")
        for year in range(1, 21)
    ]
    document = a_file(*(a_case(*events, ref=f"C{number}", pathway="sanctions") for number in range(100)))
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(session.get_bind(), "before_cursor_execute", count)
    assert take_in(document).counts["created"] == {"cases": 100, "events": 2000}
    assert statements < 160
    statements = 0
    assert take_in(document).counts["unchanged"] == {"cases": 100, "events": 2000}
    assert statements < 40
    event.remove(session.get_bind(), "before_cursor_execute", count)
