"""A broken file names each fault with its line, and never breaks the checker."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.pathways.check import check_content, check_file


def faults_after(content: bytes, before: str, after: str) -> list[tuple[int, str]]:
    """The faults, as (line, message), of ``content`` with one text replaced."""
    text = content.decode()
    assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times"
    definition, faults = check_content(text.replace(before, after).encode())
    assert (definition is None) is bool(faults)
    return [(fault.line, fault.message) for fault in faults]


def line_of(content: bytes, text: str) -> int:
    return content.decode()[: content.decode().index(text)].count("\n") + 1


BROKEN = {
    "an unknown key": ("label: Application filed", "lable: Application filed", "unknown key 'lable'"),
    "an unknown phase": ("phase: decided", "phase: dreaming", "unknown phase 'dreaming'"),
    "an unknown kind": ("to: hearing, kind: forward", "to: hearing, kind: onward", "unknown kind 'onward'"),
    "an unknown role": ("registry_contact", "registry_friend", "'registry_friend'"),
    "an unknown target": ("{to: hearing,", "{to: hearings,", "did you mean 'hearing'?"),
    "a forward into a pause": (
        "{to: suspended, kind: suspend, verb: Record the suspension}\n    follow_ups",
        "{to: suspended, kind: forward, verb: Record the suspension}\n    follow_ups",
        "cannot be of kind 'forward'; it is suspend",
    ),
    "a back to a later row": ("to: jurisdiction_phase, kind: forward", "to: jurisdiction_phase, kind: back", "'back'"),
    "a target twice": (
        "{to: closed, kind: close",
        "{to: closed, kind: close, verb: End}\n      - {to: closed, kind: close",
        "twice",
    ),
    "a clock without a source": ("    source: Rules of Court Art. 44, fixed by order\n", "", "'source' is missing"),
    "a clock with a blank source": (
        "Statute of the International Court of Justice Art. 61(5)",
        "''",
        "'source' is empty",
    ),
    "an amount without a unit": ("    unit: years\n", "", "an amount needs a unit"),
    "a period of no type": ("    type: statutory\n", "    type: none\n", "has no period"),
    "a clock that no status ends": (
        "statuses: [judgment]",
        "statuses: [judgment], ends_with: [verdict]",
        "'verdict' is no status",
    ),
    "a clock on no status": ("statuses: [judgment]", "statuses: [verdict]", "'verdict' is no status"),
    "a clock on no fact": ("fact: memorial_due_on", "fact: memorial_on", "'memorial_on' is no fact"),
    "an unknown counting": ("counting: CM", "counting: CD", "unknown counting 'CD'"),
    "an unknown certainty": ("certainty: K\ninitial", "certainty: sure\ninitial", "unknown certainty 'sure'"),
    "an unknown beginning": ("initial: [preparing]", "initial: [prepared]", "'prepared' is no status"),
    "a paused beginning": ("initial: [preparing]", "initial: [preparing, suspended]", "cannot begin in 'suspended'"),
    "a key of two words": ("- key: pleadings", "- key: Written pleadings", "is no key"),
    "a follow-up of two times": ("offset_days: 14", "offset_days: 14, by_hand: true", "one of them"),
    "a follow-up without a time": (", offset_days: 1}", "}", "one of them"),
    "a follow-up by hand without a title": (
        "{key: review, offset_days: 30}",
        "{key: review, by_hand: true}",
        "needs a title",
    ),
    "an unknown anchor": ("anchor: memorial_due_on", "anchor: memorial", "neither a fact"),
    "a sitting that no fact names": ("anchor: memorial_due_on", "anchor: memorial_due_on, sitting: order", "no fact"),
    "a sitting instead of nothing": ("anchor: memorial_due_on", "sitting: order", "there is none"),
    "a period that goes on after the end": (
        "label: Discontinued\n    phase: closed",
        "label: Discontinued\n    phase: closed\n    keeps_period: true",
        "nothing goes on",
    ),
    "a number as text": ("offset_days: 14", "offset_days: soon", "'offset_days'"),
    "a fact per state of nothing": ("Memorial due, type: date", "Memorial due, type: per_state", "value_type"),
    "a version of nought": ("version: 1", "version: 0", "'version'"),
    "no moves but not closed": (
        "phase: closed\n  - key: not_pursued",
        "phase: open\n  - key: not_pursued",
        "no way out",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_definition_is_told_its_fault(tenth: bytes, name: str) -> None:
    before, after, expected = BROKEN[name]
    faults = faults_after(tenth, before, after)
    assert any(expected in message for _, message in faults), faults


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "    phase: decided",
            "    phase: dreaming",
            "unknown phase 'dreaming'; one of prep, open, paused, decided, closed",
        ),
        ("{to: hearing,", "{to: hearings,", "'hearings' is no status of this pathway (did you mean 'hearing'?)"),
        ("    unit: years", "    units: years", "unknown key 'units' (did you mean 'unit'?)"),
    ],
)
def test_a_fault_stands_on_the_line_of_what_is_wrong(tenth: bytes, before: str, after: str, expected: str) -> None:
    assert (line_of(tenth, before), expected) in faults_after(tenth, before, after)


def test_a_key_given_twice_is_told_on_the_line_of_the_second(tenth: bytes) -> None:
    faults = faults_after(tenth, "version: 1\n", "version: 1\nversion: 2\n")
    assert faults == [(line_of(tenth, "version: 1") + 1, "the key 'version' is given twice")]


def test_a_status_that_stands_twice_is_told(tenth: bytes) -> None:
    faults = faults_after(tenth, "- key: discontinued", "- key: closed")
    assert (line_of(tenth, "- key: discontinued"), "'closed' stands twice among the statuses") in faults


def test_a_status_without_a_way_in_is_told_on_its_first_line(tenth: bytes) -> None:
    faults = faults_after(tenth, "      - {to: hearing, kind: forward, verb: Open the hearing}\n", "")
    where = line_of(tenth, "- key: hearing") - 1
    assert faults == [(where, "no way in: 'hearing' is neither initial nor the next of any status")]


def test_statuses_that_only_reach_each_other_are_unreachable(tenth: bytes) -> None:
    island = b"""  - key: island
    label: Island
    phase: open
    next: [{to: reef, kind: forward, verb: Swim}]
  - key: reef
    label: Reef
    phase: open
    next: [{to: island, kind: back, verb: Swim back}]
clocks:"""
    _, faults = check_content(tenth.replace(b"clocks:", island))
    assert [fault.message for fault in faults] == [
        "'island' cannot be reached from preparing",
        "'reef' cannot be reached from preparing",
    ]


def test_every_fault_is_listed_and_in_the_order_of_lines(tenth: bytes) -> None:
    text = tenth.decode()
    for name in ("an unknown phase", "an unknown target", "a clock without a source", "an unknown role"):
        text = text.replace(*BROKEN[name][:2])
    _, faults = check_content(text.encode())
    lines = [fault.line for fault in faults]
    assert lines == sorted(lines)
    for name in ("an unknown phase", "an unknown target", "a clock without a source", "an unknown role"):
        assert any(BROKEN[name][2] in fault.message for fault in faults), name


def test_norway_and_dates_stay_text(tenth: bytes) -> None:
    definition, faults = check_content(
        tenth.replace(b"label: Applicant}\n  - {key: resp", b"label: NO}\n  - {key: resp")
    )
    assert faults == ()
    assert definition is not None and definition.details[0].label == "NO"
    assert check_content(tenth.replace(b"label: Suspended", b"label: 2026-11-22"))[1] == ()


@pytest.mark.parametrize(
    ("content", "line", "expected"),
    [
        (b"", 1, "the file is empty"),
        (b"# only a remark\n", 1, "the file is empty"),
        (b"- a\n- b\n", 1, "a definition is a map"),
        (b"just words", 1, "a definition is a map"),
        (b"key: x\nlabel: \xff\xfe\n", 2, "the file is not UTF-8 text"),
        (b"\x00\x01\x02PK\x03", 1, "not YAML"),
        (b"key: x\nlabel: [unclosed\n", 3, "not YAML"),
        (b"key: x\n\tlabel: tab\n", 2, "not YAML"),
        (b"key: x\n---\nkey: y\n", 2, "not YAML"),
        (b"key: &a [*a]\n", 1, "nested too deeply"),
        (b"? [a, b]\n: c\n", 1, "a key must be a word"),
        (b"key: !!python/object:os.system x\n", 1, "has no place"),
        (b"[" * 5000, 1, ""),
        (b"statuses: 7\nclocks: {a: b}\ninitial: [[1]]\n", 1, "'clocks'"),
    ],
)
def test_what_is_no_definition_at_all_is_told_so(content: bytes, line: int, expected: str) -> None:
    definition, faults = check_content(content)
    assert definition is None
    assert any(expected in fault.message for fault in faults), faults
    assert faults[0].line == line


def test_a_bomb_of_aliases_is_refused() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    definition, faults = check_content("\n".join(layers).encode())
    assert definition is None
    assert "too many values" in {fault.message for fault in faults}


def test_a_file_that_is_not_there_is_a_fault_not_an_error(tmp_path: Path) -> None:
    definition, faults = check_file(tmp_path / "none.yaml")
    assert definition is None
    assert str(faults[0]).startswith(f"{tmp_path / 'none.yaml'}:1: cannot be read")
    assert check_file(tmp_path)[1][0].message.startswith("cannot be read")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_checker(content: bytes) -> None:
    definition, faults = check_content(content)
    assert definition is None and faults


@given(st.data())
def test_no_damage_to_a_good_file_breaks_the_checker(data: st.DataObject) -> None:
    good = (Path(__file__).parents[2] / "fixtures" / "interstate_case.yaml").read_text(encoding="utf-8").splitlines()
    number = data.draw(st.integers(0, len(good) - 1))
    good[number] = data.draw(
        st.sampled_from(["", "  - 7", "statuses: {}", "    next: {a: 1}", "clocks: [null, 3]", "  x"])
    )
    definition, faults = check_content("\n".join(good).encode())
    assert (definition is None) is bool(faults)
