"""Dossiers, for tests."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.cases.models import Dossier


def make_dossier(session: Session, title: str = "Situation A") -> Dossier:
    """A dossier without cases."""
    dossier = Dossier(title=title)
    session.add(dossier)
    session.flush()
    return dossier
