"""Forms of recommendations, of their assessments, and of figures that an assessor states."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.cases.forms.entry import LONG, SHORT
from tracker.cases.forms.fields import VAGUE_HINT, VagueField, WholeNumberField, text_of
from tracker.core.country_names import country_codes
from tracker.core.page_forms import PageForm
from tracker.followups.forms import DayField
from tracker.followups.rules import LONGEST_TITLE
from tracker.recommendations.assessing import AssessmentFacts, StatedFacts
from tracker.recommendations.models import Recommendation
from tracker.recommendations.rules import NAMES
from tracker.recommendations.services import LONGEST_NUMBER, RecommendationFacts
from tracker.recommendations.words import ASSESSMENT_WORDS, FIGURE_WORDS, POSITION_WORDS, states_words


class StatesField(StringField):
    """Names or codes of countries; `codes` is what they mean, what was typed stays as it is."""

    codes: tuple[str, ...] = ()

    def process_data(self, value: Any) -> None:
        self.data = states_words(value or ())
        self.codes = tuple(value or ())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms's
        codes, unknown = country_codes(self.data or "")
        if unknown:
            raise ValidationError(_("No country is known by the name: %(names)s.", names="; ".join(unknown)[:200]))
        self.codes = tuple(codes)


class RecommendationForm(PageForm):
    number = StringField(
        _l("Number"),
        [Length(max=LONGEST_NUMBER)],
        description=_l("In the report of the Working Group, such as 138.45."),
    )
    cycle = WholeNumberField(_l("Cycle"), [Length(max=2)])
    text = TextAreaField(_l("Recommendation"), [Length(max=LONG)], description=_l("The exact words of the report."))
    states = StatesField(
        _l("Recommended by"), [Length(max=LONG)], description=_l("Names or codes of States, between commas.")
    )
    state_position = SelectField(
        _l("Position of the State"), choices=list(POSITION_WORDS.items()), default="unknown", validate_choice=False
    )
    theme = StringField(_l("Theme"), [Length(max=SHORT)])
    repeats = StringField(
        _l("Repeats number"),
        [Length(max=LONGEST_NUMBER)],
        description=_l("Its number in the cycle before, where that case is linked with this one."),
    )
    note = TextAreaField(_l("Note"), [Length(max=LONG)])
    reason = StringField(_l("Why it is corrected"), [Length(max=SHORT)])

    def to_facts(self) -> RecommendationFacts:
        return RecommendationFacts(
            text=self.text.data or "",
            number=text_of(self.number),
            states=self.states.codes,
            state_position=self.state_position.data or "",
            cycle=self.cycle.number,
            theme=text_of(self.theme),
            note=text_of(self.note),
        )


class AssessmentForm(PageForm):
    assessor = StringField(
        _l("Who assesses it"), [Length(max=SHORT)], description=_l("An organisation as it calls itself, or NAM.")
    )
    assessment = SelectField(_l("Assessment"), validate_choice=False)
    assessed_on = VagueField(_l("When"), [Length(max=40)], description=VAGUE_HINT)
    assessment_source = StringField(_l("Source"), [Length(max=SHORT)])
    assessment_note = TextAreaField(_l("Note"), [Length(max=LONG)])

    def offer(self) -> None:
        """The choices, in the reader's language."""
        self.assessment.choices = [("", _("Choose one")), *ASSESSMENT_WORDS.items()]

    def to_facts(self) -> AssessmentFacts:
        return AssessmentFacts(
            assessor=self.assessor.data or "",
            assessment=self.assessment.data or "",
            assessed_on=self.assessed_on.vague,
            source=text_of(self.assessment_source),
            note=text_of(self.assessment_note),
        )


class WorkForm(PageForm):
    """A follow-up made from a recommendation."""

    title = StringField(
        _l("What is to be done?"),
        [InputRequired(_l("Say in a few words what is to be done.")), Length(max=LONGEST_TITLE)],
    )
    due = DayField(_l("Due"), description=DayField.help_words)


class TableForm(PageForm):
    file = FileField(_l("Table, as CSV or XLSX"))
    assessor = StringField(
        _l("Who assesses them"),
        [Length(max=SHORT)],
        description=_l("Only where the table holds assessments and no column says whose."),
    )


class FiguresForm(PageForm):
    assessor = StringField(
        _l("Who states them"), [Length(max=SHORT)], description=_l("An organisation as it calls itself, or NAM.")
    )
    stated_on = VagueField(_l("When"), [Length(max=40)], description=VAGUE_HINT)
    total = WholeNumberField(FIGURE_WORDS["total"], [Length(max=5)])
    assessed = WholeNumberField(FIGURE_WORDS["assessed"], [Length(max=5)])
    implemented = WholeNumberField(FIGURE_WORDS["implemented"], [Length(max=5)])
    partially = WholeNumberField(FIGURE_WORDS["partially"], [Length(max=5)])
    not_implemented = WholeNumberField(FIGURE_WORDS["not_implemented"], [Length(max=5)])
    not_assessed = WholeNumberField(FIGURE_WORDS["not_assessed"], [Length(max=5)])
    source = StringField(_l("Source"), [Length(max=SHORT)])
    note = TextAreaField(_l("Note"), [Length(max=LONG)])

    def to_facts(self) -> StatedFacts:
        return StatedFacts(
            assessor=self.assessor.data or "",
            stated_on=self.stated_on.vague,
            source=text_of(self.source),
            note=text_of(self.note),
            **{name: self[name].number for name in NAMES},
        )


def form_of(row: Recommendation, repeats: str | None) -> RecommendationForm:
    """Filled with what stands; `repeats`: the number of what it repeats, where the reader sees that."""
    names = ("number", "cycle", "text", "states", "state_position", "theme", "note")
    return RecommendationForm(data={name: getattr(row, name) for name in names} | {"repeats": repeats})
