"""The small questions of pages, lists and letters, each asked of somebody who may and of somebody who may not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tracker.access.levels import Level, MembershipKind
from tracker.access.policy import Action
from tracker.cases.comments import comments_panel
from tracker.cases.models import Case
from tracker.cases.readers import _reader
from tracker.contacts.merging import merges_into
from tracker.core.actor import Actor, person_actor
from tracker.followups.assignees import Candidate, offered
from tracker.followups.closing import CHOICES, KEEP, choices_for
from tracker.interchange import permission
from tracker.interchange.findings import Findings
from tracker.pages.board_cases import _Lawful
from tracker.pages.board_work import _may
from tracker.pathways.registry import load_default
from tracker.pathways.state import CaseState
from tracker.reminders.planning.directory import _may_see

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
