"""Who may know figures about everybody's mail: whoever has METRICS_TOKEN."""

from __future__ import annotations

import hmac

from flask import request

from config import Settings


def has_metrics_token(settings: Settings) -> bool:
    """Whether this request holds the token as bearer; never, where none is set."""
    asked = request.authorization
    said = asked.token if asked and asked.type == "bearer" else None
    token = settings.metrics_token
    return bool(token and said and hmac.compare_digest(said.encode(), token.encode()))
