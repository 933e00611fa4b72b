"""What people do to their own account."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.accounts.happened import PersonChanged
from tracker.accounts.models import Person, SignInSession
from tracker.accounts.passwords import hash_password, verify_password, why_refused
from tracker.accounts.queries import person_with_roles
from tracker.accounts.rules import THEMES, faults_of_wishes
from tracker.accounts.sessions import end_session, end_sessions
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.countries import BESIDE_ISO, COUNTRY_CODES
from tracker.core.errors import Fault, Invalid, NotVisible
from tracker.core.events import announce


def change_password(session: Session, actor: Actor, new: str, *, staying: UUID | None, old_was_right: bool) -> None:
    """Change one's own password; every session ends but `staying`. Raises Invalid.

    `old_was_right`: what the caller's throttled check of the present password said.
    """
    person = _self(session, actor)
    if not old_was_right:
        raise Invalid(Fault("old_password", _("This is not your present password.")))
    refused = why_refused(new, person.email, person.name)
    if refused is None and verify_password(person.password_hash, new):
        refused = _("This is your present password. Choose a new one.")
    if refused:
        raise Invalid(Fault("new_password", refused))
    person.password_hash, person.must_change_password = hash_password(new), False
    end_sessions(session, person.id, but=staying)
    record(session, actor, "person.password_changed", "person", person.id)


def set_wishes(session: Session, actor: Actor, *, language: str, time_zone: str) -> None:
    """Choose language and time zone (IANA name). Raises Invalid."""
    if faults := faults_of_wishes(time_zone, language):
        raise Invalid(*faults)
    person = _self(session, actor)
    person.language, person.time_zone = language, time_zone
    record(session, actor, "person.preferences_changed", "person", person.id, fields=["language", "time_zone"])
    session.flush()
    announce(session, PersonChanged(person.id, actor))


def set_country(session: Session, actor: Actor, country: str | None) -> None:
    """Say whose holidays apply (ISO 3166-1 alpha-2); None: nobody's. Raises Invalid."""
    if country is not None and (country not in COUNTRY_CODES or country in BESIDE_ISO):
        raise Invalid(Fault("country", _("Choose one of the countries offered.")))
    person = _self(session, actor)
    if person.country == country:
        return
    person.country = country
    record(session, actor, "person.preferences_changed", "person", person.id, fields=["country"])
    session.flush()
    announce(session, PersonChanged(person.id, actor))


def set_shortcuts(session: Session, actor: Actor, on: bool) -> None:
    """Whether single keys do something (WCAG 2.1.4)."""
    person = _self(session, actor)
    if person.keyboard_shortcuts != on:
        person.keyboard_shortcuts = on
        record(session, actor, "person.preferences_changed", "person", person.id, fields=["keyboard_shortcuts"])


def set_theme(session: Session, actor: Actor, theme: str) -> None:
    """Choose light, dark, or as the system has it. Raises Invalid."""
    if theme not in THEMES:
        raise Invalid(Fault("theme", _("Choose light, dark or automatic.")))
    person = _self(session, actor)
    person.theme = theme
    record(session, actor, "person.preferences_changed", "person", person.id, fields=["theme"])


def end_other_sessions(session: Session, actor: Actor, staying: UUID) -> None:
    """Sign out everywhere but here."""
    person = _self(session, actor)
    end_sessions(session, person.id, but=staying)
    record(session, actor, "sign_in.others_ended", "person", person.id)


def end_own_session(session: Session, actor: Actor, session_id: UUID) -> None:
    """Sign out one browser of one's own. Raises NotVisible for anybody else's."""
    person = _self(session, actor)
    found = session.get(SignInSession, session_id)
    if found is None or found.person_id != person.id:
        raise NotVisible
    end_session(session, session_id)
    record(session, actor, "sign_in.one_ended", "person", person.id)


def _self(session: Session, actor: Actor) -> Person:
    person = person_with_roles(session, actor.person_id) if actor.person_id else None
    if person is None:
        raise NotVisible
    return person
