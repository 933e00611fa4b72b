"""Interchange needs the database and the pathways, no pages: the application's ground alone, and its commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from tracker.core.actor import OPERATOR
from tracker.interchange.reading import Reading
from tracker.interchange.result import Result
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions

Import = Callable[..., Result]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    from tracker import _assemble_ground
    from tracker.core.web import _EXTENSION

    app = Flask("tracker")
    app.config.update(TESTING=True, SECRET_KEY=settings.secret_key)
    _assemble_ground(app, settings)
    yield app
    app.extensions[_EXTENSION].dispose()


@pytest.fixture
def take_in(session: Session) -> Import:
    """Import a document into the test's transaction, as the operator."""

    def take_in(document: Any) -> Result:
        return import_dossier(session, OPERATOR, Reading(document, []), definitions())

    return take_in
