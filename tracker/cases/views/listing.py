"""The list of cases."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import Level
from tracker.access.policy import Action, decide
from tracker.cases.forms.fields import PHASE_WORDS, uuid_of
from tracker.cases.listing import SORTS, CaseFilters, hidden_by_filters
from tracker.cases.listing import list_cases as list_page
from tracker.cases.models import Dossier
from tracker.cases.queries import visible_dossiers
from tracker.cases.views.answers import Answer
from tracker.cases.views.blueprint import blueprint
from tracker.core import clock
from tracker.core.web import actor, db
from tracker.pathways.store import definitions


@blueprint.get("/cases")
@entrance(CASE_READERS)
def list_cases() -> Answer:
    filters = filters_of(request.args)
    page = list_page(db(), actor(), filters, request.args.get("cursor"))
    dossiers = db().scalars(visible_dossiers(actor()).order_by(Dossier.title, Dossier.id).limit(200)).all()
    hidden = hidden_by_filters(db(), actor()) if not page.rows and filters.any else 0
    return render_template(
        "cases/list.html",
        page=page,
        filters=filters,
        hidden=hidden,
        definitions={definition.key: definition for definition in definitions().all()},
        phases=PHASE_WORDS,
        pathway_choices=[("", _("All")), *((one.key, one.label) for one in definitions().all())],
        status_choices=_status_choices(filters),
        dossier_choices=[("", _("All")), *((one.id, one.title) for one in dossiers)],
        chips=_chips(filters, dossiers),
        address=_address,
        may_open=decide(actor(), Action.OPEN_CASE),
        today=clock.today(),
    )


def filters_of(said: MultiDict[str, str]) -> CaseFilters:
    """What the address asks for; words that mean nothing ask for nothing."""
    known = {definition.key: definition for definition in definitions().all()}
    pathway = said.get("pathway", "")
    definition = known.get(pathway)
    status = said.get("status", "")
    sort = said.get("sort", "")
    phase, level = said.get("phase", ""), said.get("level", "")
    return CaseFilters(
        text=said.get("q", "").strip()[:200],
        pathway=pathway if definition else "",
        status=status if definition and status in definition.by_key else "",
        phase=phase if phase in PHASE_WORDS else "",
        country=_country(said.get("country", "")),
        level=level if level in list(Level) else "",
        dossier_id=uuid_of(said.get("dossier")),
        mine=said.get("mine") == "1",
        sort=sort if sort in SORTS else "activity",
    )


def _status_choices(filters: CaseFilters) -> list[tuple[str, str]]:
    rows = definitions().get(filters.pathway).statuses if filters.pathway else ()
    return [("", _("All")), *((row.key, row.label) for row in rows)]


def _country(text: str) -> str:
    said = text.strip().upper()
    return said if len(said) == 2 and said.isascii() and said.isalpha() else ""


def _address(without: str | None = None, **changes: Any) -> str:
    """This list with other words in its address; a changed filter starts at the first page."""
    said = {key: value for key, value in request.args.items() if value and key not in ("cursor", without)}
    return url_for("cases.list_cases", **{**said, **changes})


def _chips(filters: CaseFilters, dossiers: Any) -> list[dict[str, str]]:
    definition = definitions().get(filters.pathway) if filters.pathway else None
    dossier = next((one.title for one in dossiers if one.id == filters.dossier_id), "")
    said = [
        ("q", _("Words"), filters.text),
        ("pathway", _("Pathway"), definition.label if definition else ""),
        ("status", _("Status"), definition.status(filters.status).label if definition and filters.status else ""),
        ("phase", _("Phase"), str(PHASE_WORDS[filters.phase]) if filters.phase else ""),
        ("country", _("Country"), filters.country),
        ("level", _("Confidentiality"), filters.level),
        ("dossier", _("Dossier"), dossier or ("?" if filters.dossier_id else "")),
        ("mine", _("Mine"), _("yes") if filters.mine else ""),
    ]
    return [
        {"label": label, "value": value, "remove_url": _address(without=key)} for key, label, value in said if value
    ]
