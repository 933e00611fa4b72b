"""The blueprint of recommendations."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("recommendations", __name__)
