from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import Form

from tracker.cases.forms.facts import fact_field, values_of
from tracker.pathways.schema import Fact


@pytest.fixture(autouse=True)
def _request():
    app = Flask("facts")
    Babel(app)
    with app.test_request_context():
        yield


def facts_after_saving(fact: Fact, stands: Any, typed: str | None = None) -> dict[str, Any]:
    """Show `stands`, send the form back as it was shown (or with `typed`), and read it."""
    form_class: Any = type("FactsForm", (Form,), {"fact_x": fact_field(fact)})
    data = {"fact_x": stands} if stands is not None else {}
    shown = form_class(data=data)
    field = shown.fact_x
    text = field._value() if hasattr(field, "_value") else next((c[0] for c in field.iter_choices() if c[2]), "")
    sent = form_class(MultiDict({"fact_x": text if typed is None else typed}), data=data)
    assert sent.validate(), sent.errors
    return values_of(sent, "fact_", [fact])


@pytest.mark.parametrize("stands", [["LT", "LV"], {"LT": 3}, "a text", "at least 15", 40, 4.5, True, False])
@pytest.mark.parametrize("kind", ["text", "number", "boolean", "per_state"])
def test_saving_a_form_untouched_leaves_a_fact_of_any_type_as_it_stands(kind: Any, stands: Any) -> None:
    fact = Fact(key="x", label="X", type=kind)
    assert facts_after_saving(fact, stands) == {"x": stands}


def test_a_value_that_the_definition_does_not_know_stays_until_another_is_chosen() -> None:
    fact = Fact(key="x", label="X", values=("own_referral", "statement_only"))
    assert facts_after_saving(fact, "something_else") == {"x": "something_else"}
    assert facts_after_saving(fact, "something_else", typed="own_referral") == {"x": "own_referral"}


@pytest.mark.parametrize(
    ("kind", "typed", "means"), [("number", "1,5", 1.5), ("boolean", "yes", True), ("text", " new ", "new")]
)
def test_what_was_typed_replaces_what_stood(kind: Any, typed: str, means: Any) -> None:
    fact = Fact(key="x", label="X", type=kind)
    assert facts_after_saving(fact, ["old"], typed=typed) == {"x": means}


def test_an_emptied_field_clears_the_fact() -> None:
    assert facts_after_saving(Fact(key="x", label="X"), "old", typed="") == {}


@pytest.mark.parametrize("stands", [None, "2026-05-04", "2026-05", "in spring", ["LT"]])
@pytest.mark.parametrize(
    ("typed", "means"), [("2026-06-01", "2026-06-01"), ("June 2026", "2026-06"), ("1 Jun 2026", "2026-06-01")]
)
def test_a_date_is_taken_as_exactly_as_it_is_known(stands: Any, typed: str, means: str) -> None:
    assert facts_after_saving(Fact(key="x", label="X", type="date"), stands, typed=typed) == {"x": means}


@pytest.mark.parametrize("stands", ["2026-05-04", "2026-05", "in spring", ["LT"]])
def test_a_date_that_was_left_alone_stays_whatever_it_is(stands: Any) -> None:
    assert facts_after_saving(Fact(key="x", label="X", type="date"), stands) == {"x": stands}


def test_what_is_no_date_is_refused_where_somebody_typed_it() -> None:
    form_class: Any = type("FactsForm", (Form,), {"fact_x": fact_field(Fact(key="x", label="X", type="date"))})
    assert not form_class(MultiDict({"fact_x": "in spring"}), data={"fact_x": "2026-05-04"}).validate()
