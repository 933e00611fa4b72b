"""How pages say what stands in recommendations, and what figures come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.core.countries import country_name
from tracker.recommendations.rules import Added, Differs, Sum

POSITION_WORDS = {
    "supported": _l("Supported"),
    "supported_in_part": _l("Supported in part"),
    "considered_already_implemented": _l("Considered already implemented"),
    "noted": _l("Noted"),
    "unknown": _l("Position not known"),
}
ASSESSMENT_WORDS = {
    "implemented": _l("Implemented"),
    "partially": _l("Partially implemented"),
    "not": _l("Not implemented"),
    "not_assessed": _l("Not assessed"),
}
POSITION_TONES = {"supported": "success", "supported_in_part": "info", "considered_already_implemented": "info"}
ASSESSMENT_TONES = {"implemented": "success", "partially": "warning", "not": "danger"}
ASSESSMENT_ICONS = {"implemented": "circle-check", "partially": "progress", "not": "circle-x", "not_assessed": "circle"}
FIGURE_WORDS = {
    "total": _l("Recommendations"),
    "assessed": _l("Assessed"),
    "implemented": _l("Implemented"),
    "partially": _l("Partially implemented"),
    "not_implemented": _l("Not implemented"),
    "not_assessed": _l("Not assessed"),
}
TARGET_WORDS = {
    "number": _l("Number"),
    "text": _l("Recommendation"),
    "states": _l("Recommended by"),
    "state_position": _l("Position of the State"),
    "cycle": _l("Cycle"),
    "theme": _l("Theme"),
    "assessor": _l("Who assesses it"),
    "assessment": _l("Assessment"),
    "assessed_on": _l("When it was assessed"),
    "source": _l("Source of the assessment"),
    "note": _l("Note"),
}
PLAN_WORDS = {
    "wrong": (_l("wrong"), "danger"),
    "changed": (_l("changed"), "warning"),
    "new": (_l("new"), "success"),
    "same": (_l("as it was"), "neutral"),
}
CHANGE_WORDS = {"entered": _l("Entered"), "corrected": _l("Corrected"), "struck_out": _l("Struck out")}
FIELD_WORDS = {
    "cycle": _l("Cycle"),
    "number": _l("Number"),
    "states": _l("Recommended by"),
    "text": _l("Recommendation"),
    "state_position": _l("Position of the State"),
    "theme": _l("Theme"),
    "note": _l("Note"),
}


def states_words(codes: Sequence[str]) -> str:
    """`Lithuania, Poland`."""
    return ", ".join(country_name(code) for code in codes)


def field_value(name: str, value: Any) -> str:
    """What stood in a field of a change, as pages say it."""
    if value is None or value == []:
        return "–"
    if name == "states":
        return states_words(value)
    return str(POSITION_WORDS.get(value, value)) if name == "state_position" else str(value)


def added_words(added: Added) -> str:
    """One sum in words: what the parts come to, and what the whole is said to be. Nothing is corrected by it."""
    terms = " + ".join(f"{value} ({FIGURE_WORDS[name]})" for name, value in added.parts)
    whole = FIGURE_WORDS["assessed" if added.kind is Sum.ASSESSED else "total"]
    said = _("%(terms)s = %(sum)s; %(whole)s: %(number)s.", terms=terms, sum=added.come_to, whole=whole,
             number=added.whole)  # fmt: skip
    return f"{said} {_verdict(added)}"


def _verdict(added: Added) -> str:
    if added.adds_up:
        return str(_("That adds up."))
    if added.is_open:
        missing = ", ".join(str(FIGURE_WORDS[name]) for name in added.missing)
        told = ngettext("%(num)s is left: the source does not say what became of it (%(missing)s: not stated).",
                        "%(num)s are left: the source does not say what became of them (%(missing)s: not stated).",
                        added.off, missing=missing)  # fmt: skip
        return str(told)
    if added.off > 0:
        return str(ngettext("That does not add up: %(num)s is in none of them.",
                            "That does not add up: %(num)s are in none of them.", added.off))  # fmt: skip
    return str(_("That does not add up: the parts come to %(num)s more than the whole.", num=-added.off))


def differs_words(one: Differs, label: Any = None) -> str:
    """One figure that is stated otherwise than it is counted here; `label`: what it counts, else its own name."""
    label = label or FIGURE_WORDS[one.name]
    return str(_("%(label)s: %(stated)s stated, %(counted)s counted here.", label=label, stated=one.stated,
                 counted=one.counted))  # fmt: skip
