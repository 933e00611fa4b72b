"""Pages of contacts and organisations. A contact's own page, which shows cases too, is in tracker/pages."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action, Decision, decide, require
from tracker.contacts import merge_views, policy, queries, services
from tracker.contacts.blueprint import blueprint
from tracker.contacts.compartments import sealed_case_called
from tracker.contacts.conflict import contact_differences, organisation_differences
from tracker.contacts.duplicates import contacts_alike
from tracker.contacts.facts import OrganisationFacts
from tracker.contacts.forms import (
    ContactForm,
    OrganisationForm,
    form_of_contact,
    form_of_organisation,
    show_faults,
    uuid_or_none,
)
from tracker.contacts.list_columns import CONTACTS, cell, concerns_of, heading
from tracker.contacts.models import Contact
from tracker.contacts.organisation_columns import (
    ORGANISATIONS,
    concerns_of_organisation,
    organisation_cell,
    organisation_heading,
)
from tracker.contacts.queries import ContactFilters
from tracker.core.countries import COUNTRY_CODES, country_choices
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.merging import merge
from tracker.core.web import actor, db
from tracker.lists.address import Address
from tracker.lists.columns import read_shape
from tracker.lists.export import Source
from tracker.lists.grouping import in_groups
from tracker.lists.head import head_of
from tracker.lists.sending import Answer as FileAnswer
from tracker.lists.sending import send_list

__all__ = ["blueprint", "merge_views"]

Answer = Response | str | tuple[str, int]


@blueprint.get("/contacts")
@entrance(CASE_READERS)
def list_contacts() -> Answer:
    head, filters = head_of(CONTACTS), _filters()
    if head.default_url:
        return redirect(head.default_url, 303)
    page, group = queries.list_contacts(db(), actor(), filters, request.args.get("cursor")), head.shape.group
    organisations, at_work = queries.choices_and_whether_at_work(db(), actor())
    return render_template(
        "contacts/list.html",
        page=page,
        hidden=queries.contacts_hidden(db(), actor()) if not page.rows and filters != ContactFilters() else 0,
        head=head,
        groups=in_groups(
            page.rows,
            (lambda one: heading(one, group)) if group else None,
            lambda one: heading(one, group),
            ordered=False,
        ),
        address=_address("name", "country", "organisation"),
        countries=country_choices(),
        organisations=organisations,
        may_record=policy.may_record(actor(), at_work),
    )


@blueprint.post("/contacts/export")
@entrance(CASE_READERS)
def export_contacts() -> FileAnswer:
    """The list of the same address as a file; for staff, since a contact is of no case."""
    filters, session, who = _filters(), db(), actor()
    require(decide(who, Action.EXPORT_LIST))
    address = Address.of(url_for(CONTACTS.endpoint), request.args)
    source = Source(
        CONTACTS.area,
        read_shape(CONTACTS, request.args).columns_of_a_file(),
        lambda cursor, size: queries.list_contacts(session, who, filters, cursor, size),
        cell,
        concerns_of,
        sorted(address.filters),
    )
    return send_list(CONTACTS, source, address)


@blueprint.get("/contacts/new")
@entrance(CASE_READERS)
def new_contact() -> Answer:
    require(_may_record())
    return _contact_form(ContactForm(), None, _may_see_private_of_new())


def _may_see_private_of_new() -> bool:
    """By role; a member of the sealed case that the contact is made for sees it too."""
    return policy.may_see_private(actor(), False) or policy.may_see_private(actor(), _compartment() is not None)


def _compartment() -> UUID | None:
    """The sealed case that the form was opened from; what is made there is sealed with it."""
    return sealed_case_called(db(), actor(), _text("for"))


@blueprint.post("/contacts/new")
@entrance(CASE_READERS)
def record_contact() -> Answer:
    require(_may_record())
    form = ContactForm()
    form.offer(queries.organisation_choices(db(), actor()), offers_new=actor().is_staff)
    may_see_private = _may_see_private_of_new()
    if "more_rows" in request.form:
        return _contact_form(form, None, may_see_private)
    if not form.validate():
        return _contact_form(form, None, may_see_private), 422
    try:
        _make_organisations(form)
        private = form.private() if may_see_private else None
        contact = services.record_contact(db(), actor(), form.facts(), private, _compartment())
    except Invalid as problem:
        show_faults(form, problem)
        return _contact_form(form, None, may_see_private), 422
    flash(_("Saved."), "success")
    if alike := contacts_alike(db(), actor(), contact.name, contact.id):
        names = "; ".join(one.display_name for one in alike)
        flash(_("The same person, perhaps: %(names)s. They can be merged.", names=names), "warning")
    return redirect(url_for("contacts.contact_page", contact_id=contact.id), 303)


@blueprint.route("/contacts/<uuid:contact_id>/edit", methods=["GET", "POST"])
@entrance(CASE_READERS)
def edit_contact(contact_id: UUID) -> Answer:
    contact = queries.get_contact(db(), actor(), contact_id)
    require(policy.may_edit(actor(), queries.works_with(db(), actor(), contact)))
    may_see_private = policy.may_see_private(actor(), queries.is_member_with(db(), actor(), contact_id))
    form = form_of_contact(contact, queries.private_of(db(), actor(), contact_id) if may_see_private else None)
    organisations = queries.organisation_choices(db(), actor())
    form.offer(organisations, offers_new=actor().is_staff)
    if request.method == "GET" or "more_rows" in request.form:
        return _contact_form(form, contact, may_see_private)
    if not form.validate():
        return _contact_form(form, contact, may_see_private), 422
    private = form.private() if may_see_private else None
    try:
        _make_organisations(form)
        services.edit_contact(db(), actor(), contact, form.facts(), private, version_sent(form.version.data))
    except Conflict as problem:
        db().expire_all()
        theirs = queries.get_contact(db(), actor(), contact_id)
        merge(form, request.form.get("before"))
        rows = contact_differences(theirs, form, organisations)
        form.version.data = problem.current_version
        return _contact_form(form, theirs, may_see_private, conflict=rows), 409
    except Invalid as problem:
        show_faults(form, problem)
        return _contact_form(form, contact, may_see_private), 422
    flash(_("Saved."), "success")
    return redirect(url_for("contacts.contact_page", contact_id=contact_id), 303)


@blueprint.get("/organisations")
@entrance(CASE_READERS)
def list_organisations() -> Answer:
    head, name, country = head_of(ORGANISATIONS), _text("name"), _country()
    if head.default_url:
        return redirect(head.default_url, 303)
    page = queries.list_organisations(db(), actor(), name, country, request.args.get("cursor"))
    group = head.shape.group
    return render_template(
        "contacts/organisations.html",
        page=page,
        head=head,
        groups=in_groups(
            page.rows,
            (lambda one: organisation_heading(one, group)) if group else None,
            lambda one: organisation_heading(one, group),
            ordered=False,
        ),
        hidden=queries.organisations_hidden(db(), actor()) if not page.rows and (name or country) else 0,
        address=_address("name", "country"),
        countries=country_choices(),
        may_record=_may_record(),
    )


@blueprint.post("/organisations/export")
@entrance(CASE_READERS)
def export_organisations() -> FileAnswer:
    """The list of the same address as a file; for staff, since an organisation is of no case."""
    name, country, session, who = _text("name"), _country(), db(), actor()
    require(decide(who, Action.EXPORT_LIST))
    address = Address.of(url_for(ORGANISATIONS.endpoint), request.args)
    source = Source(
        ORGANISATIONS.area,
        read_shape(ORGANISATIONS, request.args).columns_of_a_file(),
        lambda cursor, size: queries.list_organisations(session, who, name, country, cursor, size),
        organisation_cell,
        concerns_of_organisation,
        sorted(address.filters),
    )
    return send_list(ORGANISATIONS, source, address)


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@entrance(CASE_READERS)
def new_organisation() -> Answer:
    require(_may_record())
    form = OrganisationForm()
    if request.method == "GET":
        return _organisation_form(form)
    if not form.validate():
        return _organisation_form(form), 422
    try:
        organisation = services.record_organisation(db(), actor(), form.facts())
    except Invalid as problem:
        show_faults(form, problem)
        return _organisation_form(form), 422
    flash(_("Saved."), "success")
    if actor().is_staff:
        return redirect(url_for(".organisation_page", organisation_id=organisation.id), 303)
    return redirect(url_for(".list_organisations"), 303)


@blueprint.route("/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@entrance(CASE_READERS)
def edit_organisation(organisation_id: UUID) -> Answer:
    organisation = queries.get_organisation(db(), actor(), organisation_id)
    require(policy.may_edit_organisation(actor()))
    form = form_of_organisation(organisation)
    if request.method == "GET":
        return _organisation_form(form, organisation=organisation)
    if not form.validate():
        return _organisation_form(form, organisation=organisation), 422
    try:
        services.edit_organisation(db(), actor(), organisation, form.facts(), version_sent(form.version.data))
    except Conflict as problem:
        db().expire_all()
        merge(form, request.form.get("before"))
        rows = organisation_differences(queries.get_organisation(db(), actor(), organisation_id), form)
        form.version.data = problem.current_version
        return _organisation_form(form, organisation=organisation, conflict=rows), 409
    except Invalid as problem:
        show_faults(form, problem)
        return _organisation_form(form, organisation=organisation), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".organisation_page", organisation_id=organisation_id), 303)


def _contact_form(form: ContactForm, contact: Contact | None, may_see_private: bool, **extra: object) -> str:
    form.add_rows(more="more_rows" in request.form)
    return render_template(
        "contacts/form.html",
        form=form,
        contact=contact,
        may_see_private=may_see_private,
        offers_new=actor().is_staff,
        organisations=queries.organisation_choices(db(), actor()),
        **extra,
    )


def _make_organisations(form: ContactForm) -> None:
    """Those that the form names, that nobody has recorded, and that are to be made with it. Raises Invalid."""
    names = form.new_names()
    if not names:
        return
    known = list(queries.organisations_called(db(), actor(), names))
    there = {name.casefold() for _id, name in known}
    for name in names:
        if name.casefold() not in there:
            made = services.record_organisation(db(), actor(), OrganisationFacts(name, None, None), _compartment())
            known.append((made.id, made.name))
    form.offer([*queries.organisation_choices(db(), actor()), *known], offers_new=True)


def _organisation_form(form: OrganisationForm, **extra: object) -> str:
    return render_template("contacts/organisation_form.html", form=form, **extra)


def _may_record() -> Decision:
    """By role without a look at the database; else by what the person works on."""
    by_role = policy.may_record(actor(), False)
    return by_role or policy.may_record(actor(), queries.works_on_a_case(db(), actor()))


def _filters() -> ContactFilters:
    try:
        organisation_id = uuid_or_none(request.args.get("organisation"))
    except ValueError:
        organisation_id = None
    return ContactFilters(_text("name"), _country(), organisation_id)


def _text(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:200]


def _country() -> str | None:
    code = request.args.get("country", "")
    return code if code in COUNTRY_CODES else None


def _address(*names: str) -> dict[str, str]:
    return {name: request.args[name] for name in names if request.args.get(name)}
