"""The blueprint of cases."""

from __future__ import annotations

from flask import Blueprint

from tracker.cases.wording import parts_in_words

blueprint = Blueprint("cases", __name__)
blueprint.add_app_template_filter(parts_in_words, "parts_in_words")
