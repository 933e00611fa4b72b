"""The blueprint that all pages of contacts and organisations hang on."""

from __future__ import annotations

from flask import Blueprint

from tracker.core.countries import country_name
from tracker.core.form_rows import row_problems

blueprint = Blueprint("contacts", __name__)
blueprint.add_app_template_filter(country_name, "country_name")
blueprint.add_app_template_global(row_problems, "row_problems")
