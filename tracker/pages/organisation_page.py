"""An organisation's page: its people and offices, meetings with them, commitments, work."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.blueprints import BlueprintSetupState

from tracker.access.entrance import CASE_READERS, entrance
from tracker.contacts import policy
from tracker.contacts.posts import posts_of_organisation
from tracker.contacts.queries import ContactFilters, get_organisation, list_contacts
from tracker.core.web import actor, db
from tracker.engagements.commitments import commitments_of_organisation
from tracker.engagements.queries import engagements_of_organisation
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.dealings import last_contact, next_contact, work_about


@entrance(CASE_READERS)
def organisation_page(organisation_id: UUID) -> str:
    organisation = get_organisation(db(), actor(), organisation_id)
    people = ContactFilters(organisation_id=organisation_id)
    page = list_contacts(db(), actor(), people, request.args.get("cursor"))
    posts = posts_of_organisation(db(), actor(), organisation_id)
    meetings = engagements_of_organisation(db(), actor(), organisation_id)
    work = work_about(db(), actor(), [contact.id for contact in page.rows], [post.id for post in posts])
    return render_template(
        "contacts/organisation.html",
        organisation=organisation,
        page=page,
        posts=posts,
        engagements=meetings,
        commitments=commitments_of_organisation(db(), actor(), organisation_id),
        work=work,
        tickable=tickable_ids(db(), actor(), work) if work else set(),
        last=last_contact(meetings),
        next=next_contact(work),
        may_edit=policy.may_edit_organisation(actor()),
        today=today_here(),
    )


@blueprint.record_once
def _add_to_contacts(state: BlueprintSetupState) -> None:
    """The address belongs to contacts; the view stands here, for contacts know nothing of meetings."""
    state.app.add_url_rule(
        "/organisations/<uuid:organisation_id>",
        endpoint="contacts.organisation_page",
        view_func=organisation_page,
        methods=["GET"],
    )
