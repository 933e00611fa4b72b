from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.pages import decode_cursor, encode_cursor

VALUES = [date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), uuid4(), "Łukaszenka «…»", 7, None]


@pytest.mark.parametrize("backward", [True, False])
def test_a_cursor_gives_back_direction_and_values_with_their_types(backward):
    assert decode_cursor(encode_cursor(VALUES, backward=backward)) == (backward, VALUES)


@given(st.text(max_size=60))
def test_a_text_that_is_no_cursor_is_none_and_never_an_error(text):
    decoded = decode_cursor(text)
    assert decoded is None or isinstance(decoded[1], list)


def packed(raw: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(raw).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [["u", 5], ["s", 5], ["s", "\x00"], ["s", "\ud800"], ["i", 10**30], ["i", "7"], ["z", 1], ["d", None], [], 5, "u"],
)
def test_a_value_that_no_database_compares_makes_no_cursor(value: Any) -> None:
    assert decode_cursor(packed([0, [value]])) is None


def test_a_deeply_nested_text_is_no_cursor() -> None:
    assert decode_cursor(base64.urlsafe_b64encode(b"[" * 100_000).decode()) is None


@pytest.mark.parametrize("values", [[date(2026, 1, 2), uuid4()], ["a", "b"], [uuid4()], [None, uuid4()], []])
def test_a_cursor_of_another_order_is_none(values: list[Any]) -> None:
    assert decode_cursor(encode_cursor(values), (str, UUID)) is None
    assert decode_cursor(encode_cursor(["a", UUID(int=1)]), (str, UUID)) == (False, ["a", UUID(int=1)])
