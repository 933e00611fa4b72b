"""What somebody who leaves has in hand, as far as the reader sees it, and one form that gives it to another.

Whoever deactivates the account sees no cases by that role. Leads that are left then go by themselves
(`app_hand_over_leads`), or by two persons where nobody else is a member; the open work stays with the name until
somebody who sees it hands it over here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from tracker.access.entrance import CASE_READERS, STAFF, entrance
from tracker.accounts.models import Person
from tracker.accounts.queries import active_people, person_with_roles
from tracker.cases.models import Case
from tracker.core.web import actor, db
from tracker.engagements.commitments import recorded_by
from tracker.followups.answers import flash_undo
from tracker.followups.bulk import MOST, BulkChange, Outcome, bulk_change
from tracker.followups.models import FollowUp
from tracker.followups.queries import visible_follow_ups
from tracker.followups.rules import ACTIVE
from tracker.followups.today import today_here, working_days_here
from tracker.pages.blueprint import blueprint
from tracker.pages.handing_over import cases_led_by, checks_of, hand_leads_over
from tracker.reminders.models import ReminderPreference


@blueprint.get("/people/<uuid:person_id>/work")
@entrance(STAFF)
def work_of_person(person_id: UUID) -> str:
    return _page(_person(person_id))


@blueprint.post("/people/<uuid:person_id>/work")
@entrance(STAFF)
def hand_work_over(person_id: UUID) -> Any:
    """Give what is ticked to one person, each by its own right; what may not go there stays, and says why."""
    person = _person(person_id)
    successor = next((one for one in _successors(person) if str(one.id) == request.form.get("successor")), None)
    wanted = set(request.form.getlist("id"))
    work = [work.id for work, _case in _open_work(person) if str(work.id) in wanted]
    leads = [one for one in cases_led_by(db(), actor(), person.id) if str(one[0].id) in wanted]
    promises = [line for line in recorded_by(db(), actor(), person.id) if str(line.commitment.id) in wanted]
    if successor is None or not (work or leads or promises):
        return _page(person, problem=_("Choose who takes it over, and tick what they take.")), 422
    checks, unasked = checks_of(db(), actor(), promises)
    unled = hand_leads_over(db(), actor(), leads, successor.id)
    _assign([*work, *checks], successor)
    _say_led(len(leads) - len(unled))
    for what, why in (*unasked, *unled):
        flash(f"{what}: {why}", "warning")
    return redirect(url_for("pages.work_of_person", person_id=person.id), 303)


def _assign(ids: list[UUID], successor: Person) -> None:
    if not ids:
        return
    change = BulkChange("assign", person_id=successor.id)
    quiet = request.form.get("mail") != "yes"
    outcomes = bulk_change(
        db(), actor(), ids, change, today=today_here(), working_days_of=working_days_here, quiet=quiet
    )
    _say(outcomes, successor)


def _say_led(count: int) -> None:
    if count:
        flash(ngettext("%(num)s case has another lead now.", "%(num)s cases have another lead now.", count), "success")


def _say(outcomes: list[Outcome], successor: Person) -> None:
    done = [one for one in outcomes if one.changes]
    if done:
        words = ngettext(
            "%(num)s follow-up is with %(name)s now.",
            "%(num)s follow-ups are with %(name)s now.",
            len(done),
            name=successor.name,
        )
        flash_undo(done[0].id, words)
    for one in outcomes:
        if one.refusal:
            flash(f"{one.reference}, {one.title}: {one.refusal}", "warning")


def _page(person: Person, problem: str = "") -> str:
    wishes = db().scalar(select(ReminderPreference.substitute_id).where(ReminderPreference.person_id == person.id))
    return render_template(
        "pages/leaving.html",
        account=person,
        work=_open_work(person),
        leads=cases_led_by(db(), actor(), person.id),
        promises=recorded_by(db(), actor(), person.id),
        successors=_successors(person),
        chosen=request.form.get("successor") or str(wishes or ""),
        today=today_here(),
        problem=problem,
    )


def _open_work(person: Person) -> Sequence[tuple[FollowUp, Case]]:
    query = visible_follow_ups(actor()).add_columns(Case)
    mine = query.where(FollowUp.assignee_id == person.id, FollowUp.status.in_(ACTIVE))
    found = db().execute(mine.order_by(FollowUp.due_on.nulls_last(), FollowUp.id).limit(MOST)).all()
    return [(follow_up, case) for follow_up, case in found]


def _successors(person: Person) -> Sequence[Person]:
    return [one for one in active_people(db(), *CASE_READERS) if one.id != person.id]


def _person(person_id: UUID) -> Person:
    return person_with_roles(db(), person_id) or abort(404)
