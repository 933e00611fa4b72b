"""Mistaken cases: removed, restored, merged; as the app's role, and by the pages."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories.case import join, make_case
from tests.factories.case_event import make_event
from tests.factories.follow_up import make_follow_up
from tests.factories.person import acting
from tests.factories.subject import make_subject
from tracker.audit.models import AuditEntry
from tracker.cases.models import Case, CaseEvent, CaseSubject, Comment
from tracker.cases.removed import merged_cases, merged_history
from tracker.cases.services.comments import add_comment
from tracker.cases.services.removing import merge_cases, remove_case
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.core.errors import Conflict, Invalid, NotPermitted, NotVisible
from tracker.followups.models import FollowUp


@pytest.fixture
def case(act_as, officer) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, title="Opened twice", lead=officer)


@pytest.fixture
def kept(act_as, officer) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session, title="The right one", lead=officer)


def remove(act_as, case: Case, who, reason="Opened twice", typed: str | None = None) -> None:
    with act_as(who) as session:
        remove_case(session, acting(who), case.id, reason, case.reference if typed is None else typed, case.version)


def merge(act_as, case: Case, kept: Case, who) -> None:
    with act_as(who) as session:
        said = (kept.reference, "Opened twice", case.reference, case.version)
        merge_cases(session, acting(who), case.id, *said)


def test_a_removed_case_is_seen_by_nobody_and_its_work_is_cancelled(act_as, case, officer, people, client_of) -> None:
    with act_as(OPERATOR) as session:
        seen = make_follow_up(session, case, officer)
        hidden = make_follow_up(session, case, officer, level="sealed")
    remove(act_as, case, officer)
    for person in people.values():
        with act_as(person) as session:
            for table in (Case, CaseEvent, FollowUp, Comment):
                assert session.scalars(select(table)).all() == []
    assert client_of(officer).get(f"/cases/{case.reference}").status_code == 404
    with act_as(OPERATOR) as session:
        assert {session.get_one(FollowUp, one.id).status for one in (seen, hidden)} == {"cancelled"}
        row = session.get_one(Case, case.id)
        assert (row.removed_by_id, row.remove_reason) == (officer.id, "Opened twice")
        trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.removed")).one()
        assert trail.detail["by"] == str(officer.id)


@pytest.mark.parametrize("name", ["coordinator", "other", "outside_counsel", "administrator"])
def test_only_a_lead_or_a_head_removes(act_as, case, people, name) -> None:
    with pytest.raises((NotPermitted, NotVisible)):
        remove(act_as, case, people[name])
    with act_as(people[name]) as session:
        said = {"case": case.id, "version": case.version}
        assert session.scalar(text("SELECT app_remove_case(:case, 'Why', :version)"), said) is False


def test_a_head_removes_an_open_case_and_finds_no_sealed_one(act_as, case, officer, people) -> None:
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=officer)
    with pytest.raises(NotVisible):
        remove(act_as, sealed, people["head"])
    with act_as(people["head"]) as session:
        said = {"case": sealed.id, "version": sealed.version}
        assert session.scalar(text("SELECT app_remove_case(:case, 'Why', :version)"), said) is False
    remove(act_as, case, people["head"])


@pytest.mark.parametrize(("reason", "typed"), [("", None), ("Why", "ACC-OTHER")])
def test_a_removal_needs_a_reason_and_the_reference(act_as, case, officer, reason, typed) -> None:
    with pytest.raises(Invalid):
        remove(act_as, case, officer, reason, typed)


def test_a_removal_of_what_somebody_changed_meanwhile_is_refused(act_as, case, officer) -> None:
    with act_as(OPERATOR) as session:
        session.get_one(Case, case.id).title = "Another"
    with pytest.raises(Conflict):
        remove(act_as, case, officer)


def test_the_operator_lists_and_restores_with_the_work(act_as, app: Flask, case, officer, client_of) -> None:
    with act_as(OPERATOR) as session:
        work = make_follow_up(session, case, officer, status="waiting")
    remove(act_as, case, officer)
    run = app.test_cli_runner()
    listed = json.loads(run.invoke(args=["case", "removed", "--json"]).stdout)
    assert [(one["reference"], one["reason"]) for one in listed] == [(case.reference, "Opened twice")]
    assert case.reference not in run.invoke(args=["dossier", "export", "--json"]).stdout
    assert run.invoke(args=["case", "restore", case.reference]).exit_code == 0
    assert run.invoke(args=["case", "restore", case.reference]).exit_code != 0
    assert client_of(officer).get(f"/cases/{case.reference}").status_code == 200
    with act_as(OPERATOR) as session:
        assert session.get_one(FollowUp, work.id).status == "waiting"


def test_a_merger_moves_work_and_remarks_and_leaves_history_as_it_was(
    act_as, case, kept, officer, people, client_of
) -> None:
    with act_as(OPERATOR) as session:
        work = make_follow_up(session, case, officer, level="sealed")
        subject = make_subject(session, "A. Example", case)
        make_event(session, session.get_one(Case, case.id), 2, "2025-05-01", level="sealed", summary="Quiet")
        before = [(event.id, event.case_id) for event in session.scalars(select(CaseEvent).order_by(CaseEvent.id))]
    with act_as(officer) as session:
        add_comment(session, acting(officer), case.id, "Remember this")
    merge(act_as, case, kept, officer)
    with act_as(officer) as session:
        assert session.get_one(FollowUp, work.id).case_id == kept.id
        assert session.scalars(select(Comment)).one().case_id == kept.id
        assert session.scalars(select(CaseSubject.case_id).where(CaseSubject.subject_id == subject.id)).one() == kept.id
        assert [one.reference for one in merged_cases(session, kept.id)] == [case.reference]
        assert "Quiet" in [event.summary for event in merged_history(session, kept.id, case.id)]
    with act_as(people["head"]) as session:
        assert [event.summary for event in merged_history(session, kept.id, case.id)] == ["Event 1"]
        assert session.scalars(select(FollowUp)).all() == []
    with act_as(OPERATOR) as session:
        after = [(event.id, event.case_id) for event in session.scalars(select(CaseEvent).order_by(CaseEvent.id))]
        assert after == before
    client = client_of(officer)
    assert client.get(f"/cases/{case.reference}").headers["Location"].endswith(kept.reference)
    assert "1 case was merged into this one" in client.get(f"/cases/{kept.reference}").text
    assert "Event 1" in client.get(f"/cases/{kept.reference}/merged").text


def a_case(session: Session, lead, **said) -> Case:
    return make_case(session, title="The right one", lead=lead, **said)


def test_a_merger_into_a_more_open_case_is_refused(act_as, officer, kept) -> None:
    with act_as(OPERATOR) as session:
        secret = a_case(session, officer, level="restricted")
    with pytest.raises(Invalid) as refusal:
        merge(act_as, secret, kept, officer)
    assert "more open" in refusal.value.faults[0].message


def test_a_merger_that_would_show_things_to_other_members_is_refused_by_name(
    act_as, case, kept, officer, people
) -> None:
    with act_as(OPERATOR) as session:
        join(session, kept, people["outside_counsel"], "reader")
    with pytest.raises(Invalid) as refusal:
        merge(act_as, case, kept, officer)
    assert "The outside counsel" in refusal.value.faults[0].message
    with act_as(officer) as session:
        said = {"gone": case.id, "kept": kept.id, "version": case.version}
        assert session.scalar(text("SELECT app_merge_case(:gone, :kept, 'Why', :version)"), said) == "members"


@pytest.mark.parametrize(
    "later", ["their time on the duplicate ends sooner", "they become a member of the kept one later"]
)
def test_a_merger_shows_nothing_later_either(act_as, case, kept, officer, people, later) -> None:
    stranger = people["outside_counsel"]
    tomorrow, next_week = clock.now() + timedelta(days=1), clock.now() + timedelta(days=7)
    with act_as(OPERATOR) as session:
        if later.startswith("their"):
            join(session, case, stranger, "reader").ends_at = tomorrow
            join(session, kept, stranger, "reader").ends_at = next_week
        else:
            join(session, kept, stranger, "reader").starts_at = tomorrow
    with pytest.raises(Invalid) as refusal:
        merge(act_as, case, kept, officer)
    assert stranger.name in refusal.value.faults[0].message
    with act_as(officer) as session:
        said = {"gone": case.id, "kept": kept.id, "version": case.version}
        assert session.scalar(text("SELECT app_merge_case(:gone, :kept, 'Why', :version)"), said) == "members"


def test_cases_of_two_pathways_are_not_merged(act_as, case, officer) -> None:
    with act_as(OPERATOR) as session:
        other = a_case(session, officer, history=(("tabled", "2025"),), pathway="political_resolution")
    with pytest.raises(Invalid):
        merge(act_as, case, other, officer)


def test_a_lead_of_one_of_the_two_merges_nothing(act_as, case, people) -> None:
    with act_as(OPERATOR) as session:
        theirs = a_case(session, people["other"])
        join(session, case, people["other"], "member")
    with pytest.raises(NotPermitted):
        merge(act_as, case, theirs, people["other"])


def test_a_sealed_merger_leaves_no_trace_for_others(act_as, officer, people, client_of) -> None:
    with act_as(OPERATOR) as session:
        gone, kept = a_case(session, officer, level="sealed"), a_case(session, officer, level="sealed")
    merge(act_as, gone, kept, officer)
    head = people["head"]
    with act_as(head) as session:
        assert merged_cases(session, kept.id) == []
        assert merged_history(session, kept.id, gone.id) == []
        assert session.execute(text("SELECT 1 FROM audit_entries WHERE action LIKE 'case.%'")).all() == []
    assert client_of(head).get(f"/cases/{gone.reference}").status_code == 404


def test_the_pages_show_before_they_act_and_ask_for_the_reference(act_as, case, kept, officer, client_of) -> None:
    client = client_of(officer)
    form = {"kept": kept.reference, "reason": "Opened twice", "version": str(case.version)}
    looked = client.post(f"/cases/{case.reference}/merge", data=form)
    assert looked.status_code == 200 and "What moves" in looked.text
    refused = client.post(f"/cases/{case.reference}/merge", data=form | {"step": "confirm", "typed": "no"})
    assert refused.status_code == 422 and "Opened twice" in refused.text
    done = client.post(f"/cases/{case.reference}/merge", data=form | {"step": "confirm", "typed": case.reference})
    assert done.status_code == 303 and done.headers["Location"].endswith(kept.reference)
    form = {"reason": "A mistake", "version": str(kept.version + 1)}
    assert client.post(f"/cases/{kept.reference}/remove", data=form).status_code == 422
    assert client.post(f"/cases/{kept.reference}/remove", data=form | {"typed": kept.reference}).status_code == 303
    assert client.get(f"/cases/{kept.reference}").status_code == 404
