"""Takes a dossier file in: everything is checked before anything is written, and all is written or nothing."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.interchange.checking import Checked, Definitions, check, shape_file
from tracker.interchange.findings import Finding
from tracker.interchange.known import Known
from tracker.interchange.loading import load
from tracker.interchange.permission import check_permission
from tracker.interchange.reading import Reading
from tracker.interchange.result import IMPORTED, REFUSED, Result
from tracker.interchange.writing import (
    associations,
    cases,
    charges,
    compartments,
    events,
    follow_ups,
    meetings,
    members,
    papers,
    parties,
    period_records,
    recommendations,
)
from tracker.interchange.writing.settling import settle
from tracker.interchange.writing.work import Work

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('dossier import of ' || :sender, 0))")


class _UndoneError(Exception):
    """Undoes the savepoint: for a dry run, or when writing found a fault that only the rows could show."""


def import_dossier(
    session: Session, actor: Actor, reading: Reading, definitions: Definitions, *, dry_run: bool = False
) -> Result:
    """Take in what was read. Everything is written in a savepoint, which is undone when the file is refused.

    A dry run writes, counts and undoes, so that its answer is that of the real import. The caller commits.
    """
    file, findings = shape_file(reading.document, reading.faults)
    if file is None:
        return _refused(findings.errors, findings.gaps)
    if not file.is_faulty("sender"):
        session.execute(_ONE_AT_A_TIME, {"sender": file.sender})
    rows, known = load(session, actor, file)
    memberships = check_permission(session, actor, file, rows, findings)
    checked = check(file, findings, definitions, known)
    if not checked.lawful:
        return _refused(findings.errors, findings.gaps)
    work = Work(session, actor, file.sender, rows, known.people, known.case_readers, findings, memberships)
    try:
        with session.begin_nested():
            _write(work, checked, known)
            if findings.errors or dry_run:
                raise _UndoneError
    except _UndoneError:
        if findings.errors:
            return _refused(findings.errors, findings.gaps)
    except (DBAPIError, StaleDataError) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        return _refused([Finding("", _reason(error))], findings.gaps)
    return Result(IMPORTED, gaps=findings.gaps, counts=work.tally.as_json())


_IMPORTING = text("SELECT set_config('app.importing', 'on', true)")


def _write(work: Work, checked: Checked, known: Known) -> None:
    """Kind by kind, each after those that it refers to. PostgreSQL finds rooms for keys that hidden rows have."""
    file = checked.file
    if file is None:
        return
    work.session.execute(_IMPORTING)
    parties.write_dossiers(work, file)
    parties.write_organisations(work, file)
    parties.write_subjects(work, file)
    work.session.flush()
    parties.write_contacts(work, file)
    changed = cases.write_cases(work, checked.cases, known)
    work.session.flush()
    given = [case.given for case in checked.cases]
    own = [members.write_members(work, given, changed), associations.write_associations(work, given)]
    own += [charges.write_charges(work, given), period_records.write_period_records(work, given)]
    own += [recommendations.write_recommendations(work, given), recommendations.write_figures(work, given)]
    settle(work, checked.cases, changed, own, events.write_events(work, checked.cases))
    follow_ups.write_follow_ups(work, given)
    meetings.write_engagements(work, file)
    meetings.write_commitments(work, file)
    papers.write_documents(work, file)
    compartments.seal_newcomers(work)
    record(work.session, work.actor, "dossier.imported", "dossier_file", None, counts=work.tally.as_json())
    work.session.flush()


def _refused(errors: list[Finding], gaps: list[Finding]) -> Result:
    return Result(REFUSED, errors=errors, gaps=gaps)


def _reason(error: Exception) -> str:
    """Without the statement and its values, which hold what the file says."""
    if isinstance(error, StaleDataError):
        return "somebody changed one of these cases at the same moment; import again"
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state == "42501":
        return "you may not write everything that this file holds; nothing was written"
    if state == "23505":
        return "something of this file is recorded here already, where you cannot see it; nothing was written"
    return f"the database refused the file (SQLSTATE {state or 'unknown'}); nothing was written"
