from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, flash, render_template

Render = Callable[..., str]
TODAY = date(2026, 11, 22)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "Overdue by 3 days 19 Nov 2026"),
        (-1, "Overdue by 1 day 21 Nov 2026"),
        (0, "Today 22 Nov 2026"),
        (1, "Tomorrow 23 Nov 2026"),
        (14, "in 14 days 6 Dec 2026"),
        (15, "7 Dec 2026"),
    ],
)
def test_due_says_in_words_how_near_the_day_is(render: Render, days: int, words: str) -> None:
    assert _words(render("{{ ui.due(day, today) }}", day=TODAY + timedelta(days), today=TODAY)) == words


def test_what_is_done_is_never_overdue(render: Render) -> None:
    assert _words(render("{{ ui.due(day, day, done=true) }}", day=TODAY)) == "22 Nov 2026"


@pytest.mark.parametrize("phase", ["prep", "open", "paused", "decided", "closed"])
def test_a_status_has_words_and_a_shape_of_its_phase(render: Render, phase: str) -> None:
    html = render("{{ ui.status_badge('Suspended', phase) }}", phase=phase)
    assert _words(html) == "Suspended"
    assert f"#phase-{phase}" in html


def test_zero_is_not_a_link(render: Render) -> None:
    assert "<a" in render("{{ ui.stat('Overdue', 2, '/late') }}")
    assert "<a" not in render("{{ ui.stat('Overdue', 0, '/late') }}")


def test_names_cannot_bring_markup_into_the_page(render: Render) -> None:
    html = render("{{ ui.person(name) }}{{ ui.follow_up_row(name, '/x', '/t', '') }}", name='<b onclick="x">Eve')
    assert "<b " not in html
    assert '"x"' not in html


def test_the_pager_disappears_when_there_is_one_page(render: Render) -> None:
    assert render("{{ ui.pager(none, none) }}").strip() == ""
    assert 'rel="next"' in render("{{ ui.pager(none, '/next') }}")


def test_each_cell_repeats_its_column_for_phones(render: Render) -> None:
    assert render("{{ ui.cell('Lead', 'Anna') }}") == '<td data-label="Lead">Anna</td>'
    assert render("{{ ui.cell('Case', 'A', header=true) }}") == '<th scope=row data-label="Case">A</th>'


def test_a_message_that_can_be_undone_brings_its_button(app: Flask) -> None:
    flash("Done: call the ministry", "undo:/follow-ups/7/reopen")
    html = render_template("layouts/_flashes.html")
    assert re.search(
        r'<form[^>]* method="post" action="/follow-ups/7/reopen".*name="csrf_token".*Undo', html, re.DOTALL
    )
