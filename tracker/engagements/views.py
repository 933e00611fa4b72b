"""Pages of meetings, and the ledger of commitments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import require
from tracker.access.queries import memberships_of
from tracker.accounts.current import the_person
from tracker.accounts.queries import active_names
from tracker.cases.models import Case
from tracker.core.countries import COUNTRY_CODES, country_choices
from tracker.core.errors import Conflict, Invalid
from tracker.core.merging import merge
from tracker.core.web import actor, db
from tracker.engagements import commitment_views, name_views, policy, queries, services
from tracker.engagements import commitments as ledger
from tracker.engagements.blueprint import blueprint
from tracker.engagements.checks import may_begin
from tracker.engagements.commitment_views import words
from tracker.engagements.conflict import differing
from tracker.engagements.forms import (
    KIND_WORDS,
    EngagementForm,
    form_of,
)
from tracker.engagements.known import (
    cases_by_reference,
    cases_typed,
    contacts_of_ids,
    label_of_case,
    label_of_contact,
    names_typed,
)
from tracker.engagements.list_columns import (
    ENGAGEMENTS,
    concerns_of_engagement,
    engagement_cell,
    month_of,
    month_words,
)
from tracker.engagements.models import Engagement
from tracker.followups.queries import follow_ups_of_engagement
from tracker.followups.tickable import tickable_ids
from tracker.followups.today import today_here
from tracker.lists.address import Address
from tracker.lists.columns import read_shape
from tracker.lists.export import Source
from tracker.lists.grouping import in_groups
from tracker.lists.head import head_of
from tracker.lists.sending import Answer as FileAnswer
from tracker.lists.sending import send_list

__all__ = ["blueprint", "commitment_views", "name_views"]

_FILTERS = ("kind", "case", "q", "contact", "country")
Answer = Response | str | tuple[str, int]


@blueprint.get("/engagements")
@entrance(CASE_READERS)
def list_engagements() -> Answer:
    head, filters = head_of(ENGAGEMENTS), _filters()
    if head.default_url:
        return redirect(head.default_url, 303)
    page = queries.list_engagements(db(), actor(), filters, request.args.get("cursor"))
    return render_template(
        "engagements/list.html",
        page=page,
        may_begin=may_begin(db(), actor()),
        hidden=_hidden(filters) if not page.rows else 0,
        head=head,
        groups=in_groups(page.rows, month_of if head.shape.group else None, month_words, ordered=True),
        address={
            name: request.args[name] for name in ("kind", "case", "q", "contact", "country") if request.args.get(name)
        },
        kind_words=KIND_WORDS,
        countries=country_choices(),
        contact=next(iter(contacts_of_ids(db(), actor(), [filters.contact_id])), None) if filters.contact_id else None,
    )


@blueprint.post("/engagements/export")
@entrance(CASE_READERS)
def export_engagements() -> FileAnswer:
    """The list of the same address as a file."""
    filters, session, who = _filters(), db(), actor()
    address = Address.of(url_for(ENGAGEMENTS.endpoint), request.args)
    source = Source(
        ENGAGEMENTS.area,
        read_shape(ENGAGEMENTS, request.args).columns_of_a_file(),
        lambda cursor, size: queries.list_engagements(session, who, filters, cursor, size),
        engagement_cell,
        concerns_of_engagement,
        sorted(address.filters),
    )
    return send_list(ENGAGEMENTS, source, address)


@blueprint.get("/engagements/<uuid:engagement_id>")
@entrance(CASE_READERS)
def engagement_page(engagement_id: UUID) -> Answer:
    engagement = queries.get_engagement(db(), actor(), engagement_id)
    cases = queries.cases_of(db(), actor(), [engagement_id]).get(engagement_id, [])
    memberships = memberships_of(db(), actor(), [case.id for case in cases])
    made = follow_ups_of_engagement(db(), actor(), engagement_id)
    return render_template(
        "engagements/page.html",
        engagement=engagement,
        cases=cases,
        commitments=ledger.commitments_of_engagement(db(), actor(), engagement_id),
        follow_ups=made,
        tickable=tickable_ids(db(), actor(), made),
        may_edit=policy.may_record(actor(), cases, memberships),
        may_lower=policy.leads_to_lower(actor(), engagement.level, cases, memberships),
        today=today_here(),
        **words(),
    )


@blueprint.route("/engagements/new", methods=["GET", "POST"])
@entrance(CASE_READERS)
def new_engagement() -> Answer:
    require(may_begin(db(), actor()))
    form = EngagementForm(data=_prefilled() if request.method == "GET" else None)
    if request.method == "GET" or "more_rows" in request.form:
        return _form_page(form)
    _offer_people(form)
    is_well_typed = form.validate()
    cases, several = cases_typed(db(), actor(), form.typed_cases())
    if not form.settle_cases(cases, several) or not is_well_typed:
        return _form_page(form), 422
    try:
        known = names_typed(db(), actor(), form.typed_names())
        engagement = services.record_engagement(
            db(), actor(), form.facts(known, cases), form.commitment_facts(known, cases), form.next_steps(cases)
        )
    except Invalid as problem:
        form.show_faults(problem)
        return _form_page(form), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".engagement_page", engagement_id=engagement.id), 303)


@blueprint.route("/engagements/<uuid:engagement_id>/edit", methods=["GET", "POST"])
@entrance(CASE_READERS)
def edit_engagement(engagement_id: UUID) -> Answer:
    engagement = queries.get_engagement(db(), actor(), engagement_id)
    cases = queries.cases_of(db(), actor(), [engagement_id]).get(engagement_id, [])
    require(policy.may_record(actor(), cases, memberships_of(db(), actor(), [case.id for case in cases])))
    form = form_of(engagement, [label_of_case(case) for case in cases])
    if request.method == "GET" or "more_rows" in request.form:
        return _form_page(form, engagement)
    _offer_people(form)
    is_well_typed = form.validate()
    named, several = cases_typed(db(), actor(), form.typed_cases())
    if not form.settle_cases(named, several) or not is_well_typed:
        return _form_page(form, engagement), 422
    try:
        _save(engagement, form, named)
    except Conflict as problem:
        return _conflict(engagement_id, form, problem), 409
    except Invalid as problem:
        form.show_faults(problem)
        return _form_page(form, engagement), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".engagement_page", engagement_id=engagement_id), 303)


@blueprint.get("/engagements/<uuid:engagement_id>/protocol")
@entrance(CASE_READERS)
def protocol(engagement_id: UUID) -> Answer:
    """The meeting as one clean page for paper."""
    engagement = queries.get_engagement(db(), actor(), engagement_id)
    checks = ledger.check_ids(db(), actor(), engagement_id)
    made = follow_ups_of_engagement(db(), actor(), engagement_id)
    return render_template(
        "engagements/protocol.html",
        engagement=engagement,
        cases=queries.cases_of(db(), actor(), [engagement_id]).get(engagement_id, []),
        commitments=ledger.commitments_of_engagement(db(), actor(), engagement_id),
        follow_ups=[line for line in made if line.follow_up.id not in checks],
        classification=_("Public") if engagement.level == "public" else None,
        today=today_here(),
        **words(),
    )


def _filters() -> queries.EngagementFilters:
    kind, country = request.args.get("kind"), request.args.get("country")
    try:
        contact_id = UUID(request.args.get("contact", ""))
    except ValueError:
        contact_id = None
    return queries.EngagementFilters(
        kind if kind in KIND_WORDS else None,
        _argument("case") or None,
        _argument("q"),
        contact_id,
        country if country in COUNTRY_CODES else None,
    )


def _hidden(filters: queries.EngagementFilters) -> int:
    return queries.engagements_hidden(db(), actor()) if filters != queries.EngagementFilters() else 0


def _save(engagement: Engagement, form: EngagementForm, cases: dict[str, Case]) -> None:
    known = names_typed(db(), actor(), form.typed_names())
    services.edit_engagement(
        db(),
        actor(),
        engagement,
        form.facts(known, cases),
        form.commitment_facts(known, cases),
        form.next_steps(cases),
        form.expected_version,
    )


def _conflict(engagement_id: UUID, form: EngagementForm, problem: Conflict) -> str:
    db().expire_all()
    theirs = queries.get_engagement(db(), actor(), engagement_id)
    cases = queries.cases_of(db(), actor(), [engagement_id]).get(engagement_id, [])
    merge(form, request.form.get("before"))
    rows = differing(theirs, cases, form)
    form.version.data = problem.current_version
    return _form_page(form, theirs, conflict=rows)


def _form_page(form: EngagementForm, engagement: Engagement | None = None, **extra: Any) -> str:
    form.add_rows(request.form.get("more_rows"))
    _offer_people(form)
    commitments = ledger.commitments_of_engagement(db(), actor(), engagement.id) if engagement else []
    return render_template(
        "engagements/form.html",
        form=form,
        engagement=engagement,
        commitments=commitments,
        **words(),
        **extra,
    )


def _offer_people(form: EngagementForm) -> None:
    """Staff may give work to everybody who works on cases; the services refuse whoever can't see the case."""
    if actor().is_staff:
        form.offer_people(active_names(db(), *CASE_READERS))
    else:
        form.offer_people([(the_person().person_id, the_person().name)])


def _prefilled() -> dict[str, Any]:
    """From the page on which "record a meeting" was chosen: `?case=` and `?contact=`."""
    wanted: dict[str, Case] = cases_by_reference(db(), actor(), request.args.getlist("case")[:20])
    try:
        ids = [UUID(text) for text in request.args.getlist("contact")[:20]]
    except ValueError:
        ids = []
    return {
        "cases": [label_of_case(case) for case in wanted.values()],
        "participants": [label_of_contact(contact) for contact in contacts_of_ids(db(), actor(), ids)],
    }


def _argument(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:200]
