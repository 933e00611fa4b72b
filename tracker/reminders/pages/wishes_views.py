"""How one wants to be reminded, and what one will get by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.entrance import SIGNED_IN, entrance
from tracker.accounts import own_account
from tracker.accounts.current import the_person
from tracker.cases.queries import known_case_readers
from tracker.core import clock
from tracker.core.countries import country_name
from tracker.core.errors import Invalid
from tracker.core.web import actor, db
from tracker.followups.today import today_here
from tracker.reminders import services
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.previewing import Ahead, ahead
from tracker.reminders.pages.wishes_form import WishesForm, data_of, show_faults
from tracker.reminders.planning.wishes import without_what_is_over

PREVIEW_DAYS = 14


@blueprint.route("/preferences/reminders", methods=["GET", "POST"])
@entrance(SIGNED_IN)
def wishes() -> Answer:
    form, colleagues = _form()
    if form.validate_on_submit() and _set(form, colleagues):
        flash(_("Your reminders are set. What is planned follows within a minute."), "success")
        return redirect(url_for(".wishes", _anchor="preview"), 303)
    found = None if form.errors else _upcoming()
    return _page(form, colleagues, found), 422 if form.errors else 200


@blueprint.post("/preferences/reminders/preview")
@entrance(SIGNED_IN)
def preview_wishes() -> Answer:
    """What one would get by what the form says now. Written inside a savepoint that is taken back: nothing is kept."""
    form, colleagues = _form()
    attempt = db().begin_nested()
    try:
        found = _upcoming() if form.validate() and _set(form, colleagues) else None
    finally:
        attempt.rollback()
    if request.headers.get("HX-Request"):
        return render_template("reminders/_preview.html", found=found, is_unsaved=True), 200
    return _page(form, colleagues, found, is_unsaved=True), 422 if form.errors else 200


def _form() -> tuple[WishesForm, Mapping[str, UUID]]:
    person = the_person()
    colleagues = _colleagues(db(), person.person_id)
    kept = without_what_is_over(services.wishes_of(db(), person.person_id), today_here())
    form = WishesForm(data=data_of(kept, colleagues, person.country))
    form.offer()
    return form, colleagues


def _set(form: WishesForm, colleagues: Mapping[str, UUID]) -> bool:
    try:
        said = form.wishes(colleagues, today_here())
        own_account.set_country(db(), actor(), form.country.data or None)
        services.set_wishes(db(), actor(), said)
    except Invalid as problem:
        show_faults(form, problem)
        return False
    return True


def _upcoming() -> Ahead:
    return ahead(db(), actor(), the_person(), clock.now(), PREVIEW_DAYS)


def _page(form: WishesForm, colleagues: Mapping[str, UUID], found: Ahead | None, **said: Any) -> str:
    person = the_person()
    return render_template(
        "reminders/wishes.html",
        form=form,
        colleagues=sorted(colleagues),
        found=found,
        account=person,
        country=country_name(person.country),
        **said,
    )


def _colleagues(session: Session, but: UUID) -> Mapping[str, UUID]:
    """Who may stand in, by the name that is offered: with the address where two have the same."""
    people = [person for person in known_case_readers(session, actor()) if person.id != but]
    names = [person.name for person in people]
    return {
        person.name if names.count(person.name) == 1 else f"{person.name} ({person.email})": person.id
        for person in people
    }
