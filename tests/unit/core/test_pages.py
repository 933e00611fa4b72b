from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

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
