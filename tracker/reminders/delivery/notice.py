"""A mail about somebody's own account, in their language, sent at once and once: it names no case.

It goes past the outbox: whoever reads it has to act now, and a copy that comes tomorrow helps nobody. A relay that does
not take it is noted in the log.
"""

from __future__ import annotations

import logging
import threading
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID, uuid4

from flask import current_app
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from config import Settings
from tracker.accounts.happened import AddressChanged, FactorsChanged, FactorsLinkMade, RecoveryCodeUsed
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.database import after_commit
from tracker.reminders.delivery.relay import Relay, Verdict
from tracker.reminders.delivery.relay_address import RelayAddress
from tracker.reminders.letters.headers import BadAddress, address_of
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.letters.templates import locale_named

log = logging.getLogger(__name__)


def tell_of_recovery(session: Session, event: RecoveryCodeUsed) -> None:
    """Tell the owner, once the change is committed."""
    words = _l("Somebody used one of your recovery codes to sign in. Your other sessions have ended.")
    _tell(session, event.person_id, words)


def tell_of_factors_link(session: Session, event: FactorsLinkMade) -> None:
    """Tell the owner: whoever talked two persons into it is found out before the link is used."""
    words = _l(
        "Somebody said that you lost all that you sign in with, and two persons agreed to set it up anew by a link."
    )
    _tell(session, event.person_id, words)


def tell_of_factors(session: Session, event: FactorsChanged) -> None:
    """Tell the owner that there is another way in, or one less; which one, the page says."""
    _tell(session, event.person_id, _l("The ways in which you sign in were changed."))


def tell_former_address(session: Session, event: AddressChanged) -> None:
    """Tell the address before: whoever sends somebody's mail elsewhere is found out."""
    _tell(session, event.person_id, _l("An administrator changed the address to which your mail goes."), event.former)


def _tell(session: Session, person_id: UUID, words: LazyString, address: str | None = None) -> None:
    person = session.get(Person, person_id)
    if person is not None:
        with force_locale(str(locale_named(person.language))):
            _send_after(session, address or person.email, str(words))


def _send_after(session: Session, address: str, words: str) -> None:
    settings: Settings = current_app.extensions["tracker.settings"]
    if not settings.smtp_urls:
        return
    head = Letterhead.of(settings.mail_from, settings.base_url)
    try:
        mail = _mail(head, address, words)
    except BadAddress:
        return
    after_commit(session, lambda: _send(settings.smtp_urls, head, address, mail))


def _mail(head: Letterhead, recipient: str, words: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = _("[Tracker] Your account")
    mail["From"] = head.sender
    mail["To"] = str(address_of(recipient))
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{uuid4()}@{head.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words + "\n\n" + _("If it was not you, tell an administrator at once.") + f"\n\n{head.base_url}\n")
    return mail


def _send(urls: tuple[str, ...], head: Letterhead, recipient: str, mail: EmailMessage) -> None:
    """Beside the request, which waits for no relay."""
    threading.Thread(target=_try_each, args=(urls, head, recipient, mail), daemon=True).start()


def _try_each(urls: tuple[str, ...], head: Letterhead, recipient: str, mail: EmailMessage) -> None:
    content = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    for url in urls:
        with Relay(RelayAddress.parse(url), head.domain) as relay:
            answer = relay.open() or relay.send(head.sender, recipient, content)
        if answer.verdict is Verdict.ACCEPTED:
            return
    log.warning("notice.not_sent: %s", answer.code)
