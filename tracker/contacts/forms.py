"""Shape and wording of what people enter about contacts and organisations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.contacts.facts import (
    LONGEST_LINE,
    LONGEST_NOTES,
    ContactFacts,
    OfficeFacts,
    OrganisationFacts,
    PrivateFacts,
)
from tracker.contacts.models import Contact, ContactPrivate, Organisation
from tracker.core.countries import country_choices
from tracker.core.errors import Invalid
from tracker.core.page_forms import PageForm

EMPTY_ROWS = 3
MOST_OFFICES = 60
Choices = Sequence[tuple[UUID, str]]


def line_of(text: str | None) -> str | None:
    """One line without characters that a database refuses; None when nothing is left."""
    return " ".join((text or "").replace("\x00", " ").split()) or None


def uuid_or_none(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    return UUID(value) if value and value != "None" else None


class OrganisationNameField(StringField):
    """An organisation by its name, with the known names offered; `organisation_id` is the one that is meant.

    `new_name`: a name that nobody has recorded yet, where the form is to make the organisation.
    """

    organisation_id: UUID | None = None
    makes_new = False
    offers_new = False

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self._known: dict[str, UUID] = {}

    def offer(self, organisations: Choices, makes_new: bool, offers_new: bool) -> None:
        """Say which organisations there are, and whether others are made, or could be; before validating."""
        self._known = {name.casefold(): organisation_id for organisation_id, name in organisations}
        self.organisation_id = self._known.get((line_of(self.data) or "").casefold())
        self.makes_new, self.offers_new = makes_new, offers_new

    @property
    def new_name(self) -> str | None:
        return line_of(self.data) if self.makes_new and self.organisation_id is None else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms'
        if line_of(self.data) and self.organisation_id is None and not self.makes_new:
            raise ValidationError(
                _("There is no organisation of this name. Choose one of the list, or tick that it is to be made.")
                if self.offers_new
                else _("There is no organisation of this name that you can see. Choose one of the list.")
            )


class CountrySelectField(SelectField):
    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, coerce=lambda value: value or None, **options)
        choices: list[tuple[str, str]] = [("", _("None")), *country_choices()]
        self.choices = choices


class OfficeForm(Form):
    """One row of offices; a row without a title is left out."""

    title = StringField(_l("Office"), [Length(max=LONGEST_LINE)])
    organisation = OrganisationNameField(_l("At"))
    held_from = StringField(_l("From"))
    held_to = StringField(_l("To"))

    @property
    def is_filled(self) -> bool:
        return bool(line_of(self.title.data) or line_of(self.held_from.data) or line_of(self.held_to.data))

    def facts(self) -> OfficeFacts:
        return OfficeFacts(
            line_of(self.title.data) or "",
            self.organisation.organisation_id,
            line_of(self.held_from.data),
            line_of(self.held_to.data),
        )


class ContactForm(PageForm):
    name = StringField(_l("Name"), [Length(max=LONGEST_LINE)])
    organisation = OrganisationNameField(_l("Organisation"))
    new_organisations = BooleanField(_l("Make the organisations that are not in the list yet"))
    country = CountrySelectField(_l("Country"))
    languages = StringField(_l("Languages"))
    offices = FieldList(FormField(OfficeForm), max_entries=MOST_OFFICES)
    email = StringField(_l("E-mail"), [Length(max=LONGEST_LINE)])
    phone = StringField(_l("Telephone"), [Length(max=LONGEST_LINE)])
    notes = TextAreaField(
        _l("Notes"), [Length(max=LONGEST_NOTES)], description=_l("No names of victims: numbers are enough.")
    )
    version = HiddenField()

    def offer(self, organisations: Choices, *, offers_new: bool) -> None:
        """`offers_new`: whoever fills it may bring an organisation along; from outside one would not see it."""
        makes_new = offers_new and bool(self.new_organisations.data)
        for field in self._organisation_fields():
            field.offer(organisations, makes_new, offers_new)

    def new_names(self) -> list[str]:
        """The organisations to make, each once, as they were first written."""
        names = [field.new_name for field in self._organisation_fields() if field.new_name]
        return list({name.casefold(): name for name in reversed(names)}.values())[::-1]

    def _organisation_fields(self) -> list[OrganisationNameField]:
        return [self.organisation, *(row.form.organisation for row in self.offices)]

    def add_rows(self, more: bool) -> None:
        """Empty rows at the end, so that the form works without a script; `more` on top of those that are there."""
        empty = 0 if more else sum(not row.form.is_filled for row in self.offices)
        for _number in range(min(EMPTY_ROWS - empty, MOST_OFFICES - len(self.offices))):
            self.offices.append_entry()

    def facts(self) -> ContactFacts:
        languages = (line_of(part) for part in (self.languages.data or "").split(","))
        return ContactFacts(
            line_of(self.name.data),
            self.organisation.organisation_id,
            self.country.data,
            tuple(dict.fromkeys(language for language in languages if language)),
            tuple(row.form.facts() for row in self.offices if row.form.is_filled),
        )

    def private(self) -> PrivateFacts:
        notes = (self.notes.data or "").replace("\x00", "").replace("\r\n", "\n").strip()
        return PrivateFacts(line_of(self.email.data), line_of(self.phone.data), notes or None)


class OrganisationForm(PageForm):
    name = StringField(
        _l("Name of the organisation"), [InputRequired(_l("Give the organisation's name.")), Length(max=LONGEST_LINE)]
    )
    country = CountrySelectField(_l("Country"))
    kind = StringField(
        _l("Kind"), [Length(max=LONGEST_LINE)], description=_l("For example ministry, court, NGO, law firm.")
    )
    version = HiddenField()

    def facts(self) -> OrganisationFacts:
        return OrganisationFacts(line_of(self.name.data) or "", self.country.data, line_of(self.kind.data))


def form_of_contact(contact: Contact, private: ContactPrivate | None) -> ContactForm:
    """The form of an existing contact; what was sent in this request wins."""
    offices = [
        {
            "title": office.title,
            "organisation": office.organisation.name if office.organisation else None,
            "held_from": office.held_from,
            "held_to": office.held_to,
        }
        for office in contact.offices
    ]
    return ContactForm(
        data={
            "name": contact.name,
            "organisation": contact.organisation.name if contact.organisation else None,
            "country": contact.country or "",
            "languages": ", ".join(contact.languages),
            "offices": offices,
            "email": private.email if private else None,
            "phone": private.phone if private else None,
            "notes": private.notes if private else None,
            "version": contact.version,
        }
    )


def form_of_organisation(organisation: Organisation) -> OrganisationForm:
    return OrganisationForm(
        data={
            "name": organisation.name,
            "country": organisation.country or "",
            "kind": organisation.kind,
            "version": organisation.version,
        }
    )


def show_faults(form: PageForm, problem: Invalid) -> None:
    """Put each fault at its field (`offices-0-title` too); those without one stand above the form."""
    fields = dict(_every_field(form))
    for fault in problem.faults:
        field = fields.get(fault.path)
        if field is None:
            form.form_errors.append(fault.message)
        else:
            field.errors = [*field.errors, fault.message]


def _every_field(form: Any) -> Iterator[tuple[str, Any]]:
    """Rows are counted as the facts count them: those that are filled."""
    for field in form:
        yield field.name, field
        if field.type == "FieldList":
            filled = [row.form for row in field if row.form.is_filled]
            for number, row in enumerate(filled):
                yield from ((f"{field.name}-{number}-{cell.short_name}", cell) for cell in row)
