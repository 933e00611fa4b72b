"""Headers that identify a mail, keep machines from answering, and give nothing away."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

from tracker.reminders.letters.facts import LetterFacts
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.planning.wall_time import zone_named


class BadAddress(ValueError):
    """The recipient's address can't stand in a mail."""


def set_headers(
    mail: EmailMessage, facts: LetterFacts, head: Letterhead, recipient: str, message_id: UUID, now: datetime
) -> None:
    """All headers but Subject. Raises BadAddress."""
    mail["From"] = _sender(head)
    mail["To"] = str(address_of(recipient))
    mail["Date"] = format_datetime(now.astimezone(zone_named(facts.time_zone)))
    mail["Message-ID"] = f"<{message_id}@{head.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    thread = thread_of(facts, head)
    if thread:
        mail["In-Reply-To"] = thread
        mail["References"] = thread
    if facts.is_bulk:
        # No List-Unsubscribe-Post (RFC 8058): its POST comes without a sign-in, and here nothing changes without one.
        mail["List-Unsubscribe"] = f"<{preferences_link(head)}>"


def thread_of(facts: LetterFacts, head: Letterhead) -> str | None:
    """By this the mails about one case stand together; None for restricted and sealed ones, which nothing may join."""
    matter = facts.matter
    if matter is None or matter.is_bare or matter.case_id is None:
        return None
    return f"<case.{head.veiled('thread', matter.case_id)}@{head.domain}>"


def preferences_link(head: Letterhead) -> str:
    """Where a person changes which reminders come."""
    return f"{head.base_url}/preferences/reminders"


def address_of(text: str) -> Address:
    """One plain ASCII address. Raises BadAddress."""
    try:
        address = Address(addr_spec=text)
        text.encode("ascii")
    except (ValueError, IndexError) as error:
        raise BadAddress from error
    return address


@lru_cache(maxsize=8)
def _sender(head: Letterhead) -> str:
    return str(Address(head.name, addr_spec=head.sender))
