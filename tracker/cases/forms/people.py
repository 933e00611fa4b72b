"""Forms of who and what belongs to a case: members, contacts, subjects, links."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.cases.forms.entry import LONG, SHORT
from tracker.cases.forms.fields import LINK_WORDS, MEMBER_WORDS, DayField, LinesField, text_of, uuid_of
from tracker.cases.services import SubjectOnCase
from tracker.core.page_forms import PageForm

KIND_HINT = _l("A lead decides on members and levels; a member writes; a reader reads.")


class MemberForm(PageForm):
    person = SelectField(_l("Person"), validate_choice=False)
    kind = SelectField(
        _l("As"), choices=list(MEMBER_WORDS.items()), default="member", validate_choice=False, description=KIND_HINT
    )
    reason = StringField(_l("Why they need to know"), [Length(max=SHORT)])
    starts_on = DayField(_l("From"), [Length(max=40)], description=_l("Empty: from now on."))
    ends_on = DayField(_l("Until"), [Length(max=40)], description=_l("Empty: until somebody ends it."))


class ContactOnCaseForm(PageForm):
    contact = SelectField(_l("Contact"), validate_choice=False)
    role = SelectField(_l("Role on this case"), validate_choice=False)


class SubjectForm(PageForm):
    """A subject on a case. Never a victim."""

    subject = SelectField(_l("Somebody known already"), validate_choice=False)
    name = StringField(_l("Name"), [Length(max=SHORT)], description=_l("Of somebody new. Never a victim or witness."))
    kind = SelectField(_l("Kind"), choices=[("person", _l("Person")), ("entity", _l("Entity"))], validate_choice=False)
    office = StringField(_l("Office"), [Length(max=SHORT)])
    role = StringField(
        _l("Role in this case"), [Length(max=SHORT)], description=_l("Such as accused, suspect, listed.")
    )
    counts = LinesField(_l("Charges or counts"), [Length(max=LONG)], description=_l("One a line."))
    outcome = TextAreaField(_l("Outcome for this person"), [Length(max=LONG)])

    def to_subject(self) -> SubjectOnCase:
        return SubjectOnCase(
            subject_id=uuid_of(self.subject.data),
            name=self.name.data or "",
            kind=self.kind.data or "person",
            office=text_of(self.office),
            role=text_of(self.role),
            counts=self.counts.lines,
            outcome=text_of(self.outcome),
        )


class LinkForm(PageForm):
    kind = SelectField(_l("This case"), choices=list(LINK_WORDS.items()), validate_choice=False)
    to = StringField(_l("Reference of the other case"), [Length(max=40)], description=_l("Such as ICC-K7QX."))


class VoidForm(PageForm):
    void_reason = TextAreaField(
        _l("Why the entry is wrong"), [InputRequired(_l("Say why the entry is wrong.")), Length(max=LONG)]
    )
