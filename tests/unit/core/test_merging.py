"""Three versions of one form: who changed what, and what is taken over."""

from __future__ import annotations

import json

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField

from tracker.core.merging import BOTH, THEIRS, YOURS, before_of, merge


class Sheet(Form):
    title = StringField("Title")
    notes = TextAreaField("Notes")
    kind = SelectField("Kind", choices=[("a", "First kind"), ("b", "Second kind")])
    version = HiddenField()


STOOD = {"title": "Old", "notes": "", "kind": "a", "version": "1"}


def sheet(stands: dict[str, str], typed: dict[str, str]) -> Sheet:
    return Sheet(MultiDict(STOOD | typed), data=STOOD | stands)


def test_a_form_remembers_how_it_stood() -> None:
    assert json.loads(before_of(Sheet(data=STOOD))) == {"title": "Old", "kind": "a"}


@pytest.mark.parametrize(
    ("stands", "typed", "changed_by", "ends_as"),
    [
        ({"title": "Theirs"}, {}, THEIRS, "Theirs"),
        ({}, {"title": "Mine"}, YOURS, "Mine"),
        ({"title": "Theirs"}, {"title": "Mine"}, BOTH, "Mine"),
    ],
)
def test_each_field_says_who_changed_it(
    stands: dict[str, str], typed: dict[str, str], changed_by: str, ends_as: str
) -> None:
    form = sheet(stands, typed)
    (row,) = merge(form, before_of(Sheet(data=STOOD)))
    assert (row.name, row.changed_by, row.before, form.title.data) == ("title", changed_by, "Old", ends_as)


def test_the_same_change_by_both_is_no_difference() -> None:
    assert merge(sheet({"title": "New"}, {"title": "New"}), before_of(Sheet(data=STOOD))) == []


def test_line_ends_of_a_browser_are_no_change() -> None:
    assert merge(sheet({"notes": "a\nb"}, {"notes": "a\r\nb"}), before_of(Sheet(data=STOOD))) == []


def test_choices_are_said_in_words_and_kept_as_values() -> None:
    (row,) = merge(sheet({"kind": "b"}, {"notes": ""}), before_of(Sheet(data=STOOD)))
    assert (row.before, row.theirs, row.their_value) == ("First kind", "Second kind", "b")


@pytest.mark.parametrize("before", [None, "", "no json", "[1]"])
def test_without_knowing_how_it_stood_nothing_is_taken_over(before: str | None) -> None:
    form = sheet({"title": "Theirs"}, {})
    (row,) = merge(form, before)
    assert (row.changed_by, row.before, form.title.data) == (BOTH, None, "Old")


def test_after_merging_the_form_carries_their_version_as_what_stood() -> None:
    form = sheet({"title": "Theirs"}, {"title": "Mine"})
    merge(form, before_of(Sheet(data=STOOD)))
    assert json.loads(before_of(form))["title"] == "Theirs"
