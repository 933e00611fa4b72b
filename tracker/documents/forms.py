"""What people enter about a paper and its file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from tracker.core.page_forms import PageForm
from tracker.documents.models import DocumentRecord
from tracker.documents.services import LONGEST_TITLE


class PaperForm(PageForm):
    document = SelectField(_l("Paper"), default="")
    title = StringField(_l("What it is"), [Length(max=LONGEST_TITLE)])
    dated_on = StringField(
        _l("Date of the paper"),
        [Optional(), Regexp(r"^\d{4}(-\d{2}(-\d{2})?)?$", message=_l("Write 2024-09-30, 2024-09 or 2024."))],
    )
    file = FileField(_l("File"))
    clean = BooleanField(_l("Draw a picture anew, without place, camera and thumbnail"))

    def offer(self, documents: list[DocumentRecord]) -> None:
        """The papers that the file may belong to."""
        new = SelectChoice("", _l("A new paper"))
        self.document.choices = [new, *(SelectChoice(str(one.id), one.title) for one in documents)]


class DestroyForm(PageForm):
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=2000)], id="destroy-reason")
