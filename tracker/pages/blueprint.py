"""The blueprint of the pages that show several features at once."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
