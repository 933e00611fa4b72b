from __future__ import annotations

import re
from collections.abc import Callable

import wtforms
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

Render = Callable[..., str]


class _CheckList(wtforms.SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _Row(wtforms.Form):
    title = wtforms.StringField(validators=[InputRequired(lazy_gettext("Enter a title."))])


class _Form(FlaskForm):
    day = wtforms.StringField(
        "When it happened",
        description="Such as 2026-11-20.",
        validators=[InputRequired(lazy_gettext("Enter the day."))],
    )
    note = wtforms.TextAreaField("Note")
    level = wtforms.RadioField(
        "Level",
        choices=[("internal", "Internal"), ("sealed", "Sealed")],
        validators=[InputRequired(lazy_gettext("Choose a level."))],
    )
    flags = _CheckList("Flags", choices=[("appeal", "Appeal pending"), ("custody", "In custody")])
    rows = wtforms.FieldList(wtforms.FormField(_Row), min_entries=2)
    token = wtforms.HiddenField(default="kept")


def _refused() -> _Form:
    form = _Form(MultiDict({"rows-0-title": "Call", "rows-1-title": ""}), meta={"csrf": False})
    assert not form.validate()
    return form


def test_summary_says_the_whole_message_and_links_to_the_box_that_takes_the_answer(render: Render) -> None:
    html = render("{{ forms.error_summary(form) }}", form=_refused())
    assert 'role="alert"' in html
    assert '<a href="#day">Enter the day.</a>' in html
    assert '<a href="#level-0">Choose a level.</a>' in html
    assert ">Enter a title.</a>" in html


def test_a_form_without_faults_has_no_summary(render: Render) -> None:
    assert "There is a problem" not in render("{{ forms.error_summary(form) }}", form=_Form(formdata=None))


def test_the_same_words_stand_at_the_field_and_are_read_with_it(render: Render) -> None:
    html = render("{{ forms.field(form.day) }}", form=_refused())
    box = re.search(r"<input[^>]*>", html)
    assert box is not None
    assert 'aria-describedby="day-hint day-error"' in box[0]
    assert 'aria-invalid="true"' in box[0]
    assert 'aria-required="true"' in box[0]
    assert re.search(r'id="day-hint">Such as 2026-11-20\.<', html)
    assert re.search(r'id="day-error">.*Enter the day\.<', html, re.DOTALL)


def test_what_need_not_be_answered_says_so_in_words(render: Render) -> None:
    form = _Form(formdata=None)
    assert "(optional)" in render("{{ forms.field(form.note) }}", form=form)
    assert "(optional)" not in render("{{ forms.field(form.day) }}", form=form)


def test_groups_of_boxes_are_a_fieldset_with_a_legend_and_one_label_each(render: Render) -> None:
    form = _Form(MultiDict({"flags": "custody", "level": "sealed"}), meta={"csrf": False})
    html = render("{{ forms.field(form.flags) }}{{ forms.field(form.level) }}", form=form)
    assert html.count("<legend") == html.count("<fieldset") == 2
    assert re.search(r'type="checkbox" name="flags" id="flags-1" value="custody" checked', html)
    assert re.search(r'type="radio" name="level" id="level-1" value="sealed" checked', html)
    assert 'for="flags-0">Appeal pending' in html


def test_every_form_that_changes_something_carries_the_token_and_a_search_does_not(render: Render) -> None:
    assert 'name="csrf_token"' in render("{{ forms.form_start() }}")
    assert 'name="csrf_token"' in render("{{ forms.post_button('/x', 'Void') }}")
    assert 'name="csrf_token"' not in render("{{ forms.form_start(method='get') }}")


def test_the_page_that_asks_first_sends_the_answer_with_the_form(render: Render) -> None:
    html = render("{{ forms.confirm_page('Sure?', 'It goes.', '/go', 'Remove', '/back', {'version': 3}) }}")
    assert 'name="confirmed" value="1"' in html
    assert 'name="version" value="3"' in html
    assert 'href="/back"' in html


def test_hidden_fields_are_printed_without_a_second_token(render: Render) -> None:
    html = render("{{ forms.hidden_fields(form) }}", form=_Form(formdata=None))
    assert 'name="token"' in html
    assert "csrf_token" not in html


def test_a_blocked_choice_cannot_be_taken_and_says_why(render: Render) -> None:
    html = render("{{ forms.choice_card('move', 'close', 'Close', disabled_reason='Two follow-ups are open') }}")
    assert re.search(r"<input[^>]* disabled[^>]*aria-describedby=\"move-close-text\"", html)
    assert re.search(r'id="move-close-text".*Two follow-ups are open', html)


def test_an_attribute_that_is_none_is_left_out(render: Render) -> None:
    html = render('{{ forms.field(form.note, autofocus=none, data_key="f") }}', form=_Form(formdata=None))
    assert 'data-key="f"' in html and "autofocus" not in html
