"""Shape and wording of what people enter about follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from tracker.access.levels import Level
from tracker.core.errors import Invalid
from tracker.core.form_values import version_sent
from tracker.core.page_forms import PageForm
from tracker.followups.assignees import Candidate
from tracker.followups.dates import NotADay
from tracker.followups.models import FollowUp
from tracker.followups.rules import LONGEST_NOTES, LONGEST_TITLE
from tracker.followups.today import read_day_here

KIND_WORDS = {
    "follow_up": _l("Follow-up"),
    "deadline": _l("Deadline"),
    "hearing": _l("Hearing"),
    "renewal": _l("Renewal"),
}
STATUS_WORDS = {
    "open": _l("Open"),
    "in_progress": _l("In progress"),
    "waiting": _l("Waiting on others"),
    "done": _l("Done"),
    "cancelled": _l("Cancelled"),
}
PRIORITY_WORDS = {
    "low": _l("Low"),
    "normal": _l("Normal"),
    "high": _l("High"),
    "urgent": _l("Urgent"),
}
LEVEL_WORDS = {
    "public": _l("Public"),
    "internal": _l("Internal"),
    "restricted": _l("Restricted"),
    "sealed": _l("Sealed"),
}


def uuid_or_none(value: Any) -> UUID | None:
    """What a select holds or sent. Raises ValueError for what is no id, which WTForms reports at the field."""
    if isinstance(value, UUID):
        return value
    return UUID(value) if value and value != "None" else None


class DayField(StringField):
    """A day as people type it. `day` is what it means; what was typed stays as it is."""

    day: date | None = None
    countries: Sequence[str] = ()
    """The case's: their working days count. Set before the form is validated."""
    help_words = _l("For example 1 Dec, 1/12/2026 (day first), +14, +10wd (working days), in 2 weeks or next friday.")

    def process_data(self, value: date | None) -> None:
        self.day = value
        self.data = value.isoformat() if value else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  the signature is WTForms's
        text = (self.data or "").strip()
        try:
            self.day = read_day_here(text, self.countries) if text else None
        except NotADay as error:
            raise ValidationError(_("Give a day such as 2026-12-01, 1 Dec, +14, +10wd or next friday.")) from error


class PersonSelectField(SelectField):
    """Who is to do it. Whether they may is asked of the services, so that a refusal can offer a way on."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, coerce=uuid_or_none, validate_choice=False, **options)

    def offer(self, people: Sequence[Candidate]) -> None:
        """List `people`: those who may, then those who could be made members."""
        able = [(person.id, person.name) for person in people if person.may]
        unable = [(person.id, person.name) for person in people if not person.may]
        groups: dict[str, list[tuple[Any, str]]] = {"": [("", _("Nobody yet"))], _("Can see this case"): able}
        if unable:
            groups[_("Can't see this case yet")] = unable
        self.choices = groups if unable else [*groups[""], *able]


class QuickFollowUpForm(PageForm):
    """One row: title and assignee suffice."""

    title = StringField(_l("What is to be done?"), [InputRequired(_l("Say in a few words what is to be done."))])
    assignee = PersonSelectField(_l("Who"))
    due = DayField(_l("Due"))

    def values(self) -> dict[str, Any]:
        return {"title": self.title.data, "due_on": self.due.day, "assignee_id": self.assignee.data}


class FollowUpForm(QuickFollowUpForm):
    """Everything that can be said about a follow-up."""

    title = StringField(
        _l("What is to be done?"),
        [InputRequired(_l("Say in a few words what is to be done.")), Length(max=LONGEST_TITLE)],
    )
    kind = SelectField(_l("Kind"), choices=list(KIND_WORDS.items()), default="follow_up")
    priority = SelectField(_l("Priority"), choices=list(PRIORITY_WORDS.items()), default="normal")
    post = SelectField(_l("Post"), coerce=uuid_or_none, validate_choice=False, choices=())
    level = SelectField(_l("Confidentiality"), coerce=lambda value: value or None)
    notes = TextAreaField(
        _l("Notes"), [Length(max=LONGEST_NOTES)], description=_l("No names of victims: numbers are enough.")
    )
    version = HiddenField()

    def offer_levels(self, case_level: str) -> None:
        above = [level for level in Level if level.rank > Level(case_level).rank]
        self.level.choices = [("", _("As the case"))] + [(level.value, LEVEL_WORDS[level]) for level in above]

    def offer_posts(self, posts: Sequence[tuple[UUID, str]]) -> None:
        """List the posts of people on the case."""
        self.post.choices = [("", _("No post")), *posts]

    def values(self) -> dict[str, Any]:
        return super().values() | {
            "kind": self.kind.data,
            "level": self.level.data,
            "notes": self.notes.data,
            "priority": self.priority.data,
            "post_id": self.post.data,
        }

    @property
    def expected_version(self) -> int | None:
        return version_sent(self.version.data)


def form_of(follow_up: FollowUp, *, was_sent: bool = True) -> FollowUpForm:
    """The form of an existing follow-up; what was sent in this request wins, unless another form `was_sent`."""
    return FollowUpForm(
        **({} if was_sent else {"formdata": None}),
        data={
            "title": follow_up.title,
            "assignee": follow_up.assignee_id,
            "due": follow_up.due_on,
            "kind": follow_up.kind,
            "level": follow_up.level or "",
            "notes": follow_up.notes,
            "priority": follow_up.priority,
            "post": follow_up.post_id,
            "version": follow_up.version,
        },
    )


FIELD_OF_PATH = {"due_on": "due", "assignee_id": "assignee", "post_id": "post"}


def show_faults(form: PageForm, problem: Invalid) -> None:
    """Put each fault at its field; those without one stand above the form."""
    for fault in problem.faults:
        field: Field | None = form._fields.get(FIELD_OF_PATH.get(fault.path, fault.path))
        errors = form.form_errors if field is None else field.errors
        if field is None:
            errors.append(fault.message)
        else:
            field.errors = [*errors, fault.message]
