"""The recommendations of a case: the list with filters and as a file, and each on its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.accounts.current import today_here
from tracker.cases.forms.fields import show_refusal
from tracker.cases.forms.strike import StrikeForm
from tracker.cases.views.answers import Answer, Opened, open_for, page
from tracker.core.collation import collation_key
from tracker.core.countries import COUNTRY_CODES, country_name
from tracker.core.errors import Conflict, Invalid
from tracker.core.form_values import version_sent
from tracker.core.web import actor, db
from tracker.followups.forms import show_faults
from tracker.followups.models import FollowUp
from tracker.lists.address import Address
from tracker.lists.export import Source
from tracker.lists.sending import Answer as FileAnswer
from tracker.lists.sending import send_list
from tracker.recommendations import assess_views, assessing, import_views, queries, services, work
from tracker.recommendations.blueprint import blueprint
from tracker.recommendations.forms import AssessmentForm, RecommendationForm, WorkForm, form_of
from tracker.recommendations.list_columns import RECOMMENDATIONS, cell_of
from tracker.recommendations.models import ASSESSMENTS, POSITIONS, Recommendation
from tracker.recommendations.words import (
    ASSESSMENT_ICONS,
    ASSESSMENT_TONES,
    ASSESSMENT_WORDS,
    CHANGE_WORDS,
    FIELD_WORDS,
    POSITION_TONES,
    POSITION_WORDS,
    field_value,
    states_words,
)

__all__ = ["assess_views", "blueprint", "import_views"]
LONGEST_WORDS = 200


@blueprint.get("/cases/<reference>/recommendations")
@entrance(CASE_READERS)
def recommendations(reference: str) -> Answer:
    opened = open_for(reference)
    filters = _filters()
    found = queries.list_recommendations(db(), actor(), opened.case, filters, request.args.get("cursor"))
    is_narrowed = filters != queries.Filters()
    hidden = queries.hidden_by_filters(db(), actor(), opened.case) if is_narrowed and not found.rows else 0
    codes = queries.states_on(db(), actor(), opened.case)
    states = sorted(((code, country_name(code)) for code in codes), key=lambda one: collation_key(one[1]))
    return page(
        "recommendations/list.html",
        opened,
        page=found,
        filters=filters,
        is_narrowed=is_narrowed,
        hidden=hidden,
        address=_address(opened),
        chain=queries.chain_of(db(), actor(), opened.case),
        states=states,
        assessors=[(one, one) for one in queries.assessors_on(db(), actor(), opened.case)],
        struck_out=queries.struck_out_on(db(), actor(), opened.case),
        may_edit=opened.may(Action.EDIT_FACTS),
        by_nobody=queries.BY_NOBODY,
        **_words(),
    )


@blueprint.post("/cases/<reference>/recommendations/export")
@entrance(CASE_READERS)
def export_recommendations(reference: str) -> FileAnswer:
    """The list of the same address as a file."""
    opened = open_for(reference)
    case, filters, session, who = opened.case, _filters(), db(), actor()
    case_id, level = case.id, case.level
    address = _address(opened)
    source = Source(
        RECOMMENDATIONS.area,
        RECOMMENDATIONS.columns,
        lambda cursor, size: queries.list_recommendations(session, who, case, filters, cursor, size),
        cell_of,
        lambda _line: [(case_id, level)],
        sorted(address.filters),
    )
    return send_list(RECOMMENDATIONS, source, address)


@blueprint.get("/cases/<reference>/recommendations/new")
@entrance(CASE_READERS)
def new(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    return _new_page(opened, RecommendationForm(data={"cycle": queries.cycle_of(opened.case)}))


@blueprint.post("/cases/<reference>/recommendations/new")
@entrance(CASE_READERS)
def add(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = RecommendationForm()
    if form.validate():
        try:
            repeats = (form.repeats.data or "").strip()
            made = services.enter_recommendation(db(), actor(), opened.case.id, form.to_facts(), repeats=repeats)
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            flash(_("Saved."), "success")
            if "again" in request.form:
                return redirect(url_for(".new", reference=opened.case.reference), 303)
            return _back(opened, None, made.id)
    return _new_page(opened, form, 422)


@blueprint.get("/cases/<reference>/recommendations/<uuid:recommendation_id>")
@entrance(CASE_READERS)
def recommendation_page(reference: str, recommendation_id: UUID) -> Answer:
    opened = open_for(reference)
    row = queries.get_recommendation(db(), actor(), opened.case, recommendation_id)
    return _its_page(opened, row)


@blueprint.post("/cases/<reference>/recommendations/<uuid:recommendation_id>")
@entrance(CASE_READERS)
def correct(reference: str, recommendation_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    row = queries.get_recommendation(db(), actor(), opened.case, recommendation_id)
    form = RecommendationForm()
    if form.validate():
        said, version = form.reason.data, version_sent(request.form.get("version"))
        repeats = (form.repeats.data or "").strip()
        try:
            services.correct_recommendation(
                db(), actor(), opened.case.id, row.id, form.to_facts(), said, version, repeats=repeats
            )
        except Invalid as problem:
            show_refusal(form, problem)
        except Conflict as problem:
            return _its_page(opened, row, 409, form=form, conflict=problem.message)
        else:
            return _back(opened, _("Saved."), row.id)
    return _its_page(opened, row, 422, form=form)


@blueprint.post("/cases/<reference>/recommendations/<uuid:recommendation_id>/strike-out")
@entrance(CASE_READERS)
def strike_out(reference: str, recommendation_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    row = queries.get_recommendation(db(), actor(), opened.case, recommendation_id)
    striking = StrikeForm()
    if striking.validate():
        said, version = striking.void_reason.data or "", version_sent(request.form.get("version"))
        try:
            services.strike_out_recommendation(db(), actor(), opened.case.id, row.id, said, version)
        except Invalid as problem:
            show_refusal(striking, problem)
        except Conflict as problem:
            return _its_page(opened, row, 409, striking=striking, conflict=problem.message)
        else:
            return _back(opened, _("Struck out; it stands below the others."))
    return _its_page(opened, row, 422, striking=striking)


@blueprint.post("/cases/<reference>/recommendations/<uuid:recommendation_id>/assessments")
@entrance(CASE_READERS)
def assess(reference: str, recommendation_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    row = queries.get_recommendation(db(), actor(), opened.case, recommendation_id)
    assessment = AssessmentForm()
    assessment.offer()
    if assessment.validate():
        try:
            assessing.assess(db(), actor(), opened.case.id, row.id, assessment.to_facts())
        except Invalid as problem:
            show_refusal(assessment, problem)
        else:
            return _back(opened, _("Entered, beside what others say."), row.id)
    return _its_page(opened, row, 422, assessment=assessment)


@blueprint.post(
    "/cases/<reference>/recommendations/<uuid:recommendation_id>/assessments/<uuid:assessment_id>/strike-out"
)
@entrance(CASE_READERS)
def strike_out_assessment(reference: str, recommendation_id: UUID, assessment_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    why = _("Entered by mistake")
    assessing.strike_out_assessment(db(), actor(), opened.case.id, recommendation_id, assessment_id, why)
    return _back(opened, _("Struck out."), recommendation_id)


@blueprint.post("/cases/<reference>/recommendations/<uuid:recommendation_id>/follow")
@entrance(CASE_READERS)
def follow(reference: str, recommendation_id: UUID) -> Answer:
    """For whoever presses the button; they may give it to somebody else afterwards."""
    opened = open_for(reference, Action.CREATE_FOLLOW_UP)
    row = queries.get_recommendation(db(), actor(), opened.case, recommendation_id)
    following = WorkForm()
    following.due.countries = opened.case.countries
    if following.validate():
        title, day = following.title.data or "", following.due.day
        try:
            work.follow(db(), actor(), opened.case, row.id, title, day, actor().person_id)
        except Invalid as problem:
            show_faults(following, problem)
        else:
            return _back(opened, _("Follow-up made."), row.id)
    return _its_page(opened, row, 422, following=following)


@blueprint.app_template_global("recommendation_of_follow_up")
def recommendation_of_follow_up(follow_up: FollowUp) -> queries.Kin | None:
    """For the properties on the page of a follow-up."""
    return work.recommendation_of(db(), actor(), follow_up)


def _filters() -> queries.Filters:
    position, assessment = request.args.get("position"), request.args.get("assessment")
    state, said = request.args.get("state"), request.args.get("by", "").replace("\x00", "")[:500]
    return queries.Filters(
        position if position in POSITIONS else None,
        assessment if assessment in (*ASSESSMENTS, queries.BY_NOBODY) else None,
        said or None,
        state if state in COUNTRY_CODES else None,
        request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_WORDS],
    )


def _address(opened: Opened) -> Address:
    return Address.of(url_for(".recommendations", reference=opened.case.reference), request.args)


def _new_page(opened: Opened, form: RecommendationForm, status: int = 200) -> Answer:
    earlier = queries.chain_of(db(), actor(), opened.case).before
    return page("recommendations/new.html", opened, status, form=form, earlier=earlier)


def _its_page(
    opened: Opened,
    row: Recommendation,
    status: int = 200,
    *,
    form: RecommendationForm | None = None,
    assessment: AssessmentForm | None = None,
    striking: StrikeForm | None = None,
    following: WorkForm | None = None,
    conflict: str | None = None,
) -> Answer:
    """What it is, who says what of it, and the forms; the one that was sent shows what is wrong with it."""
    session, who = db(), actor()
    before = queries.predecessor_of(session, who, row)
    if assessment is None:
        assessment = AssessmentForm(formdata=None)
        assessment.offer()
    return page(
        "recommendations/page.html",
        opened,
        status,
        row=row,
        states=states_words(row.states),
        assessments=queries.assessments_of(session, row),
        changes=queries.changes_of(session, row),
        before=before,
        later=queries.successors_of(session, who, row),
        earlier=queries.chain_of(session, who, opened.case).before,
        assessors=queries.assessors_on(session, who, opened.case),
        form=form or form_of(row, before.recommendation.number if before else None),
        assessment=assessment,
        striking=striking or StrikeForm(formdata=None),
        following=following or WorkForm(formdata=None, data={"title": work.title_for(row)}),
        work=work.work_on(session, who, row),
        today=today_here(),
        may_follow=opened.may(Action.CREATE_FOLLOW_UP),
        conflict=conflict,
        may_edit=opened.may(Action.EDIT_FACTS),
        **_words(),
    )


def _back(opened: Opened, message: str | None, recommendation_id: UUID | None = None) -> Response:
    if message:
        flash(message, "success")
    reference = opened.case.reference
    if recommendation_id is None:
        return redirect(url_for(".recommendations", reference=reference), 303)
    return redirect(url_for(".recommendation_page", reference=reference, recommendation_id=recommendation_id), 303)


def _words() -> dict[str, Any]:
    return {
        "position_words": POSITION_WORDS,
        "position_tones": POSITION_TONES,
        "assessment_words": ASSESSMENT_WORDS,
        "assessment_tones": ASSESSMENT_TONES,
        "assessment_icons": ASSESSMENT_ICONS,
        "states_words": states_words,
        "change_words": CHANGE_WORDS,
        "field_words": FIELD_WORDS,
        "field_value": field_value,
    }
