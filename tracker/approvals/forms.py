"""Forms of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.core.page_forms import PageForm

LONGEST = 2000


class GlassForm(PageForm):
    """Which case, from memory, and why."""

    reference = StringField(
        _l("Reference of the case"), [InputRequired(_l("Give the reference.")), Length(max=40)], id="glass-reference"
    )
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=LONGEST)], id="glass-reason")
