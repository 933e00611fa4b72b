"""Pages on which contacts who are one person are found, compared, merged, and made two again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import require
from tracker.contacts import policy
from tracker.contacts.blueprint import blueprint
from tracker.contacts.comparing import FIELDS, chosen_of, compared
from tracker.contacts.duplicates import contacts_alike, duplicates
from tracker.contacts.forms import line_of, uuid_or_none
from tracker.contacts.merging import merge_contacts, undo_merge
from tracker.contacts.models import Contact
from tracker.contacts.queries import get_contact, private_of
from tracker.core.errors import Conflict, Invalid, NotVisible
from tracker.core.web import actor, db

Answer = Response | str | tuple[str, int]


@blueprint.get("/contacts/duplicates")
@entrance(CASE_READERS)
def list_duplicates() -> Answer:
    return render_template(
        "contacts/duplicates.html", pairs=duplicates(db(), actor()), may_merge=policy.may_merge(actor())
    )


@blueprint.get("/contacts/alike")
@entrance(CASE_READERS)
def alike() -> Answer:
    """A fragment: contacts whose name sounds like the one that is typed."""
    name = line_of(request.args.get("name", "")[:200])
    return render_template("contacts/_alike.html", alike=contacts_alike(db(), actor(), name))


@blueprint.route("/contacts/<uuid:contact_id>/merge", methods=["GET", "POST"])
@entrance(CASE_READERS)
def merge(contact_id: UUID) -> Answer:
    """The two beside each other; `?with=` names the other one."""
    one = get_contact(db(), actor(), contact_id)
    require(policy.may_merge(actor()))
    other = _other(one)
    if other is None:
        return render_template("contacts/merge_choose.html", contact=one, alike=_alike(one))
    if request.method == "GET":
        return _compare(one, other)
    return _merge(one, other)


@blueprint.post("/contacts/merges/<uuid:merge_id>/undo")
@entrance(CASE_READERS)
def undo(merge_id: UUID) -> Answer:
    try:
        back = undo_merge(db(), actor(), merge_id)
    except Invalid as problem:
        flash(problem.faults[0].message, "danger")
        return redirect(request.referrer or url_for("contacts.list_duplicates"), 303)
    flash(_("They are two contacts again."), "success")
    return redirect(url_for("contacts.contact_page", contact_id=back), 303)


def _merge(one: Contact, other: Contact) -> Answer:
    kept, gone = (other, one) if request.form.get("keep") == "other" else (one, other)
    versions = {one.id: request.form.get("one_version"), other.id: request.form.get("other_version")}
    try:
        if versions != {one.id: str(one.version), other.id: str(other.version)}:
            raise Conflict(_("Somebody else changed one of the two in the meantime."))
        chosen = chosen_of(
            one, other, private_of(db(), actor(), one.id), private_of(db(), actor(), other.id), request.form
        )
        merge_contacts(db(), actor(), kept, gone, chosen)
    except Conflict as problem:
        return _compare(one, other, problem=problem.message), 409
    except Invalid as problem:
        return _compare(one, other, problem=problem.faults[0].message), 422
    flash(_("Merged. The undo stands at the foot of the page."), "success")
    return redirect(url_for("contacts.contact_page", contact_id=kept.id), 303)


def _compare(one: Contact, other: Contact, **extra: Any) -> str:
    rows = compared(one, other, private_of(db(), actor(), one.id), private_of(db(), actor(), other.id))
    return render_template("contacts/merge.html", one=one, other=other, rows=rows, fields=FIELDS, **extra)


def _other(one: Contact) -> Contact | None:
    """The other contact named in the address. Raises NotVisible for one that is not there, or is the same."""
    try:
        other_id = uuid_or_none(request.values.get("with"))
    except ValueError as error:
        raise NotVisible("There is no such contact.") from error
    if other_id is None:
        return None
    other = get_contact(db(), actor(), other_id)
    if other.id == one.id or one.merged_into_id or other.merged_into_id:
        raise NotVisible("There is no such contact.")
    return other


def _alike(one: Contact) -> Any:
    return contacts_alike(db(), actor(), one.name, one.id)
