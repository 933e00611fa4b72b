from __future__ import annotations

import runpy

import pytest

from tests.support.processes import ROOT

discreet = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["discreet"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/cases/", "/cases/"),
        ("/cases/ICC-K7QX/events", "/cases/:ref/events"),
        ("/people/0191f2c0-7a6b-7c3d-8e4f-5a6b7c8d9e0f", "/people/:id"),
        ("/people/ana@example.org/edit", "/people/:address/edit"),
        (f"/calendar/feeds/{'aB3_-' * 8}xyz.ics", "/calendar/feeds/:secret"),
        ("/x\nforged line", "/x\\nforged line"),
        ("/static/dist/app.css", "/static/dist/app.css"),
    ],
)
def test_the_access_log_names_no_person_no_case_and_no_secret(path: str, logged: str) -> None:
    assert discreet(path) == logged
