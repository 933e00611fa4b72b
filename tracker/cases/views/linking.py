"""Links between cases."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.policy import Action
from tracker.cases import services
from tracker.cases.belongings import links_of
from tracker.cases.forms.fields import LINK_WORDS, LINK_WORDS_BACK, show_refusal
from tracker.cases.forms.people import LinkForm
from tracker.cases.views.answers import Answer, Opened, back_to, open_for, page
from tracker.cases.views.blueprint import blueprint
from tracker.core.errors import Invalid
from tracker.core.web import actor, db


@blueprint.get("/cases/<reference>/links")
@entrance(CASE_READERS)
def case_links(reference: str) -> Answer:
    return _links_page(open_for(reference), LinkForm())


@blueprint.post("/cases/<reference>/links")
@entrance(CASE_READERS)
def link_case(reference: str) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    form = LinkForm()
    if form.validate():
        try:
            services.link_cases(db(), actor(), opened.case.id, form.to.data or "", form.kind.data or "")
        except Invalid as problem:
            show_refusal(form, problem)
        else:
            return back_to(opened.case, _("The cases are linked."), anchor="links")
    return _links_page(opened, form, 422)


@blueprint.post("/cases/<reference>/links/<uuid:link_id>/remove")
@entrance(CASE_READERS)
def unlink_case(reference: str, link_id: UUID) -> Answer:
    opened = open_for(reference, Action.EDIT_FACTS)
    services.unlink_cases(db(), actor(), opened.case.id, link_id)
    return back_to(opened.case, _("The link is gone."), anchor="links")


def _links_page(opened: Opened, form: LinkForm, status: int = 200) -> Answer:
    return page(
        "cases/links.html",
        opened,
        status,
        form=form,
        lines=links_of(db(), actor(), opened.case),
        words=LINK_WORDS,
        words_back=LINK_WORDS_BACK,
        may_edit=opened.may(Action.EDIT_FACTS),
    )
