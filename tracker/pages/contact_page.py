"""A contact's page: offices, roles on cases, meetings, commitments, work; when they were met last, what comes next."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.contacts import policy
from tracker.contacts.merging import merges_into
from tracker.contacts.models import Office
from tracker.contacts.queries import get_contact, is_member_with, private_of, works_with
from tracker.core import clock
from tracker.core.web import actor, db
from tracker.engagements.commitments import commitments_of_contact
from tracker.engagements.queries import engagements_of_contact
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.pages.blueprint import blueprint
from tracker.pages.contact_cases import cases_of_contact
from tracker.pages.dealings import last_contact, next_contact, work_about


@entrance(CASE_READERS)
def contact_page(contact_id: UUID) -> str | Response:
    contact = get_contact(db(), actor(), contact_id)
    if contact.merged_into_id is not None:
        return redirect(url_for("contacts.contact_page", contact_id=contact.merged_into_id))
    # by role first: it asks the database nothing
    may_see_private = policy.may_see_private(actor(), False) or policy.may_see_private(
        actor(), is_member_with(db(), actor(), contact_id)
    )
    meetings = engagements_of_contact(db(), actor(), contact_id)
    work = work_about(
        db(), actor(), [contact_id], [one.post_id for one in contact.offices if one.post_id and _is_held(one)]
    )
    return render_template(
        "contacts/page.html",
        contact=contact,
        may_see_private=may_see_private,
        private=private_of(db(), actor(), contact_id) if may_see_private else None,
        may_edit=policy.may_edit(actor(), False) or policy.may_edit(actor(), works_with(db(), actor(), contact)),
        may_merge=policy.may_merge(actor()),
        merges=merges_into(db(), actor(), contact_id),
        cases=cases_of_contact(db(), actor(), contact_id),
        engagements=meetings,
        commitments=commitments_of_contact(db(), actor(), contact_id),
        work=work,
        tickable=tickable_ids(db(), actor(), work) if work else set(),
        last=last_contact(meetings),
        next=next_contact(work),
        today=today_here(),
    )


def _is_held(office: Office) -> bool:
    """Work about a post concerns whoever holds it now."""
    return office.held_to_latest is None or office.held_to_latest >= clock.today()


@blueprint.record_once
def _add_to_contacts(state: BlueprintSetupState) -> None:
    """The address belongs to contacts; the view stands here, for contacts know nothing of cases."""
    state.app.add_url_rule(
        "/contacts/<uuid:contact_id>", endpoint="contacts.contact_page", view_func=contact_page, methods=["GET"]
    )
