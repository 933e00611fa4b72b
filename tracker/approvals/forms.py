"""Forms of requests."""

from __future__ import annotations

import re
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.approvals.services import LONGEST_REASON
from tracker.core.page_forms import PageForm

_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class ReasonForm(PageForm):
    """Why something is needed that somebody else has to agree to."""

    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)], id="request-reason")


class EraseForm(ReasonForm):
    """Whom to erase, by the address of their page or their number, and what else says who they are."""

    what = SelectField(
        _l("Who"),
        choices=[
            ("contact", _l("A contact")),
            ("subject", _l("A subject of cases")),
            ("account", _l("The closed account of a former colleague")),
        ],
        id="erase-what",
    )
    which = StringField(
        _l("Address of their page, or number"),
        [InputRequired(_l("Give the address of their page."))],
        id="erase-which",
    )
    also = TextAreaField(_l("Other spellings and names, one a line"), [Length(max=LONGEST_REASON)], id="erase-also")

    @property
    def object_id(self) -> UUID | None:
        """The number in what was typed."""
        found = _NUMBER.findall((self.which.data or "").lower())
        return UUID(found[-1]) if found else None

    @property
    def other_words(self) -> list[str]:
        return [line.strip() for line in (self.also.data or "").splitlines() if line.strip()]


class GlassForm(PageForm):
    """Which case, from memory, and why."""

    reference = StringField(
        _l("Reference of the case"), [InputRequired(_l("Give the reference.")), Length(max=40)], id="glass-reference"
    )
    reason = TextAreaField(_l("Why"), [InputRequired(_l("Say why.")), Length(max=LONGEST_REASON)], id="glass-reason")
