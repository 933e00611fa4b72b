"""The blueprint that all pages of meetings and commitments hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("engagements", __name__)
