from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracker.interchange.limits import UnreadableFileError
from tracker.interchange.reading import read_bytes, read_file, read_text


def test_unquoted_dates_stay_text() -> None:
    assert read_text("occurred_on: 2024-09-30").document == {"occurred_on": "2024-09-30"}


def test_no_is_norway_as_value_and_as_key() -> None:
    assert read_text("countries: [NO, no, yes, on]\nreceived_on: {NO: x}").document == {
        "countries": ["NO", "no", "yes", "on"],
        "received_on": {"NO": "x"},
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("~", None),
        ("", None),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(written: str, meant: object) -> None:
    assert read_text(f"value: {written}").document == {"value": meant}


def test_merge_keys_of_yaml_1_1_are_plain_keys() -> None:
    assert read_text("a: &a {x: 1}\nb: {<<: *a}").document["b"] == {"<<": {"x": 1}}


def test_json_and_yaml_of_the_same_data_read_alike() -> None:
    data = {"format": "x", "cases": [{"ref": "C1", "countries": ["NO"], "details": {"vote": {"for": 1}}}]}
    assert read_text(json.dumps(data)).document == data
    assert read_text("format: x\ncases:\n  - {ref: C1, countries: [NO], details: {vote: {for: 1}}}").document == data


def test_a_yaml_file_may_begin_with_a_brace() -> None:
    assert read_text("{format: x, cases: []}").document == {"format": "x", "cases": []}


@pytest.mark.parametrize(
    "text", ["cases:\n  - {ref: A, ref: B}", '{"cases": [{"ref": "A", "ref": "B"}]}', "cases:\n- ref: A\n  ref: B"]
)
def test_a_key_that_stands_twice_is_a_fault_with_its_path(text: str) -> None:
    reading = read_text(text)
    assert [fault.path for fault in reading.faults] == ["cases[0].ref"]
    assert reading.document == {"cases": [{"ref": "A"}]}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_bytes(b"\xef\xbb\xbfformat: x").document == {"format": "x"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"a: [1, 2",
        b"a: b: c",
        b"'unfinished",
        b'"\\xZZ"',
        b'"\\ud800',
        b"%YAML 9",
        b"%TAG !e! tag:example,2000:\n!e!x: {",
        b"a: 1\n---\nb: 2",
        b"a: *nowhere",
        b"&a [*a]",
        b"? [a, b]\n: c",
        b"[" * 5000,
        b'{"a":' * 5000,
        b"\t- a",
        b"\x00",
        b"a: \x07",
    ],
)
def test_what_cannot_be_read_ends_in_one_clear_error(content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_bytes(content)
    assert str(caught.value).endswith(".") or str(caught.value).endswith(").")


def test_aliases_cannot_multiply_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(UnreadableFileError, match="more than"):
        read_text("\n".join(lines))


def test_an_alias_repeats_what_its_anchor_holds() -> None:
    assert read_text("a: &x {b: 1}\nc: *x").document == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    "text", ["a: .inf", "a: -.INF", "a: .NaN", "a: 1e999", '"a": !!python/name:os.system x', "a: " + "9" * 5000]
)
def test_values_that_no_fact_can_have_are_faults(text: str) -> None:
    assert [fault.path for fault in read_text(text).faults] == ["a"]


@pytest.mark.parametrize("text", ['{"a": "x\\u0000y"}', 'a: "x\\0y"', '{"a": "\\ud800"}'])
def test_text_that_no_database_can_hold_is_a_fault(text: str) -> None:
    assert [fault.path for fault in read_text(text).faults] == ["a"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_not_json_are_faults_with_their_place(value: str) -> None:
    reading = read_text('{"cases": [{"details": {"votes": [1, ' + value + "]}}]}")
    assert [fault.path for fault in reading.faults] == ["cases[0].details.votes[1]"]
    if value.lstrip("-")[0].isalpha():
        assert f"{value} is not JSON" in reading.faults[0].message


@pytest.mark.parametrize("content", ['{"format": "accountability-dossier/1",', "{'a': 1}", '{"a": 1,}', "a: b", ""])
def test_a_broken_json_file_is_called_not_json(tmp_path: Path, content: str) -> None:
    path = tmp_path / "dossier.JSON"
    path.write_text(content)
    with pytest.raises(UnreadableFileError, match=r"The file is not JSON: line 1, column \d+: "):
        read_file(path)


def test_a_missing_file_and_a_folder_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.yaml", tmp_path):
        with pytest.raises(UnreadableFileError, match="cannot be opened"):
            read_file(path)
