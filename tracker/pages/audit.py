"""The audit as people read it: of the house, for administrators; of a case, for the staff who see the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from tracker.access.entrance import ADMINISTRATORS, CASE_READERS, entrance
from tracker.accounts.current import the_person
from tracker.accounts.models import Person
from tracker.audit.queries import TrailFilter, administrators_trail, commands_of, last_check, trail_of_case
from tracker.cases.forms.fields import uuid_of
from tracker.cases.queries import get_case
from tracker.core.errors import NotVisible
from tracker.core.web import actor, db
from tracker.pages.audit_words import ACTION_WORDS
from tracker.pages.blueprint import blueprint

DEEDS = {
    "sign_in.": _l("Sign-ins"),
    "person.": _l("Accounts"),
    "case.": _l("Cases"),
    "follow_up.": _l("Follow-ups"),
    "reading.": _l("Much opened"),
    "operator.": _l("Commands on the server"),
}
"""How actions begin, for the filter."""


@blueprint.get("/audit")
@entrance(ADMINISTRATORS)
def audit_page() -> str:
    wanted = _filter(request.args)
    page = administrators_trail(db(), wanted, request.args.get("cursor"))
    people = _names(select(Person.id, Person.name).order_by(Person.name))
    return render_template(
        "pages/audit.html",
        page=page,
        people=people,
        words=ACTION_WORDS,
        commands=commands_of(db(), page.rows),
        check=last_check(db()),
        address=_address(),
        deed_options=[("", _("Anything")), *DEEDS.items()],
        who_options=[("", _("Anybody")), *((str(person_id), name) for person_id, name in people.items())],
    )


@blueprint.get("/cases/<reference>/trail")
@entrance(CASE_READERS)
def case_trail(reference: str) -> str:
    case = get_case(db(), actor(), reference)
    if not actor().is_staff:
        raise NotVisible("Who of the house reads what is not counsel's to know.")
    page = trail_of_case(db(), case.id, request.args.get("cursor"))
    acting = {who for row in page.rows for who in (row.actor_id, row.agreed_by_id) if who}
    people = _names(select(Person.id, Person.name).where(Person.id.in_(acting)))
    return render_template("pages/case_trail.html", case=case, page=page, people=people, words=ACTION_WORDS)


def _names(wanted: Select[UUID, str]) -> dict[UUID, str]:
    return dict(db().execute(wanted).all())


def _filter(said: Mapping[str, str]) -> TrailFilter:
    """What the address asks for; what it can't mean is left out."""
    first, last = _day(said.get("from")), _day(said.get("to"))
    deed = said.get("deed")
    return TrailFilter(
        who=uuid_of(said.get("who")),
        deed=deed if deed in DEEDS else None,
        since=_start_of(first) if first else None,
        until=_start_of(last + timedelta(days=1)) if last else None,
        reference=(said.get("case") or "").strip().upper()[:40] or None,
    )


def _address() -> dict[str, str]:
    names = ("who", "deed", "from", "to", "case")
    return {name: text for name in names if (text := request.args.get(name, ""))}


def _day(said: str | None) -> date | None:
    try:
        day = date.fromisoformat((said or "").strip())
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= date(2200, 1, 1) else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(the_person().time_zone))
