"""Shape and wording of what people enter about their reminders."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.page_forms import PageForm
from tracker.followups.forms import DayField, PersonSelectField


class DoneForm(PageForm):
    """From a mail: it is done. `confirmed`: although things that it needs are open."""

    confirmed = HiddenField()


class SnoozeFromMailForm(PageForm):
    """From a mail: hide it until a day."""

    until = DayField(_l("Another day"), [InputRequired(_l("Say until when."))], id="snooze-until")


class ReassignForm(PageForm):
    """From a mail: somebody else is to do it."""

    assignee = PersonSelectField(_l("Who is to do it"), validators=[InputRequired(_l("Choose one of the people."))])


class CommentFromMailForm(PageForm):
    """From a mail: a remark on the follow-up."""

    body = TextAreaField(_l("Comment"), [InputRequired(_l("Write something first.")), Length(max=10000)])
