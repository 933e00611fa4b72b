"""Shape and wording of what people enter about accounts."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.accounts.models import ROLES
from tracker.accounts.passwords import LONGEST, SHORTEST
from tracker.accounts.rules import LONGEST_EMAIL, LONGEST_NAME
from tracker.core.countries import BESIDE_ISO, country_choices
from tracker.core.languages import language_choices
from tracker.core.page_forms import PageForm

ROLE_WORDS = {
    "legal_officer": _l("Legal officer"),
    "coordinator": _l("Coordinator"),
    "head": _l("Head"),
    "outside_counsel": _l("Outside counsel"),
    "administrator": _l("Administrator"),
}
ROLE_CHOICES = [SelectChoice(role, ROLE_WORDS[role]) for role in ROLES]
PASSWORD_HINT = _l("%(number)s characters or more; a sentence is fine.", number=SHORTEST)


class CheckboxListField(SelectMultipleField):
    """Several of a few choices, all of them in sight."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(PageForm):
    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])
    next = HiddenField()


class CodeForm(PageForm):
    """A code of six digits from somebody's device."""

    code = StringField(
        _l("Code from your app"),
        [InputRequired(_l("Enter the code that your app shows.")), Length(max=40)],
    )
    next = HiddenField()


class EnrolTotpForm(CodeForm):
    sealed = HiddenField()


class ChoosePasswordForm(PageForm):
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter a password.")), Length(max=LONGEST)], description=PASSWORD_HINT
    )
    key = HiddenField()


class RecoveryForm(PageForm):
    code = StringField(
        _l("Recovery code"),
        [InputRequired(_l("Enter one of your recovery codes.")), Length(max=80)],
    )
    next = HiddenField()


class WishesForm(PageForm):
    language = SelectField(_l("Language"))
    time_zone = SelectField(_l("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [SelectChoice(key, words) for key, words in language_choices()]
        self.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in _zones()]


class PreferencesForm(WishesForm):
    """What people choose for themselves."""

    keyboard_shortcuts = BooleanField(_l("Shortcuts of one key, such as j, k and ?"))


class DetailsForm(WishesForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the person's name.")), Length(max=LONGEST_NAME)])
    email = EmailField(_l("E-mail address"), [DataRequired(_l("Enter an e-mail address.")), Length(max=LONGEST_EMAIL)])
    country = SelectField(_l("Country whose working days apply"))
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [
            SelectChoice("", _l("None chosen")),
            *(SelectChoice(key, name) for key, name in country_choices() if key not in BESIDE_ISO),
        ]


class RolesForm(PageForm):
    roles = CheckboxListField(
        _l("Roles"),
        [InputRequired(_l("Choose one role or more."))],
        choices=ROLE_CHOICES,
    )
    version = HiddenField()


class NewAccountForm(DetailsForm):
    roles = CheckboxListField(
        _l("Roles"),
        [InputRequired(_l("Choose one role or more."))],
        choices=ROLE_CHOICES,
    )


class LostForm(PageForm):
    """That somebody lost all they sign in with, and how one knows that it is they who say so."""

    reason = TextAreaField(
        _l("Why, and how you know that it was really they who asked"),
        [InputRequired(_l("Say why.")), Length(max=2000)],
        id="lost-reason",
    )


class DeactivateForm(PageForm):
    successor = SelectField(_l("Who takes over what this person leads"))
    version = HiddenField()
    confirm = SubmitField()


class ChangePasswordForm(PageForm):
    old_password = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password."))])
    new_password = PasswordField(
        _l("New password"), [InputRequired(_l("Enter a new password."))], description=PASSWORD_HINT
    )


class FirstRunForm(PageForm):
    name = StringField(_l("Your name"), [DataRequired(_l("Enter your name.")), Length(max=LONGEST_NAME)])
    email = EmailField(
        _l("Your e-mail address"), [DataRequired(_l("Enter an e-mail address.")), Length(max=LONGEST_EMAIL)]
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter a password.")), Length(max=LONGEST)],
        description=PASSWORD_HINT,
    )


def _zones() -> list[str]:
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.startswith(areas))]
