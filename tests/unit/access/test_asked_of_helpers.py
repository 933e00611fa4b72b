"""The small questions of pages, lists and letters, each asked of somebody who may and of somebody who may not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action, Decision
from tracker.accounts import sign_in
from tracker.approvals import carrying_out
from tracker.approvals import services as approval_services
from tracker.approvals import views as approval_views
from tracker.approvals.happened import ApprovalAgreed
from tracker.approvals.models import Approval, Kind
from tracker.cases.comments import comments_panel
from tracker.cases.models import Case, CaseEvent
from tracker.cases.readers import _reader
from tracker.cases.services import unsealing
from tracker.cases.services.entries import NewEntry
from tracker.cases.services.voiding import _lowering_faults
from tracker.contacts.merging import merges_into
from tracker.core.actor import OPERATOR, Actor, person_actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid, NotPermitted, NotVisible
from tracker.documents import services as documents
from tracker.engagements import checks
from tracker.engagements.checks import may_begin
from tracker.feeds.models import TEAM
from tracker.feeds.services import _require_team
from tracker.followups import assignees, undoing
from tracker.followups.assignees import Candidate, offered
from tracker.followups.checks import require_assignable, require_lowering
from tracker.followups.closing import CHOICES, KEEP, choices_for
from tracker.followups.models import FollowUp
from tracker.interchange import permission
from tracker.interchange.findings import Findings
from tracker.levels import services as part_levels
from tracker.lists import mass
from tracker.pages import comments as comment_pages
from tracker.pages import everything
from tracker.pages.board_cases import _Lawful
from tracker.pages.board_work import _may
from tracker.pathways.registry import load_default
from tracker.pathways.state import CaseState
from tracker.reminders.planning.directory import _may_see
from tracker.sittings.policy import may_keep

UNASKED = cast(Session, None)
ME, OTHER = UUID(int=7), UUID(int=8)
CASE = Case(id=UUID(int=1), level="internal", reference="ACC-1")
MEMBER, READER = MembershipKind.MEMBER, MembershipKind.READER


def somebody(role: str) -> Actor:
    return person_actor(ME, frozenset({role}))


def test_whoever_reads_at_that_level_may_comment() -> None:
    head = somebody("head")
    assert comments_panel(head, CASE, None, [])["may_comment"]
    assert not comments_panel(head, CASE, None, [], level="restricted")["may_comment"]


def test_an_administrator_is_no_reader() -> None:
    assert _reader(ME, "Ada", ["administrator"], None, "internal") is None
    assert _reader(ME, "Ada", ["head", "administrator"], None, "internal")


def test_merges_are_told_to_those_who_merge() -> None:
    assert merges_into(UNASKED, somebody("head"), OTHER) == ()


def test_counsel_is_offered_members_of_the_case_alone() -> None:
    people = [
        Candidate(ME, "Member", frozenset({"outside_counsel"}), MEMBER, True),
        Candidate(OTHER, "Staff", frozenset({"head"}), None, True),
    ]
    assert offered(somebody("outside_counsel"), people, may_invite=False) == people[:1]
    assert offered(somebody("head"), people, may_invite=False) == people


@pytest.mark.parametrize(
    ("role", "assignee", "choices"),
    [("coordinator", OTHER, CHOICES), ("head", OTHER, (KEEP,)), ("head", ME, ("complete", KEEP))],
)
def test_whoever_closes_a_case_does_nobody_elses_work_for_that(
    role: str, assignee: UUID, choices: tuple[str, ...]
) -> None:
    item: Any = SimpleNamespace(level=None, assignee_id=assignee)
    assert choices_for(somebody(role), CASE, item, None) == choices


def test_a_card_of_work_is_moved_by_whoever_may_change_it() -> None:
    assert _may(somebody("coordinator"), Action.ASSIGN_FOLLOW_UP, "internal", None, None)
    assert not _may(somebody("head"), Action.ASSIGN_FOLLOW_UP, "internal", None, None)
    assert not _may(somebody("coordinator"), Action.ASSIGN_FOLLOW_UP, "internal", "restricted", None)


def test_a_card_of_a_case_goes_where_its_reader_may_put_it() -> None:
    definition = load_default().get("country_accession")
    state = CaseState(status=definition.initial[0])
    assert _Lawful(somebody("legal_officer"), definition, {})._targets(state, "internal", None)
    assert not _Lawful(somebody("coordinator"), definition, {})._targets(state, "internal", None)


def test_planning_tells_of_work_whom_it_may_be_given_to() -> None:
    assert _may_see(frozenset({"head"}), Level.INTERNAL, None)
    assert not _may_see(frozenset({"head"}), Level.RESTRICTED, None)
    assert not _may_see(frozenset({"administrator"}), Level.INTERNAL, "lead")


def test_the_teams_calendar_is_for_staff() -> None:
    _require_team(somebody("head"), TEAM)
    with pytest.raises(NotPermitted):
        _require_team(somebody("outside_counsel"), TEAM)


def test_an_administrator_owes_a_passkey_until_they_showed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "settings", lambda: SimpleNamespace(needs_second_factor=True))
    for role, is_assured, owes in (
        ("administrator", False, True),
        ("administrator", True, False),
        ("head", False, False),
    ):
        person: Any = SimpleNamespace(roles={role}, is_assured=is_assured)
        assert sign_in.owes_passkey(person) is owes


def test_an_administrator_is_told_no_filters_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Approval(asked_by_id=OTHER)
    for role, knows in (("administrator", False), ("head", True)):
        monkeypatch.setattr(approval_views, "actor", lambda role=role: somebody(role))
        assert approval_views._may_know(asked) is knows
    monkeypatch.setattr(approval_views, "actor", lambda: somebody("administrator"))
    assert approval_views._may_know(Approval(asked_by_id=ME))


def test_an_entry_is_entered_anew_as_secret_as_it_was_but_by_a_lead() -> None:
    old, new = CaseEvent(level="restricted"), NewEntry(VagueDate("2025-04-01"), "Another call")
    officer = somebody("legal_officer")
    assert _lowering_faults(CASE, old, new, officer, MEMBER)
    assert not _lowering_faults(CASE, old, new, officer, MembershipKind.LEAD)


def test_work_is_lowered_by_a_lead_and_given_to_oneself_where_one_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    work, officer = FollowUp(level="restricted"), somebody("legal_officer")
    require_lowering(officer, CASE, work, None, MembershipKind.LEAD)
    with pytest.raises(Invalid):
        require_lowering(officer, CASE, work, None, MEMBER)
    monkeypatch.setattr(assignees, "candidate", lambda *_said: None)
    require_assignable(UNASKED, officer, CASE, None, ME, None)
    with pytest.raises(Invalid):
        require_assignable(UNASKED, officer, CASE, "restricted", ME, None)


@pytest.mark.parametrize("module", [unsealing, part_levels, documents], ids=["case", "part", "file"])
def test_what_two_agreed_to_is_not_done_for_whoever_leads_no_more(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    sealed = Case(id=UUID(int=3), level="sealed")
    found = {
        "lock_case": lambda *_said: (sealed, MEMBER),
        "_held": lambda *_said: SimpleNamespace(level=Level.SEALED),
        "case_of_file": lambda *_said: (None, sealed, Level.SEALED, MEMBER),
        "membership_of_person": lambda *_said: None,
    }
    for name, value in found.items():
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
    kind = Kind.DESTROY if module is documents else Kind.UNSEAL
    part = None if module is unsealing else UUID(int=4)
    asked = Approval(kind=kind, case_id=sealed.id, object_id=part, asked_by_id=ME, payload={"what": "follow_up"})
    carry_out = module.destroy_when_agreed if module is documents else module.unseal_when_agreed
    with pytest.raises((NotVisible, NotPermitted)):
        carry_out(UNASKED, ApprovalAgreed(asked, somebody("legal_officer"), somebody("head")))


@pytest.mark.parametrize(
    ("kind", "carry_out", "role"),
    [
        (Kind.HAND_OVER, carrying_out.hand_over_rest, "head"),
        (Kind.ADMINISTRATOR, carrying_out.make_administrator, "head"),
        (Kind.ERASE, carrying_out.erase, "head"),
        (Kind.BREAK_GLASS, carrying_out.break_glass, "outside_counsel"),
    ],
)
def test_what_two_agreed_to_is_not_done_for_whoever_lost_the_role_since(kind: Kind, carry_out: Any, role: str) -> None:
    asked = Approval(kind=kind, object_id=OTHER, asked_by_id=ME, payload={})
    with pytest.raises(NotPermitted):
        carry_out(UNASKED, ApprovalAgreed(asked, somebody(role), somebody("head")))


def test_institutions_days_are_kept_by_whoever_keeps_calendars() -> None:
    assert may_keep(somebody("administrator")) and may_keep(OPERATOR)
    assert not may_keep(somebody("coordinator")), "calendars are the administrators' (access.md)"
    assert not may_keep(somebody("outside_counsel"))


def test_what_two_agreed_to_is_fetched_for_exactly_that_list(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = Approval(payload={"target": "/cases?level=public"})
    monkeypatch.setattr(approval_services, "ready", lambda *_said: agreed)
    assert mass.agreed_list(UNASKED, somebody("head"), ME, "/cases?level=public") is agreed
    with pytest.raises(NotVisible):
        mass.agreed_list(UNASKED, somebody("head"), ME, "/cases")


def test_everything_is_fetched_by_a_request_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approval_services, "ready", lambda *_said: Approval(payload={"area": "cases"}))
    monkeypatch.setattr(everything, "db", lambda: UNASKED)
    monkeypatch.setattr(everything, "actor", lambda: somebody("administrator"))
    with pytest.raises(NotVisible):
        everything._agreed(ME)


def test_a_meeting_is_begun_by_whoever_may_record_one_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "works_on_a_case", lambda *_said: False)
    assert may_begin(UNASKED, somebody("coordinator"))
    assert not may_begin(UNASKED, somebody("head"))
    monkeypatch.setattr(checks, "works_on_a_case", lambda *_said: True)
    assert may_begin(UNASKED, somebody("outside_counsel"))


def test_a_change_of_hidden_needs_alone_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "get_follow_up", lambda *_said: None)
    monkeypatch.setattr(undoing, "_seen", lambda *_said: ({"needs": []}, {"needs": []}))
    session: Any = SimpleNamespace(get=lambda *_said: SimpleNamespace(follow_up_id=ME))
    with pytest.raises(NotVisible):
        undoing._visible(session, somebody("head"), ME)


def test_a_remark_is_about_a_follow_up_of_its_own_case(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (FollowUp(), Case(id=UUID(int=2)))
    for name, value in {"db": lambda: UNASKED, "actor": lambda: somebody("head")}.items():
        monkeypatch.setattr(comment_pages, name, value)
    monkeypatch.setattr(comment_pages, "follow_up_with_case", lambda *_said: found)
    assert comment_pages._follow_up(found[1], ME) is found[0]
    with pytest.raises(NotVisible):
        comment_pages._follow_up(CASE, ME)


def test_nobody_agrees_for_an_account_that_is_closed_or_to_what_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Approval(kind=Kind.EXPORT_ALL, payload={}, reason="", asked_by_id=OTHER)
    asked.digest = "of something else"
    monkeypatch.setattr(approval_services, "_open", lambda *_said: asked)
    monkeypatch.setattr(approval_services, "standing_of", lambda *_said: None)
    monkeypatch.setattr(approval_services, "may_answer", lambda *_said: Decision(True))
    for asker in (None, somebody("head")):
        monkeypatch.setattr(approval_services, "actor_of_person", lambda *_said, asker=asker: asker)
        with pytest.raises(NotPermitted):
            approval_services.agree(UNASKED, somebody("head"), ME)


@pytest.mark.parametrize(
    ("role", "refs", "stands", "fault"),
    [
        ("legal_officer", ["a"], True, ""),
        ("head", ["a"], True, "you may not open or change this case"),
        ("legal_officer", ["a"], False, ""),
        ("head", ["a"], False, "you may not open or change this case"),
        ("legal_officer", [], False, ""),
        ("head", [], False, "you may not import"),
    ],
)
def test_a_file_is_imported_by_whoever_might_enter_it_by_hand(
    monkeypatch: pytest.MonkeyPatch, role: str, refs: list[str], stands: bool, fault: str
) -> None:
    monkeypatch.setattr(permission, "memberships_of", lambda *_said: {})
    file: Any = SimpleNamespace(cases=[SimpleNamespace(path="cases.0", ref=ref, confidentiality=None) for ref in refs])
    rows: Any = SimpleNamespace(get=lambda *_said: CASE if stands else None)
    findings = Findings()
    permission.check_permission(UNASKED, somebody(role), file, rows, findings)
    assert [one.message for one in findings.errors] == ([fault] if fault else [])
