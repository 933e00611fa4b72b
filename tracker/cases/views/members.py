"""Who can see this case, and who works on it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level
from tracker.access.policy import Action
from tracker.accounts.fresh import ask_first_keeping
from tracker.accounts.queries import active_people
from tracker.cases import services
from tracker.cases.forms.fields import MEMBER_WORDS, show_refusal, uuid_of
from tracker.cases.forms.people import MemberForm
from tracker.cases.queries import current_members, former_members, known_case_readers
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.actor import STAFF_ROLES
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.web import actor, db


@blueprint.get("/cases/<reference>/members")
@entrance(CASE_READERS)
def members(reference: str) -> Answer:
    return _members_page(open_for(reference))


@blueprint.post("/cases/<reference>/members")
@entrance(CASE_READERS)
def add_member(reference: str) -> Answer:
    opened = open_for(reference, Action.MANAGE_MEMBERS)
    if asked := _ask_on_sealed(opened):
        return asked
    form = _form()
    person_id = uuid_of(form.person.data)
    if not form.validate():
        return _members_page(opened, form, 422)
    try:
        if person_id is None:
            raise Invalid(Fault("person", _("Choose a person.")))
        end = form.ends_on.day
        ends_at = datetime.combine(end + timedelta(days=1), time(), UTC) if end else None
        said = (form.kind.data or "", form.reason.data or "")
        begin = form.starts_on.day
        starts_at = datetime.combine(begin, time(), UTC) if begin else None
        services.add_member(db(), actor(), opened.case.id, person_id, *said, ends_at, starts_at)
    except Invalid as problem:
        show_refusal(form, problem)
        return _members_page(opened, form, 422)
    flash(_("Saved."), "success")
    return redirect(url_for(".members", reference=opened.case.reference), 303)


def _ask_on_sealed(opened: Opened) -> Response | None:
    """Who may see a sealed case is changed by whoever showed a moment ago who they are."""
    sealed = opened.case.level == Level.SEALED
    return ask_first_keeping(url_for(".members", reference=opened.case.reference)) if sealed else None


@blueprint.post("/cases/<reference>/members/<uuid:membership_id>/end")
@entrance(CASE_READERS)
def end_membership(reference: str, membership_id: UUID) -> Answer:
    opened = open_for(reference, Action.MANAGE_MEMBERS)
    if asked := _ask_on_sealed(opened):
        return asked
    next_lead = uuid_of(request.form.get("next_lead"))
    try:
        services.end_membership(db(), actor(), opened.case.id, membership_id, next_lead)
    except Invalid as problem:
        return _members_page(opened, None, 422, problem=problem.faults[0].message, ending=membership_id)
    flash(_("The membership has ended."), "success")
    try:
        open_for(reference)
    except NotVisible:
        return redirect(url_for(".list_cases"), 303)
    return redirect(url_for(".members", reference=opened.case.reference), 303)


def _form() -> MemberForm:
    form = MemberForm()
    people = known_case_readers(db(), actor())
    form.person.choices = [("", _("Choose somebody")), *((str(person.id), person.name) for person in people)]
    return form


def _members_page(
    opened: Opened,
    form: MemberForm | None = None,
    status: int = 200,
    problem: str = "",
    ending: UUID | None = None,
) -> Answer:
    may_manage = opened.may(Action.MANAGE_MEMBERS)
    by_role = [] if Level(opened.case.level).members_only or not actor().is_staff else active_people(db(), *STAFF_ROLES)
    return page(
        "cases/members.html",
        opened,
        status,
        form=form or (_form() if may_manage else None),
        may_manage=may_manage,
        members=current_members(db(), opened.case.id),
        former=former_members(db(), actor(), opened.case.id),
        by_role=by_role,
        kinds=MEMBER_WORDS,
        problem=problem,
        ending=ending,
    )
