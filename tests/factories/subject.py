"""Subjects of cases, for tests."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.cases.models import Case, CaseSubject, Subject


def make_subject(session: Session, name: str = "A. Example", case: Case | None = None) -> Subject:
    """A subject, on `case` when one is given."""
    subject = Subject(name=name, aliases=[])
    session.add(subject)
    session.flush()
    if case is not None:
        session.add(CaseSubject(case_id=case.id, subject_id=subject.id))
        session.flush()
    return subject
