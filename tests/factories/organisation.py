"""Organisations, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tracker.contacts.models import Organisation


def make_organisation(session: Session, name: str = "Ministry of Examples", **said: Any) -> Organisation:
    organisation = Organisation(name=name, **said)
    session.add(organisation)
    session.flush()
    return organisation
