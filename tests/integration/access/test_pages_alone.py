"""What a page tells its reader that they may do follows the row of the matrix that the deed asks for, on every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from tests.factories.case import join
from tests.factories.file import make_paper
from tests.factories.person import make_person
from tests.factories.reminder import make_due_work, make_promise
from tests.integration.access.conftest import ActAs
from tests.integration.access.sample import Sample, make_sample
from tests.support.sign_in import sign_in
from tracker.access import policy
from tracker.access.policy import Action
from tracker.audit.models import AuditEntry
from tracker.cases.models import Dossier
from tracker.core import clock
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment, Engagement
from tracker.followups.models import FollowUp

ROWS: list[tuple[str, str, Action]] = [
    ("pages.case_clocks", "may_follow", Action.CREATE_FOLLOW_UP),
    ("pages.case_clocks", "may_correct", Action.VOID_ENTRY),
    ("pages.move_case", "may_add", Action.CREATE_FOLLOW_UP),
    ("pages.case_page", "may_comment", Action.COMMENT),
    ("pages.case_page", "may_add_follow_up", Action.CREATE_FOLLOW_UP),
    ("pages.case_page", "tickable", Action.ASSIGN_FOLLOW_UP),
    ("pages.new_comment", "", Action.COMMENT),
    ("cases.dossier_page", "may_edit", Action.OPEN_CASE),
    ("cases.case_links", "may_edit", Action.EDIT_FACTS),
    ("cases.members", "may_manage", Action.MANAGE_MEMBERS),
    ("cases.case_contacts", "may_record", Action.RECORD_CONTACT),
    ("followups.follow_up_page", "may_edit", Action.ASSIGN_FOLLOW_UP),
    ("followups.follow_up_page", "may_progress", Action.ASSIGN_FOLLOW_UP),
    ("followups.follow_up_page", "may_comment", Action.COMMENT),
    ("followups.follow_up_page", "may_lower", Action.LOWER_LEVEL),
    ("followups.timeline_page", "may_move", Action.CREATE_FOLLOW_UP),
    ("sittings.of_case", "may_plan", Action.CREATE_FOLLOW_UP),
    ("documents.papers", "may_upload", Action.UPLOAD),
    ("documents.papers", "may_destroy", Action.DESTROY),
    ("documents.papers", "may_lower", Action.LOWER_LEVEL),
    ("engagements.commitment_page", "may_settle", Action.RECORD_ENGAGEMENT),
    ("engagements.commitment_page", "may_ask", Action.ASSIGN_FOLLOW_UP),
    ("engagements.engagement_page", "may_edit", Action.RECORD_ENGAGEMENT),
    ("engagements.engagement_page", "may_lower", Action.LOWER_LEVEL),
    ("reminders.from_mail", "may_edit", Action.ASSIGN_FOLLOW_UP),
    ("reminders.from_mail", "may_progress", Action.ASSIGN_FOLLOW_UP),
    ("reminders.from_mail", "may_comment", Action.COMMENT),
    ("reminders.case_rules", "may", Action.MANAGE_MEMBERS),
    ("cases.list_cases", "editable", Action.EDIT_FACTS),
    ("followups.list_follow_ups", "editable", Action.ASSIGN_FOLLOW_UP),
]
"""A page, what it is told under which name, and the row that says so; without a name: whether it opens at all."""
NOT_FOR_A_HEAD = [
    ("contacts.contact_page", "may_edit"),
    ("contacts.contact_page", "may_merge"),
    ("contacts.contact_page", "may_see_private"),
    ("contacts.organisation_page", "may_edit"),
    ("contacts.post_page", "may_edit"),
    ("contacts.list_contacts", "may_record"),
    ("contacts.list_organisations", "may_record"),
    ("engagements.list_engagements", "may_begin"),
    ("engagements.list_commitments", "may_begin"),
    ("engagements.new_engagement", ""),
]


FOR_STAFF = [
    ("pages.board", "may_see_people"),
    ("pages.calendar", "may_see_team"),
    ("pages.home", "may_see_team"),
    ("pages.case_page", "sees_trail"),
    ("cases.members", "by_role"),
    ("cases.members", "former"),
    ("contacts.new_contact", "offers_new"),
]
TEAM = ("/board?by=assignee", "/board?by=state&whose=team", "/calendar?whose=team", "/?whose=team")
PEOPLE = ("/cases?panel=filters", "/follow-ups?panel=filters", "/engagements/new", "/ledger", "/follow-ups/new", "/")
"""Pages with people to choose from."""
STRANGER = "Somebody of the house"
ASKED = {"pages.move_case": "?to=jump:identified"}
"""What a page is asked besides, that offers nothing without."""


@pytest.fixture
def sample(act_as: ActAs) -> Sample:
    with act_as(OPERATOR) as session:
        lead, head, counsel = (make_person(session, role) for role in ("legal_officer", "head", "outside_counsel"))
        make_person(session, "coordinator", name=STRANGER)
        worker = make_person(session, "coordinator")
        made = make_sample(session, "internal", lead, {})
        promise = session.get_one(Commitment, made.values["commitment_id"])
        promise.case_id, promise.due_on = made.case.id, date(2026, 12, 1)
        work = session.get_one(FollowUp, made.values["follow_up_id"])
        work.level, work.assignee_id = "restricted", None
        session.get_one(Engagement, made.values["engagement_id"]).level = "restricted"
        make_paper(session, made.case, level="restricted")
        join(session, made.case, counsel)
        join(session, made.case, worker).ended_at = clock.now()
        make_due_work(session, made.case, worker, clock.today(), title="Work of the house")
        session.get_one(Dossier, made.values["dossier_id"]).summary = "About all of its cases"
    made.values.update({"lead": lead, "head": head, "counsel": counsel})
    return made


def test_each_page_offers_what_its_row_of_the_matrix_allows(
    app: Flask, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(app.test_client(), sample.values["lead"])
    paths = {endpoint: path_of(app, sample, endpoint) for endpoint, _name, _action in ROWS}
    whole = {endpoint: told(app, client, path) for endpoint, path in paths.items()}
    wrong = [f"{endpoint} {name}: not offered" for endpoint, name, _action in ROWS if name not in whole[endpoint]]
    for endpoint, name, action in ROWS:
        with monkeypatch.context() as patched:
            if action in policy.ON_A_CASE:
                patched.setitem(policy.ON_A_CASE, action, policy.Grant(policy.NO_ROLE, frozenset()))
            if action in policy.WITHOUT_A_CASE:
                patched.setitem(policy.WITHOUT_A_CASE, action, policy.NO_ROLE)
            if name in told(app, client, paths[endpoint]):
                wrong.append(f"{endpoint} {name}: offered without {action}")
    assert wrong == []


def test_a_head_is_offered_nothing_that_only_those_do_who_work_on_cases(app: Flask, sample: Sample) -> None:
    lead, head = (sign_in(app.test_client(), sample.values[name]) for name in ("lead", "head"))
    for endpoint in {endpoint for endpoint, _name in NOT_FOR_A_HEAD}:
        path = path_of(app, sample, endpoint)
        names = {name for where, name in NOT_FOR_A_HEAD if where == endpoint}
        assert names <= told(app, lead, path), endpoint
        assert names.isdisjoint(told(app, head, path)), endpoint


def test_counsel_is_told_nothing_of_the_house(app: Flask, sample: Sample) -> None:
    staff, counsel = (sign_in(app.test_client(), sample.values[name]) for name in ("lead", "counsel"))
    for endpoint, name in FOR_STAFF:
        path = path_of(app, sample, endpoint)
        assert name in told(app, staff, path), (endpoint, name)
        assert name not in told(app, counsel, path), (endpoint, name)
    for path in PEOPLE:
        assert STRANGER in staff.get(path).text, path
        assert STRANGER not in counsel.get(path).text, path
    for path in TEAM:
        assert "Work of the house" in staff.get(path).text, path
        assert "Work of the house" not in counsel.get(path).text, path
    dossier = path_of(app, sample, "cases.dossier_page")
    assert "About all of its cases" in staff.get(dossier).text
    assert "About all of its cases" not in counsel.get(dossier).text
    typed = {"name": "Ada", "organisation": "Nowhere", "offices-0-title": ""}
    assert "that you can see" not in staff.post("/contacts/new", data=typed).text
    assert "that you can see" in counsel.post("/contacts/new", data=typed).text
    assert counsel.post("/organisations/new", data={"name": "A ministry"}).location == "/organisations"
    chosen = {"id": str(sample.values["follow_up_id"]), "step": "choose"}
    assert STRANGER in staff.post("/follow-ups/bulk", data=chosen).text
    assert STRANGER not in counsel.post("/follow-ups/bulk", data=chosen).text


def test_whoever_has_no_part_in_cases_is_led_to_none(app: Flask, sample: Sample, act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        administrator = make_person(session, "administrator")
        make_promise(session, session.merge(sample.values["lead"]), "digest", "digest", status="dead")
    assert "new_url" not in told(app, sign_in(app.test_client(), administrator), "/")
    assert "has_dead" in told(app, sign_in(app.test_client(), administrator), "/ledger")
    assert "has_dead" not in told(app, sign_in(app.test_client(), sample.values["lead"]), "/ledger")


def test_a_stranger_ends_no_session_and_leaves_no_trace(app: Flask, act_as: ActAs) -> None:
    assert app.test_client().post("/sign-out").status_code in (302, 303, 401)
    with act_as(OPERATOR) as session:
        assert session.query(AuditEntry).filter_by(action="sign_in.ended").all() == []


def path_of(app: Flask, sample: Sample, endpoint: str) -> str:
    rules = app.url_map.iter_rules(endpoint)
    path = next(sample.address(app, rule) for rule in rules if "GET" in (rule.methods or ()))
    return path + ASKED.get(endpoint, "")


def told(app: Flask, client: FlaskClient, path: str) -> set[str]:
    """The names under which the page is told something; "" where it opens at all."""
    with rendered(app) as contexts:
        answer = client.get(path)
    said = {name for context in contexts for name, value in context.items() if value}
    return said | {""} if answer.status_code == 200 else set()


@contextmanager
def rendered(app: Flask) -> Iterator[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []

    def note(_sender: Flask, context: dict[str, Any], **_more: Any) -> None:
        found.append(context)

    with template_rendered.connected_to(note, app):
        yield found
