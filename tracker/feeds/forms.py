"""What somebody says when they make an address."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from tracker.core.page_forms import PageForm
from tracker.feeds.models import OWN, TEAM
from tracker.feeds.services import LONGEST_NAME

WHOSE_WORDS = {OWN: _l("My work"), TEAM: _l("The team's work, as far as I see it")}


class FeedForm(PageForm):
    name = StringField(
        _l("Where you will use it"), [DataRequired(_l("Say where you will use it.")), Length(max=LONGEST_NAME)]
    )
    whose = SelectField(_l("What it shows"), choices=list(WHOSE_WORDS.items()))
    with_sittings = BooleanField(_l("Sittings of institutions as well"))
    is_neutral = BooleanField(_l("Say nothing but days and numbers"))
