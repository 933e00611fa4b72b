from __future__ import annotations

from tracker.core import clock
from tracker.core.ids import ALPHABET, new_id, new_reference, seeded


def test_ids_are_version_7_and_sort_by_time_of_making():
    ids = [new_id() for _ in range(200)]
    assert ids == sorted(ids) and {identity.version for identity in ids} == {7}


def test_foreseen_ids_too_when_the_clock_stands_still():
    with clock.fixed(clock.now()), seeded(5):
        ids = [new_id() for _ in range(200)]
    assert ids == sorted(set(ids)) and {identity.version for identity in ids} == {7}
    assert {identity.variant for identity in ids} == {ids[0].variant}


def test_a_reference_has_its_prefix_and_a_random_part_without_look_alikes():
    prefix, code = new_reference("ICC").split("-")
    assert prefix == "ICC" and len(code) == 4 and set(code) <= set(ALPHABET)
    assert not set("01OILU") & set(ALPHABET)


def test_a_reference_grows_when_short_ones_are_taken():
    assert len(new_reference("ICC", attempt=4)) > len(new_reference("ICC", attempt=0))
