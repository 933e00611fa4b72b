"""How pages say what stands in records of periods."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.core.dates import VagueDate
from tracker.core.languages import format_vague
from tracker.periods.rules import Between, Seam, Span

KIND_WORDS = {
    "framework": _l("Sanctions framework"),
    "listing": _l("Listing"),
    "mandate": _l("Mandate"),
    "state_membership": _l("Membership of a State"),
    "body_membership": _l("Membership of a body"),
    "power_of_attorney": _l("Power of attorney"),
}
END_WORDS = {
    "day": _l("on a day"),
    "open": _l("open: until somebody ends it"),
    "unknown": _l("not known"),
}


def span_words(span: Span) -> str:
    """`1 Mar 2025 – 28 Feb 2026`; what is open or unknown is said so."""
    begin = format_vague(span.begin) if _is_known(span.begin) else str(_("beginning not known"))
    if span.is_open:
        return f"{begin} – {_('open')}"
    return f"{begin} – " + (format_vague(span.end) if _is_known(span.end) else str(_("end not known")))


def state_words(span: Span, today: date) -> str:
    """Where today lies, as far as that is sure; nothing about any status follows from it."""
    begin, end = span.begin, span.end
    if begin.earliest is not None and begin.earliest > today:
        return str(_("not begun"))
    if end.latest is not None and end.latest < today:
        return str(_("its last day has passed"))
    begun = begin.latest is not None and begin.latest <= today
    runs_on = span.is_open or (end.earliest is not None and end.earliest >= today)
    return str(_("running")) if begun and runs_on else str(_("whether it runs is not known"))


def _is_known(day: VagueDate) -> bool:
    return day.earliest is not None or day.latest is not None


def seam_words(found: Seam) -> str:
    """What lies between two periods; nothing where one follows the other without a gap."""
    if found.kind is Between.NOTHING:
        return ""
    if found.kind is Between.OVERLAP:
        return (
            ngettext("They overlap by %(num)s day.", "They overlap by %(num)s days.", found.least)
            if found.least
            else str(_("They overlap."))
        )
    if found.kind is Between.UNKNOWN:
        return str(_("Whether there is a gap is not known."))
    if found.kind is Between.MAYBE:
        return str(
            ngettext(
                "No gap, or one of at most %(num)s day.", "No gap, or one of at most %(num)s days.", found.most or 0
            )
        )
    if found.most is None:
        return str(ngettext("A gap of at least %(num)s day.", "A gap of at least %(num)s days.", found.least))
    if found.least != found.most:
        return str(_("A gap of %(least)s to %(most)s days.", least=found.least, most=found.most))
    return str(ngettext("A gap of %(num)s day.", "A gap of %(num)s days.", found.least))
