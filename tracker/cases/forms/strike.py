"""The form by which something is struck out that should not stand: it is kept, with the reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from tracker.cases.forms.entry import SHORT
from tracker.core.page_forms import PageForm


class StrikeForm(PageForm):
    void_reason = StringField(_l("Why it should not stand"), [Length(max=SHORT)])
