"""The trail can be written and read, never changed: by rights, not by good will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.person import acting, make_person
from tracker.audit.models import AuditEntry
from tracker.audit.services import record
from tracker.core.actor import NOBODY, OPERATOR, PLANNER, Actor

ATTACKS = (
    "UPDATE audit_entries SET action = 'nothing.happened'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "ALTER TABLE audit_entries DISABLE ROW LEVEL SECURITY",
    "DROP TABLE audit_entries",
)


@pytest.fixture
def actors(app: Any, database: Any) -> Iterator[dict[str, Actor]]:
    with app.app_context():
        with database.unit_of_work(OPERATOR) as session:
            person = acting(make_person(session, "administrator", "legal_officer"))
            record(session, person, "person.changed", "person", person.person_id, fields=["name"])
        yield {"person": person, "nobody": NOBODY, "operator": OPERATOR, "planner": PLANNER}


@pytest.mark.parametrize("who", ["person", "nobody", "operator", "planner"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_role_of_the_program_changes_an_entry(
    database: Any, actors: dict[str, Actor], who: str, attack: str
) -> None:
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, database.unit_of_work(actors[who]) as session:
        session.execute(text(attack))
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["person.changed"]


def test_an_entry_stands_with_its_change_or_not_at_all(database: Any, actors: dict[str, Actor]) -> None:
    with pytest.raises(RuntimeError), database.unit_of_work(OPERATOR) as session:
        record(session, OPERATOR, "case.opened", "case", None)
        session.flush()
        raise RuntimeError
    with database.unit_of_work(OPERATOR) as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["person.changed"]


def test_administrators_read_the_trail_without_that_of_cases(database: Any, actors: dict[str, Actor]) -> None:
    with database.unit_of_work(OPERATOR) as session:
        administrator = acting(make_person(session, "administrator"))
        head = acting(make_person(session, "head"))
        for level in ("internal", "sealed"):
            case = make_case(session, level=level)
            record(session, OPERATOR, f"case.opened_{level}", "case", case.id, case_id=case.id)

    def read(actor: Actor) -> set[str]:
        with database.unit_of_work(actor) as session:
            return set(session.scalars(select(AuditEntry.action)))

    assert read(administrator) == {"person.changed"}
    assert read(head) == {"case.opened_internal"}
    assert read(NOBODY) == set()
