from __future__ import annotations

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from tracker.core.collation import LETTERS, by_name, collation_key

NAMES = ["Zhuk", "Łoś", "Lis", "Mak", "Уладзь", "Ўсевалад", "Фёдар", "Ёлкін", "Ежы", "Жылко", "Ян", "Іваноў", "Мар’яна"]


def test_the_database_sorts_names_as_the_pages_do(session: Session) -> None:
    rows = union_all(*(select(literal(name).label("name")) for name in NAMES)).subquery()
    found = session.scalars(select(rows.c.name).order_by(by_name(rows.c.name))).all()
    assert list(found) == sorted(NAMES, key=collation_key)
    assert list(found) != sorted(NAMES)


def test_both_keys_are_the_same_for_every_letter(session: Session) -> None:
    text = LETTERS + LETTERS.upper() + " O’Brien 12"
    assert session.scalar(select(by_name(literal(text)))) == collation_key(text)
