"""Whatever a file holds, the answer is a list of findings, never a traceback."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.interchange.checking import check, shape_file
from tracker.interchange.limits import UnreadableFileError
from tracker.interchange.reading import read_bytes, read_file
from tracker.interchange.sample_cases import sample_files
from tracker.pathways.registry import load_default

SAMPLES = [read_file(path).document for path in sample_files() if path.name[:2] in ("10", "40", "50")]
KEYS = ["ref", "events", "status", "occurred_on", "seq", "between", "cases", "facts", "links", "to", "lead", "x", ""]
JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["2024", "C1", "LT"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in the tree."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [place for inner in value.values() for place in places(inner)]
    if isinstance(value, list):
        return [(value, index) for index in range(len(value))] + [place for inner in value for place in places(inner)]
    return []


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_junk_anywhere_in_a_file_is_answered(data: st.DataObject) -> None:
    document = copy.deepcopy(SAMPLES[data.draw(st.integers(0, len(SAMPLES) - 1))])
    for _ in range(data.draw(st.integers(1, 4))):
        spots = places(document)
        if not spots:
            break
        holder, key = spots[data.draw(st.integers(0, len(spots) - 1))]
        if data.draw(st.booleans()):
            holder[key] = data.draw(JUNK)
        else:
            del holder[key]
    file, findings = shape_file(document, [])
    for finding in check(file, findings, load_default()).findings.errors:
        assert finding.message


@settings(max_examples=100, deadline=None)
@given(JUNK)
def test_any_document_is_answered(document: Any) -> None:
    file, findings = shape_file(document, [])
    assert check(file, findings, load_default()).findings.errors


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60), st.text(alphabet="{}[]:,-?&*!|>'\"%@`#\\ \n\tabx0\x00é", max_size=60).map(str.encode)
    )
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_bytes(content)
    except UnreadableFileError as error:
        assert str(error)


SAMPLE_TEXT = sample_files()[3].read_bytes()[:1500]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SAMPLE_TEXT)), st.integers(0, 40), st.binary(max_size=6))
def test_a_damaged_file_is_read_or_refused(start: int, length: int, patch: bytes) -> None:
    try:
        reading = read_bytes(SAMPLE_TEXT[:start] + patch + SAMPLE_TEXT[start + length :])
    except UnreadableFileError:
        return
    check(*shape_file(reading.document, reading.faults), load_default())
