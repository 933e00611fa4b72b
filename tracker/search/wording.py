"""How what was found reads on a page: the kind, the address, a line beside it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from tracker.cases.wording import when_words
from tracker.core.countries import country_name
from tracker.core.dates import VagueDate
from tracker.core.languages import format_day
from tracker.engagements.forms import COMMITMENT_STATUS_WORDS
from tracker.engagements.forms import KIND_WORDS as MEETING_WORDS
from tracker.followups.forms import STATUS_WORDS
from tracker.pathways.store import definitions
from tracker.recommendations.words import POSITION_WORDS
from tracker.search.hits import Hit

KIND_WORDS = {
    "case": _l("Cases"),
    "subject": _l("Persons and entities in cases"),
    "contact": _l("Contacts"),
    "organisation": _l("Organisations"),
    "follow_up": _l("Follow-ups"),
    "event": _l("Events"),
    "engagement": _l("Meetings and letters"),
    "commitment": _l("Commitments"),
    "recommendation": _l("Recommendations"),
    "comment": _l("Comments"),
    "document": _l("Documents"),
}
KIND_ICONS = {
    "case": "briefcase",
    "subject": "user",
    "contact": "address-book",
    "organisation": "building",
    "follow_up": "checklist",
    "event": "history",
    "engagement": "calendar-event",
    "commitment": "heart-handshake",
    "recommendation": "list-check",
    "comment": "message",
    "document": "file-text",
}


def address_of(hit: Hit) -> str:
    """Where the thing stands; an entry, a comment and a paper stand on the page of their case."""
    match hit.kind:
        case "case" | "document":
            return url_for("pages.case_page", reference=hit.reference)
        case "event":
            to: dict[str, Any] = {"event": hit.object_id, "_anchor": f"event-{hit.object_id}"}
            return url_for("pages.case_page", reference=hit.reference, **to)
        case "comment":
            return url_for("pages.case_page", reference=hit.reference, _anchor=f"comment-{hit.object_id}")
        case "follow_up":
            return url_for("followups.follow_up_page", follow_up_id=hit.object_id)
        case "engagement":
            return url_for("engagements.engagement_page", engagement_id=hit.object_id)
        case "commitment":
            return url_for("engagements.commitment_page", commitment_id=hit.object_id)
        case "recommendation":
            own: dict[str, Any] = {"reference": hit.reference, "recommendation_id": hit.object_id}
            return url_for("recommendations.recommendation_page", **own)
        case "contact":
            return url_for("contacts.contact_page", contact_id=hit.object_id)
        case "organisation":
            return url_for("contacts.organisation_page", organisation_id=hit.object_id)
        case _:
            return url_for("pages.subject_page", subject_id=hit.object_id)


def notes_of(hit: Hit) -> list[str]:
    """Short words beside the name: reference and case, day, status."""
    case_of_it = [hit.reference or "", hit.case_title or ""]
    return [note for note in (*case_of_it, _day_of(hit), _detail_of(hit)) if note]


def _day_of(hit: Hit) -> str:
    if isinstance(hit.when, VagueDate):
        return str(when_words(hit.when)) if hit.when.text else ""
    return format_day(hit.when) if hit.when else ""


def _detail_of(hit: Hit) -> str:
    key = hit.detail or ""
    match hit.kind:
        case "case":
            return next((one.label for one in definitions().all() if one.key == key), key)
        case "follow_up":
            return str(STATUS_WORDS.get(key, key))
        case "engagement":
            return str(MEETING_WORDS.get(key, key))
        case "commitment":
            return str(COMMITMENT_STATUS_WORDS.get(key, key))
        case "recommendation":
            return str(POSITION_WORDS[key])
        case "organisation":
            return country_name(key) if key else ""
        case _:
            return ""
