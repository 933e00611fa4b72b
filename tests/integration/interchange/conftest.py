"""Interchange: files that are taken into the test's transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tracker.core.actor import OPERATOR
from tracker.interchange.reading import Reading
from tracker.interchange.result import Result
from tracker.interchange.services import import_dossier
from tracker.pathways.store import definitions

Import = Callable[..., Result]


@pytest.fixture
def take_in(session: Session) -> Import:
    """Import a document into the test's transaction, as the operator."""

    def take_in(document: Any) -> Result:
        return import_dossier(session, OPERATOR, Reading(document, []), definitions())

    return take_in
