"""A contact's page: offices, roles on cases, meetings, commitments."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.blueprints import BlueprintSetupState

from tracker.access.entrance import CASE_READERS, entrance
from tracker.contacts import policy
from tracker.contacts.queries import get_contact, is_member_with, private_of, works_with
from tracker.core.web import actor, db
from tracker.engagements.commitments import commitments_of_contact
from tracker.engagements.queries import engagements_of_contact
from tracker.pages.blueprint import blueprint
from tracker.pages.contact_cases import cases_of_contact


@entrance(CASE_READERS)
def contact_page(contact_id: UUID) -> str:
    contact = get_contact(db(), actor(), contact_id)
    may_see_private = policy.may_see_private(actor(), is_member_with(db(), actor(), contact_id))
    return render_template(
        "contacts/page.html",
        contact=contact,
        may_see_private=may_see_private,
        private=private_of(db(), contact_id) if may_see_private else None,
        may_edit=policy.may_edit(actor(), works_with(db(), actor(), contact)),
        cases=cases_of_contact(db(), actor(), contact_id),
        engagements=engagements_of_contact(db(), actor(), contact_id),
        commitments=commitments_of_contact(db(), actor(), contact_id),
    )


@blueprint.record_once
def _add_to_contacts(state: BlueprintSetupState) -> None:
    """The address belongs to contacts; the view stands here, for contacts know nothing of cases."""
    state.app.add_url_rule(
        "/contacts/<uuid:contact_id>", endpoint="contacts.contact_page", view_func=contact_page, methods=["GET"]
    )
