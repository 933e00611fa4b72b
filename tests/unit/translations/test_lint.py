from __future__ import annotations

import pytest

from translations.lint import bare_words_of_python, bare_words_of_template


@pytest.mark.parametrize(
    "source",
    [
        "<p>Nothing here</p>",
        "<p>{{ name }} leads</p>",
        '<a title="Go home">{{ icon("home") }}</a>',
        '<button aria-label="Close">×</button>',
        '<input placeholder="Your name">',
        '{{ button("Save the case") }}',
        '{{ button(label="Save") }}',
        "{% if open %}Open{% endif %}",
        '{% macro close() %} aria-label="Close" class="btn primary"{% endmacro %}',
    ],
)
def test_words_past_the_catalogue_are_found(source: str) -> None:
    assert len(bare_words_of_template(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('Nothing here') }}</p>",
        "<p>{% trans name=name %}{{ name }} leads{% endtrans %}</p>",
        "{% trans count=cases %}{{ count }} case{% pluralize %}{{ count }} cases{% endtrans %}",
        '<a class="btn btn-primary" href="/cases" data-menu>{{ icon("home") }}</a>',
        "{% block page_class %}page-text{% endblock %}",
        '{{ ngettext("One case", "Many cases", count) }}',
        '{% if field.type == "Select" or "Select" in field.type %}·{% endif %}',
        "{# A comment is for us #}",
        '{% macro wrong(name) %} aria-invalid="true" aria-describedby="{{ name }}-error"{% endmacro %}',
        "<code>LT: 2026</code> — 12 %",
    ],
)
def test_words_of_the_catalogue_and_of_the_machine_are_left_alone(source: str) -> None:
    assert bare_words_of_template(source) == []


@pytest.mark.parametrize(
    "source",
    [
        'flash("Saved.")',
        'raise Invalid(Fault("title", "Too long."))',
        'raise NotPermitted(f"{name} may not do this.")',
        'name = StringField("Name")',
        'name = StringField(_("Name"), description="As in the passport")',
        'DataRequired(message="Enter a name.")',
    ],
)
def test_a_sentence_in_the_code_past_the_catalogue_is_found(source: str) -> None:
    assert len(bare_words_of_python(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'flash(_("Saved."), "success")',
        'raise Invalid(Fault("title", _("Too long.")))',
        'raise Conflict(_("Changed."), version)',
        'name = StringField(_l("Name"), validators=[DataRequired(message=_l("Enter a name."))])',
        'log.info("Saved.")',
    ],
)
def test_a_sentence_of_the_catalogue_is_left_alone(source: str) -> None:
    assert bare_words_of_python(source) == []
