"""The blueprint that every page of reminders belongs to."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("reminders", __name__)

Answer = Response | str | tuple[str, int]
