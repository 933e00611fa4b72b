"""Forms of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.approvals.services import LONGEST_REASON
from tracker.core.page_forms import PageForm


class ReasonForm(PageForm):
    """Why something is needed that somebody else has to agree to."""

    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)], id="request-reason")


class GlassForm(PageForm):
    """Which case, from memory, and why."""

    reference = StringField(
        _l("Reference of the case"), [InputRequired(_l("Give the reference.")), Length(max=40)], id="glass-reference"
    )
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)], id="glass-reason")
