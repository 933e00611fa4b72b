"""Accounts, for administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from tracker.access.entrance import ADMINISTRATORS, entrance
from tracker.accounts import fresh, invitations, services
from tracker.accounts.blueprint import blueprint
from tracker.accounts.current import the_person
from tracker.accounts.form_faults import show_faults
from tracker.accounts.forms import ROLE_WORDS, DeactivateForm, DetailsForm, LostForm, NewAccountForm, RolesForm
from tracker.accounts.models import Person
from tracker.accounts.queries import list_people, may_vouch_for, needs_vouching, person_with_roles, possible_successors
from tracker.accounts.services import AccountDetails
from tracker.accounts.sign_in import settings
from tracker.core.errors import Conflict, Invalid
from tracker.core.web import actor, db


@blueprint.get("/accounts")
@entrance(ADMINISTRATORS)
def list_accounts() -> str:
    return render_template("accounts/list.html", people=list_people(db()), role_words=ROLE_WORDS)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@entrance(ADMINISTRATORS)
def new_account() -> Any:
    if request.method == "POST" and (asked := fresh.ask_first_keeping()):
        return asked
    administrator = the_person()
    form = NewAccountForm(data={"language": administrator.language, "time_zone": administrator.time_zone})
    if form.validate_on_submit():
        try:
            made = services.invite_person(db(), actor(), _details(form), form.roles.data)
        except Invalid as invalid:
            show_faults(form, invalid)
        else:  # not a redirect: the link is shown in this answer and kept nowhere
            return _link_page(made.person, made.token, "invite")
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/accounts/<uuid:person_id>")
@entrance(ADMINISTRATORS)
def account_page(person_id: UUID) -> str:
    return _account_page(_person(person_id))


@blueprint.post("/accounts/<uuid:person_id>/details")
@entrance(ADMINISTRATORS)
def change_details(person_id: UUID) -> Any:
    if asked := fresh.ask_first_keeping():
        return asked
    form = DetailsForm()
    return _change(
        person_id,
        form,
        "details",
        lambda version: services.change_details(db(), actor(), person_id, _details(form), version),
    )


@blueprint.post("/accounts/<uuid:person_id>/roles")
@entrance(ADMINISTRATORS)
def set_roles(person_id: UUID) -> Any:
    if asked := fresh.ask_first_keeping(url_for("accounts.account_page", person_id=person_id)):
        return asked
    form = RolesForm()
    return _change(
        person_id,
        form,
        "roles",
        lambda version: services.set_roles(db(), actor(), person_id, form.roles.data, version),
    )


@blueprint.post("/accounts/<uuid:person_id>/link")
@entrance(ADMINISTRATORS)
def make_link(person_id: UUID) -> Any:
    """A new link in place of older ones: an invitation to whoever has no way in yet, else for a new password."""
    if asked := fresh.ask_first_keeping(url_for("accounts.account_page", person_id=person_id)):
        return asked
    person = _person(person_id)
    purpose = "password" if invitations.has_a_way_in(db(), person_id) else "invite"
    return _link_page(person, invitations.make_link(db(), actor(), person_id, purpose).token, purpose)


@blueprint.post("/accounts/<uuid:person_id>/link/withdraw")
@entrance(ADMINISTRATORS)
def withdraw_link(person_id: UUID) -> Any:
    invitations.withdraw_links(db(), actor(), person_id)
    flash(_("The link is withdrawn."), "success")
    return redirect(url_for("accounts.account_page", person_id=person_id), 303)


@blueprint.post("/accounts/<uuid:person_id>/lost")
@entrance(ADMINISTRATORS)
def report_lost(person_id: UUID) -> Any:
    """Ask a second person for a link that replaces the second factor too. Asking changes nothing yet."""
    person, form = _person(person_id), LostForm()
    if form.validate_on_submit():
        try:
            services.report_lost_factors(db(), actor(), person_id, form.reason.data or "")
        except Invalid as invalid:
            show_faults(form, invalid)
        else:
            flash(_("Asked. Another administrator or a head has to agree within three days."), "success")
            return redirect(url_for("approvals.requests"), 303)
    return _account_page(person, lost=form), 422


@blueprint.post("/accounts/<uuid:person_id>/vouch")
@entrance(ADMINISTRATORS)
def vouch(person_id: UUID) -> Any:
    here = url_for("accounts.account_page", person_id=person_id)
    if asked := fresh.ask_first_keeping(here):
        return asked
    services.vouch_for(db(), actor(), _person(person_id).id)
    flash(_("Saved."), "success")
    return redirect(here, 303)


@blueprint.post("/accounts/<uuid:person_id>/deactivate")
@entrance(ADMINISTRATORS)
def deactivate(person_id: UUID) -> Any:
    if asked := fresh.ask_first_keeping():
        return asked
    form = _deactivate_form(_person(person_id), bound=True)
    return _change(
        person_id,
        form,
        "deactivate",
        lambda version: services.deactivate_person(
            db(), actor(), person_id, version, UUID(form.successor.data) if form.successor.data else None
        ),
    )


@blueprint.post("/accounts/<uuid:person_id>/reactivate")
@entrance(ADMINISTRATORS)
def reactivate(person_id: UUID) -> Any:
    if asked := fresh.ask_first_keeping():
        return asked
    form = RolesForm()
    del form.roles
    return _change(
        person_id, form, "reactivate", lambda version: services.reactivate_person(db(), actor(), person_id, version)
    )


@blueprint.post("/accounts/<uuid:person_id>/leads")
@entrance(ADMINISTRATORS)
def hand_leads_over(person_id: UUID) -> Any:
    """Ask a second person once more about what nobody leads since somebody left."""
    if asked := fresh.ask_first_keeping():
        return asked
    form = _deactivate_form(_person(person_id), bound=True)
    successor = UUID(form.successor.data) if form.validate() and form.successor.data else None
    try:
        services.ask_for_hand_over(db(), actor(), person_id, successor)
    except Invalid as invalid:
        show_faults(form, invalid)
        return _account_page(_person(person_id), deactivate=form), 422
    flash(_("Asked. Another administrator or a head has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


def _change(person_id: UUID, form: Any, name: str, act: Callable[[int], object]) -> Any:
    """Do it and go back to the account; or show the account with everything typed and what is wrong."""
    person = _person(person_id)
    if form.validate_on_submit():
        try:
            act(int(form.version.data) if str(form.version.data).isdigit() else 0)
            flash(_("The account of %(name)s is saved.", name=person.name), "success")
            if name == "roles" and "administrator" in (form.data.get("roles") or ()) and not _administers(person):
                flash(_("The administrator's role was asked for: a second person has to agree (Requests)."), "info")
            if name == "roles" and person.id == actor().person_id and set(form.data["roles"]) - person.role_keys:
                flash(_("Roles for yourself were asked for: a second person has to agree (Requests)."), "info")
            return redirect(url_for("accounts.account_page", person_id=person_id), 303)
        except Invalid as invalid:
            show_faults(form, invalid)
        except Conflict as conflict:
            form.form_errors = [conflict.message]
            form.version.data = str(person.version)
            return _account_page(person, **{name: form}), 409
    return _account_page(person, **{name: form}), 422


def _link_page(person: Person, token: str, purpose: str) -> str:
    address = settings().base_url + url_for("accounts.invitation", key=token)
    return render_template("accounts/link_once.html", account=person, address=address, purpose=purpose)


def _administers(person: Person) -> bool:
    return "administrator" in person.role_keys


def _account_page(person: Person, **forms: Any) -> str:
    said = {"version": person.version, "roles": sorted(person.role_keys)}
    roles = forms.get("roles") or RolesForm(formdata=None, data=said)
    if "reactivate" in forms:
        roles.form_errors = forms["reactivate"].form_errors
    ready = {
        "details": forms.get("details") or DetailsForm(formdata=None, obj=person),
        "roles": roles,
        "lost": forms.get("lost") or LostForm(formdata=None),
        "deactivate": forms.get("deactivate") or _deactivate_form(person, bound=False),
    }
    return render_template(
        "accounts/account.html",
        account=person,
        forms=ready,
        role_words=ROLE_WORDS,
        links=invitations.open_links(db(), person.id),
        needs_vouching=needs_vouching(db(), person),
        may_vouch=may_vouch_for(db(), actor(), person),
        has_a_way_in=invitations.has_a_way_in(db(), person.id),
    )


def _deactivate_form(person: Person, *, bound: bool) -> DeactivateForm:
    form = DeactivateForm() if bound else DeactivateForm(formdata=None, data={"version": person.version})
    successors = possible_successors(db(), person.id, actor().person_id)
    form.successor.choices = [
        SelectChoice("", _("Choose a person")),
        *(SelectChoice(str(other.id), other.name) for other in successors),
    ]
    return form


def _details(form: DetailsForm) -> AccountDetails:
    return AccountDetails(
        email=form.email.data,
        name=form.name.data,
        language=form.language.data,
        time_zone=form.time_zone.data,
        country=form.country.data or None,
    )


def _person(person_id: UUID) -> Person:
    person = person_with_roles(db(), person_id)
    return person if person is not None else abort(404)
