from __future__ import annotations

import pytest
from flask import Flask

from tracker.core import languages
from tracker.pathways.machine import judge
from tracker.pathways.options import lawful_moves
from tracker.pathways.registry import load_default
from tracker.pathways.spoken import spoken
from tracker.pathways.state import CaseState
from tracker.pathways.strings import translatable_strings


@pytest.fixture
def app() -> Flask:
    app = Flask("spoken")
    languages.init_app(app)
    return app


def test_every_sentence_of_a_definition_is_said_in_the_readers_language(app: Flask) -> None:
    for definition in load_default(None).all():
        with app.test_request_context():
            languages.use_wishes("be", "UTC")
            said = spoken(definition)
        english, belarusian = translatable_strings(definition), set(translatable_strings(said))
        kept = [words for words in english if words in belarusian and any(letter.isalpha() for letter in words)]
        assert kept == []


def test_keys_and_rules_stay_as_they_are(app: Flask) -> None:
    definition = load_default(None).get("country_accession")
    with app.test_request_context():
        languages.use_wishes("be", "UTC")
        said = spoken(definition)
    assert [row.key for row in said.statuses] == [row.key for row in definition.statuses]
    assert list(said.by_key) == list(definition.by_key)
    assert (
        said.status("considering").label == said.by_key["considering"].label != definition.status("considering").label
    )
    assert said.status("considering").moves.keys() == definition.status("considering").moves.keys()


def test_english_readers_and_commands_get_the_definition_itself(app: Flask) -> None:
    definition = load_default(None).get("country_accession")
    with app.test_request_context():
        languages.use_wishes("en", "UTC")
        assert spoken(definition) is definition
    with app.app_context():
        languages.use_wishes("be", "UTC")
        assert spoken(definition) is definition
    assert spoken(definition) is definition


def test_a_refusal_is_said_in_the_readers_language_and_labels(app: Flask) -> None:
    definition = load_default(None).get("country_accession")
    refused = judge(definition, CaseState("considering"), "in_force")
    with app.test_request_context():
        languages.use_wishes("be", "UTC")
        said = spoken(definition)
        assert f"«{said.status('considering').label}»" in refused.message
        assert f"«{said.status('in_force').label}»" in refused.message
        assert "considering" not in refused.message and "does not lead" not in refused.message


def test_the_copy_is_made_once(app: Flask) -> None:
    definition = load_default(None).get("country_accession")
    with app.test_request_context():
        languages.use_wishes("be", "UTC")
        assert spoken(definition) is spoken(definition)


def test_moves_that_the_code_offers_speak_the_language_too(app: Flask) -> None:
    definition = load_default(None).get("country_accession")
    with app.test_request_context():
        languages.use_wishes("be", "UTC")
        verbs = {option.verb for option in lawful_moves(spoken(definition), CaseState())}
    assert len(verbs) == 1
    assert "Begin here" not in verbs
