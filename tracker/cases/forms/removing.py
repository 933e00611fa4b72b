"""Forms of what can't be undone by whoever does it: the reference is typed to confirm."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.cases.forms.entry import LONG, SHORT
from tracker.core.form_values import version_sent
from tracker.core.page_forms import PageForm


class RemoveForm(PageForm):
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why; the reason stays in the audit.")), Length(max=LONG)])
    typed = StringField(
        _l("The reference of this case"),
        [Length(max=SHORT)],
        description=_l("Type it once more, so that it is surely this case."),
    )
    version = HiddenField()

    @property
    def expected_version(self) -> int:
        return version_sent(self.version.data) or 0


class MergeForm(RemoveForm):
    kept = StringField(
        _l("Merge into"),
        [InputRequired(_l("Give the reference of the case that is kept.")), Length(max=SHORT)],
        description=_l("The reference of the case that is kept, such as ACC-K7QX."),
    )
