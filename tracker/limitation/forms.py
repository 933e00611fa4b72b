"""Forms of charges: what the charge is, its limitation, and the acts that move it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from tracker.cases.forms.entry import LONG, SHORT, CheckboxListField
from tracker.cases.forms.fields import VAGUE_HINT, DayField, VagueField, WholeNumberField, text_of, uuid_of
from tracker.cases.models import CaseSubject
from tracker.core.countries import country_choices
from tracker.core.page_forms import PageForm
from tracker.limitation.models import Charge
from tracker.limitation.queries import Accused
from tracker.limitation.rules import ICC, Provision
from tracker.limitation.services import ActFacts, ChargeFacts
from tracker.limitation.words import ACT_WORDS, CERTAINTIES_HERE, CRIME_WORDS, LIMITATION_WORDS

_UNITS = [("years", _l("years")), ("months", _l("months"))]


class ChargeForm(PageForm):
    jurisdiction = SelectField(_l("Jurisdiction"), validate_choice=False)
    offence = StringField(
        _l("Charge"), [Length(max=SHORT)], description=_l("The offence in a line. Never a victim's name.")
    )
    accused = CheckboxListField(
        _l("Against whom"),
        choices=(),
        validate_choice=False,
        description=_l(
            "Nobody marked: it is not said against whom. Where limitation runs otherwise for one of them, "
            "enter the charge once for each."
        ),
    )
    crime = SelectField(
        _l("Kind of crime"), choices=list(CRIME_WORDS.items()), default="ordinary", validate_choice=False
    )
    law = StringField(_l("Article"), [Length(max=SHORT)], description=_l("Such as Criminal Code Art. 189 §3."))
    gravity = StringField(_l("Gravity as the law has it"), [Length(max=SHORT)])
    limitation = SelectField(
        _l("Limitation"), choices=list(LIMITATION_WORDS.items()), default="unknown", validate_choice=False
    )
    limitation_source = StringField(
        _l("Provision"),
        [Length(max=SHORT)],
        description=_l("The article that says so. Without one, leave the limitation unknown."),
    )
    certainty = SelectField(_l("How sure"), validate_choice=False)
    lapses_on = DayField(
        _l("Last day"),
        [Length(max=40)],
        description=_l("Typed as the law or the authority gives it; or leave it empty and have a period counted."),
    )
    counted_from = DayField(
        _l("Counted from"),
        [Length(max=40)],
        description=_l("The day from which the law counts. A clock starts from one day."),
    )
    period_amount = WholeNumberField(_l("Length of the period"), [Length(max=4)])
    period_unit = SelectField(_l("Unit of the period"), choices=_UNITS, default="years", validate_choice=False)
    note = TextAreaField(_l("Note"), [Length(max=LONG)])
    reason = StringField(_l("Why it is corrected"), [Length(max=SHORT)])

    def offer(self, on_case: Sequence[CaseSubject]) -> None:
        """The choices, in the reader's language; `on_case`: whom the charge may be against."""
        self.accused.choices = [(str(one.subject_id), one.subject.name) for one in on_case]
        court = (ICC, _("International Criminal Court"))
        self.jurisdiction.choices = [("", _("Choose one")), court, *country_choices()]
        self.certainty.choices = [("", _("Choose one")), *CERTAINTIES_HERE.items()]

    def take_over(self, found: Provision) -> None:
        """Say what a law says that the domain pages name; whoever saves it has looked."""
        self.limitation.data, self.limitation_source.data, self.certainty.data = "none", found.source, found.certainty

    @property
    def accused_ids(self) -> list[UUID]:
        return [found for one in self.accused.data or () if (found := uuid_of(one)) is not None]

    def to_facts(self) -> ChargeFacts:
        return ChargeFacts(
            jurisdiction=self.jurisdiction.data or "",
            offence=self.offence.data or "",
            crime=self.crime.data or "",
            law=text_of(self.law),
            gravity=text_of(self.gravity),
            limitation=self.limitation.data or "unknown",
            lapses_on=self.lapses_on.day,
            counted_from=self.counted_from.day,
            period_amount=self.period_amount.number,
            period_unit=(self.period_unit.data or None) if self.period_amount.number else None,
            limitation_source=text_of(self.limitation_source),
            certainty=self.certainty.data or None,
            note=text_of(self.note),
        )


class ActForm(PageForm):
    act_kind = SelectField(_l("What it does"), choices=list(ACT_WORDS.items()), validate_choice=False)
    act = StringField(
        _l("Which act"), [Length(max=SHORT)], description=_l("Such as: order to suspend, by whom, number.")
    )
    acted_on = VagueField(_l("When"), [Length(max=40)], description=VAGUE_HINT)
    act_source = StringField(_l("Source"), [Length(max=SHORT)])

    def to_facts(self) -> ActFacts:
        return ActFacts(self.act_kind.data or "", self.act.data or "", self.acted_on.vague, text_of(self.act_source))


def form_of(charge: Charge, accused: Sequence[Accused], on_case: Sequence[CaseSubject]) -> ChargeForm:
    """Filled with what stands; where the date was counted, the day itself is left to the counting."""
    names = (
        *("jurisdiction", "offence", "crime", "law", "gravity", "limitation", "limitation_source", "certainty"),
        *("counted_from", "period_amount", "note"),
    )
    said = {name: getattr(charge, name) for name in names}
    said["period_unit"] = charge.period_unit or "years"
    said["lapses_on"] = None if charge.counted_from else charge.lapses_on
    said["accused"] = [str(one.id) for one in accused]
    form = ChargeForm(data=said)
    form.offer(on_case)
    return form
