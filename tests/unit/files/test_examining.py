"""What kinds of files are told by their content, and what is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.bad_files import GOOD, bad_files, picture
from tracker.files.examining import examine
from tracker.files.images import cleaned
from tracker.files.kinds import KINDS, Kind, Unfit

BAD = bad_files()


@pytest.mark.parametrize("name", GOOD)
def test_a_file_without_fault_is_known_by_its_content(name: str) -> None:
    kind, content = GOOD[name]
    assert examine(content).key == kind


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_reason(name: str) -> None:
    why, content = BAD[name]
    with pytest.raises(Unfit) as unfit:
        examine(content)
    assert unfit.value.why == why


@pytest.mark.parametrize("key", ["jpeg", "png", "webp"])
def test_a_picture_that_is_drawn_anew_holds_nothing_but_its_pixels(key: str) -> None:
    content = picture(key.upper(), exif=True)
    assert b"ACME Camera" in content
    drawn = cleaned(content, KINDS[key])
    assert b"ACME" not in drawn and not Image.open(BytesIO(drawn)).getexif()
    assert examine(drawn).key == key and Image.open(BytesIO(drawn)).size == (40, 30)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.integers(0), st.binary(max_size=8), st.integers(0))
def test_a_spoilt_file_is_taken_or_refused_and_never_an_error(name: str, place: int, more: bytes, end: int) -> None:
    content = GOOD[name][1]
    place %= len(content)
    spoilt = (content[:place] + more + content[place + len(more) :])[: end % len(content) + 1]
    try:
        assert isinstance(examine(spoilt), Kind)
    except Unfit:
        pass
