"""Several small reads as one statement bring back what each would bring back alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Numeric, String, bindparam, cast, func, literal, null, select, text
from sqlalchemy.orm import Session

from bench.measure import counted
from tests.factories.person import make_person
from tracker.accounts.models import Person, PersonRole
from tracker.core.database import Database
from tracker.core.reads import Read, Round


def _all(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in rows]


_PEOPLE = (
    select(
        Person.id,
        Person.name,
        Person.active,
        Person.created_at,
        cast(null(), String).label("nothing"),
        func.array_agg(PersonRole.role),
        literal(3).label("number"),
        func.current_date().label("today"),
    )
    .join(PersonRole)
    .group_by(Person.id)
    .order_by(Person.name.desc())
)
_NAMED = select(Person.name).where(Person.name == bindparam("name"))


@pytest.fixture
def two(session: Session) -> None:
    make_person(session, "head", name="Ada “Quoted” [Zero], null")
    make_person(session, "head", name="Ярына")


def test_a_round_brings_back_what_each_read_brings_back_alone(session: Session, two: None) -> None:
    people, named = Read(_PEOPLE, {}, _all), Read(_NAMED, {"name": "Ярына"}, _all)
    alone = people.alone(session), named.alone(session)
    together = Round(session)
    found = together.ask(people), together.ask(named)
    assert (found[0].value, found[1].value) == alone
    assert len(alone[0]) == 2
    assert alone[1] == [("Ярына",)]


def test_a_read_that_finds_nothing_brings_back_no_rows(session: Session) -> None:
    together = Round(session)
    assert together.ask(Read(_NAMED, {"name": "nobody"}, _all)).value == []


def test_a_round_is_one_statement(session: Session, database: Database) -> None:
    session.execute(text("SELECT 1"))
    together = Round(session)
    answers = [together.ask(Read(_NAMED, {"name": "nobody"}, _all)) for _number in range(3)]
    with counted(database.engine) as statements:
        assert [answer.value for answer in answers] == [[], [], []]
    assert len(statements) == 1


def test_reads_that_mean_two_things_by_one_name_are_refused(session: Session) -> None:
    together = Round(session)
    together.ask(Read(_NAMED, {"name": "one"}, _all))
    together.ask(Read(_NAMED, {"name": "other"}, _all))
    with pytest.raises(ValueError, match="name"):
        together.run()


def test_a_value_that_json_would_change_is_refused(session: Session) -> None:
    amount = select(cast("1.10", Numeric))
    with pytest.raises(TypeError, match="Decimal"):
        Round(session).ask(Read(amount, {}, _all)).value  # noqa: B018


def test_statements_that_differ_only_by_what_stands_in_them_keep_their_own_answers(session: Session, two: None) -> None:
    for name in ("Ярына", "nobody", "Ярына"):
        own = select(Person.name).where(Person.name == name)
        among = select(Person.name).where(Person.name.in_([name, "somebody else"]))
        together = Round(session)
        found = [together.ask(Read(statement, {}, _all)) for statement in (own, among)]
        expected = [] if name == "nobody" else [(name,)]
        assert [answer.value for answer in found] == [expected, expected]


def test_a_list_that_comes_with_the_values_is_refused(session: Session) -> None:
    named = select(Person.name).where(Person.name.in_(bindparam("names", expanding=True)))
    together = Round(session)
    together.ask(Read(named, {"names": ["one", "other"]}, _all))
    with pytest.raises(TypeError, match="array"):
        together.run()


def test_what_was_changed_before_is_found(session: Session, two: None) -> None:
    session.add(Person(name="Not yet written", email="not-yet@example.org"))
    named = Round(session).ask(Read(_NAMED, {"name": "Not yet written"}, _all))
    assert named.value == [("Not yet written",)]
