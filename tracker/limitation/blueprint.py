"""The blueprint of charges."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("limitation", __name__)
