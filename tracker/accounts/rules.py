"""What an account may look like. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from tracker.accounts.models import ROLES
from tracker.core.errors import Fault

LONGEST_NAME = 120
LONGEST_EMAIL = 254
THEMES = ("auto", "light", "dark")


def normalised_email(email: str) -> str | None:
    """The address in one spelling; None when it is none. Nobody is asked over the network."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized if len(found.normalized) <= LONGEST_EMAIL else None


def faults_of_account(email: str, name: str, roles: Iterable[str], time_zone: str, language: str) -> list[Fault]:
    """Every reason why these can't be an account."""
    faults = []
    if normalised_email(email) is None:
        faults.append(Fault("email", _("Enter an e-mail address, such as name@example.org.")))
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(
            Fault("name", _("Enter the person's name, in %(number)s characters or fewer.", number=LONGEST_NAME))
        )
    return faults + faults_of_roles(roles) + faults_of_wishes(time_zone, language)


def faults_of_roles(roles: Iterable[str]) -> list[Fault]:
    wanted = set(roles)
    unknown = sorted(wanted - set(ROLES))
    if unknown:
        names = ", ".join(unknown)
        return [Fault("roles", _("There is no role %(names)s. Roles: %(roles)s.", names=names, roles=", ".join(ROLES)))]
    if not wanted:
        return [Fault("roles", _("Choose one role or more."))]
    return []


def faults_of_wishes(time_zone: str, language: str) -> list[Fault]:
    faults = []
    if time_zone not in available_timezones():
        faults.append(Fault("time_zone", _("Choose a time zone from the list, such as Europe/Warsaw.")))
    if not (2 <= len(language) <= 8 and language.isascii() and language.replace("_", "").isalpha()):
        faults.append(Fault("language", _("Choose a language from the list.")))
    return faults
