"""Forms of the case as a whole: opening it, editing its facts, its level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.cases.forms.entry import LONG, SHORT, EntryForm
from tracker.cases.forms.facts import fact_field, prepare, values_of
from tracker.cases.forms.fields import level_choices, uuid_of
from tracker.cases.models import Case, Dossier
from tracker.cases.services import CaseFacts, NewCase
from tracker.core.form_values import version_sent
from tracker.core.page_forms import PageForm
from tracker.pathways.schema import Definition, Detail, Fact

TITLE_HINT = _l("A line by which a colleague recognises it, such as “Latvia and the referral of Lithuania”.")
COUNTRIES_HINT = _l("Two-letter codes, such as LT, BY. EU and XK count too.")


class _CaseFields:
    """What both forms ask about the case."""

    title = StringField(
        _l("Title"), [InputRequired(_l("Give the case a title.")), Length(max=SHORT)], description=TITLE_HINT
    )
    case_summary = TextAreaField(_l("What the case is about"), [Length(max=LONG)])
    countries = StringField(_l("Countries"), [Length(max=SHORT)], description=COUNTRIES_HINT)
    dossier = SelectField(_l("Dossier"), validate_choice=False, description=_l("The bigger story that links cases."))

    details: tuple[Detail, ...] = ()

    def offer_dossiers(self, dossiers: Sequence[Dossier]) -> None:
        self.dossier.choices = [("", _l("none")), *((str(one.id), one.title) for one in dossiers)]

    def country_codes(self) -> tuple[str, ...]:
        said = (self.countries.data or "").replace(";", " ").replace(",", " ").upper()
        return tuple(dict.fromkeys(said.split()))


class CaseFactsForm(_CaseFields, PageForm):
    """Editing the facts of a case."""

    version = HiddenField()

    def to_facts(self) -> CaseFacts:
        said = values_of(self, "detail_", self.details)
        return CaseFacts(
            title=self.title.data or "",
            summary=self.case_summary.data or "",
            countries=self.country_codes(),
            dossier_id=uuid_of(self.dossier.data),
            details={detail.key: said.get(detail.key) for detail in self.details},
        )

    @property
    def expected_version(self) -> int:
        return version_sent(self.version.data) or 0


class NewCaseForm(_CaseFields, EntryForm):
    """Opening a case: its facts and its first entry."""

    case_level = SelectField(_l("Confidentiality of the case"), validate_choice=False)

    def to_case(self, definition: Definition, status: str) -> NewCase:
        return NewCase(
            pathway=definition.key,
            title=self.title.data or "",
            summary=self.case_summary.data or "",
            dossier_id=uuid_of(self.dossier.data),
            countries=self.country_codes(),
            level=self.case_level.data or None,
            details=values_of(self, "detail_", self.details),
            entry=self.to_entry(status),
        )


class LevelForm(PageForm):
    level = SelectField(_l("New level"), validate_choice=False)
    reason = TextAreaField(_l("Why it may be unsealed"), [Length(max=LONG)])
    version = HiddenField()

    @property
    def expected_version(self) -> int:
        return version_sent(self.version.data) or 0


class DossierForm(PageForm):
    title = StringField(_l("Title"), [InputRequired(_l("Give the dossier a title.")), Length(max=SHORT)])
    summary = TextAreaField(_l("What it is about"), [Length(max=LONG)])
    version = HiddenField()

    @property
    def expected_version(self) -> int:
        return version_sent(self.version.data) or 0


def new_case_form(definition: Definition, asked: Sequence[Fact], level: str) -> NewCaseForm:
    """The form for a case of this pathway, which asks for its details and for the facts that its first status needs."""
    detail_keys = {detail.key for detail in definition.details}
    own = tuple(fact for fact in asked if fact.field is None and fact.key not in detail_keys)
    fields: dict[str, Any] = {f"fact_{fact.key}": fact_field(fact) for fact in own}
    fields |= {f"detail_{detail.key}": fact_field(detail) for detail in definition.details}
    form_class = type("NewCaseFormOfPathway", (NewCaseForm,), {**fields, "asked": own, "details": definition.details})
    form: NewCaseForm = form_class(data={"case_level": level})
    form.offer(definition, "public", (), ())
    form.case_level.choices = level_choices()
    return form


def case_facts_form(definition: Definition, case: Case) -> CaseFactsForm:
    """The form of an existing case; what was sent in this request wins."""
    fields: dict[str, Any] = {f"detail_{detail.key}": fact_field(detail) for detail in definition.details}
    form_class = type("CaseFactsFormOfPathway", (CaseFactsForm,), {**fields, "details": definition.details})
    data = {
        "title": case.title,
        "case_summary": case.summary,
        "countries": ", ".join(case.countries),
        "dossier": str(case.dossier_id or ""),
        "version": case.version,
        **{f"detail_{key}": value for key, value in case.details.items()},
    }
    form: CaseFactsForm = form_class(data=data)
    prepare(form, "detail_", definition.details)
    return form
