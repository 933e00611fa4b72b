"""The blueprint that every page of follow-ups belongs to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("followups", __name__)
