"""For a collector of figures: the outbox in Prometheus' text format, for whoever has the token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from flask import Response, abort, current_app

from config import Settings
from tracker.access.entrance import ANYONE, entrance
from tracker.core.actor import WATCHER
from tracker.core.metrics_token import has_metrics_token
from tracker.core.web import database
from tracker.reminders.delivery.outbox_figures import Figure, figures
from tracker.reminders.pages.blueprint import blueprint

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
@entrance(ANYONE)
def metrics() -> Response:
    """Only with METRICS_TOKEN as bearer; without it there is no such page."""
    if not has_metrics_token(cast(Settings, current_app.extensions["tracker.settings"])):
        abort(404)
    with database().unit_of_work(WATCHER) as session:
        found = figures(session)
    return Response("".join(_lines(found)), content_type=CONTENT_TYPE)


def _lines(found: list[Figure]) -> Iterator[str]:
    for figure in found:
        yield f"# HELP {figure.name} {figure.meaning}\n# TYPE {figure.name} {figure.kind}\n"
        for labels, value in figure.values:
            said = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels)
            yield f"{figure.name}{{{said}}} {value:g}\n" if said else f"{figure.name} {_number(value)}\n"


def _number(value: float) -> str:
    return repr(float(value)) if value != int(value) else str(int(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
