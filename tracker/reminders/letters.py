"""Writing the mail itself: subject, text and HTML in the reader's language, and headers that give nothing away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from tracker.core.catalogues import translations_of
from tracker.core.languages import DEFAULT_LANGUAGE
from tracker.reminders.wall_time import local_day, zone_named

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What one mail is about. `is_bare`: a restricted or sealed matter, of which only number, date and link go out."""

    kind: str
    number: str
    due_on: date | None
    title: str
    reference: str
    case_title: str
    is_bare: bool
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails of an installation share: who sends them, and the address that people type."""

    sender: str
    base_url: str

    @classmethod
    def of(cls, mail_from: str, base_url: str) -> Letterhead:
        """From the settings, where `mail_from` may be `Name <address>`."""
        return cls(parseaddr(mail_from)[1], base_url.rstrip("/"))

    @property
    def domain(self) -> str:
        """The right side of Message-IDs; also what we greet the relay with."""
        return self.sender.rpartition("@")[2] or "localhost"


class BadAddress(ValueError):
    """The recipient's address can't stand in a mail."""


def write(facts: LetterFacts, head: Letterhead, recipient: str, message_id: UUID, now: datetime) -> EmailMessage:
    """The whole mail. Raises BadAddress; every other error is a fault of ours."""
    words = _words(facts, head, now)
    folder = "bare" if facts.is_bare else "follow_up"
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(_template(facts.language, f"{folder}/subject.txt").render(words).split())
    mail["From"] = Address("Tracker", addr_spec=head.sender)
    mail["To"] = _address(recipient)
    mail["Date"] = format_datetime(now.astimezone(zone_named(facts.time_zone)))
    mail["Message-ID"] = f"<{message_id}@{head.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_template(facts.language, f"{folder}/body.txt").render(words), cte="quoted-printable")
    html = _template(facts.language, f"{folder}/body.html").render(words)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    for part in mail.iter_parts():
        del part["MIME-Version"]  # it belongs to the mail, not to its parts
    return mail


def _words(facts: LetterFacts, head: Letterhead, now: datetime) -> dict[str, object]:
    """The templates' variables; a bare mail gets none that could say more than it may."""
    words: dict[str, object] = {
        "number": facts.number,
        "due_on": facts.due_on,
        "due_day": _day(facts.due_on, facts.language),
        "link": f"{head.base_url}/r/{facts.number}",
        "preferences_link": f"{head.base_url}/preferences/reminders",
        "language": facts.language,
    }
    if not facts.is_bare:
        today = local_day(now, zone_named(facts.time_zone))
        words |= {
            "kind": facts.kind,
            "title": " ".join(facts.title.split()),
            "reference": " ".join(facts.reference.split()),
            "case_title": " ".join(facts.case_title.split()),
            "days_left": (facts.due_on - today).days if facts.due_on else None,
        }
    return words


def _day(day: date | None, language: str) -> str:
    return "" if day is None else format_date(day, "EEEE, d MMMM y", locale=_locale(language))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(DEFAULT_LANGUAGE)


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
        text.encode("ascii")
    except (ValueError, IndexError) as error:
        raise BadAddress from error
    return address


def _template(language: str, name: str) -> Template:
    return _environment(language).get_template(f"email/reminders/{name}")


@lru_cache(maxsize=16)
def _environment(language: str) -> Environment:
    """Templates in one language, without any of the web's variables."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations_of(_locale(language)), newstyle=True)  # type: ignore[attr-defined]
    return environment
