"""Forms of records of periods."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from tracker.cases.forms.entry import LONG, SHORT
from tracker.cases.forms.fields import VAGUE_HINT, VagueField, text_of
from tracker.core.page_forms import PageForm
from tracker.pathways.spoken import spoken_rule
from tracker.periods.models import Period, PeriodRecord
from tracker.periods.reckoned import rule_choices
from tracker.periods.services import PeriodFacts, RecordFacts
from tracker.periods.words import END_WORDS, KIND_WORDS


class RecordForm(PageForm):
    kind = SelectField(_l("Kind"), choices=list(KIND_WORDS.items()), validate_choice=False)
    title = StringField(
        _l("Title"), [Length(max=SHORT)], description=_l("Such as: EU regime on Belarus; listing of the ministry.")
    )
    holder = StringField(
        _l("Who holds it"),
        [Length(max=SHORT)],
        description=_l("Listed, appointed, a member, empowered. Never a victim's name."),
    )
    authority = StringField(_l("Who grants and renews it"), [Length(max=SHORT)])
    rule_key = SelectField(
        _l("Rule by which it ends"),
        validate_choice=False,
        description=_l("Where the clock table has one. The end that an act prints prevails."),
    )
    note = TextAreaField(_l("Note"), [Length(max=LONG)])

    def offer(self) -> None:
        """The rules, in the reader's language."""
        rules = [(key, spoken_rule(rule).label) for key, rule in rule_choices().items()]
        self.rule_key.choices = [("", _("none")), *rules]

    def to_facts(self) -> RecordFacts:
        return RecordFacts(
            kind=self.kind.data or "",
            title=self.title.data or "",
            holder=text_of(self.holder),
            authority=text_of(self.authority),
            rule_key=self.rule_key.data or None,
            note=text_of(self.note),
        )


class PeriodForm(PageForm):
    begins_on = VagueField(_l("Begins"), [Length(max=40)], description=VAGUE_HINT)
    end_kind = SelectField(_l("Ends"), choices=list(END_WORDS.items()), default="day", validate_choice=False)
    ends_on = VagueField(_l("Last day"), [Length(max=40)], description=VAGUE_HINT)
    basis = StringField(
        _l("Act"), [Length(max=SHORT)], description=_l("By which it is granted or renewed: kind, number, day.")
    )
    source = StringField(_l("Source"), [Length(max=SHORT)])
    overlaps = BooleanField(_l("The acts overlap: enter it all the same"))

    def to_facts(self) -> PeriodFacts:
        return PeriodFacts(
            begins_on=self.begins_on.vague,
            ends_on=self.ends_on.vague if self.end_kind.data == "day" else None,
            end_kind=self.end_kind.data or "",
            basis=text_of(self.basis),
            source=text_of(self.source),
            is_overlapping=bool(self.overlaps.data),
        )


class CorrectionForm(PeriodForm):
    reason = StringField(_l("Why it is corrected"), [Length(max=SHORT)])


def form_of_record(record: PeriodRecord) -> RecordForm:
    names = ("kind", "title", "holder", "authority", "note")
    form = RecordForm(data={name: getattr(record, name) for name in names} | {"rule_key": record.rule_key or ""})
    form.offer()
    return form


def form_of_period(period: Period) -> CorrectionForm:
    names = ("begins_on", "end_kind", "ends_on", "basis", "source")
    said = {name: getattr(period, name) for name in names}
    return CorrectionForm(data=said | {"overlaps": period.is_overlapping})
