"""Mail that came back: which reminder it was, whether for good, and what that says about an address.

A bounce comes to BOUNCE_ADDRESS, in whose local part stands the reminder's number (envelope.envelope_sender). Only a
delivery status of RFC 3464 that says `failed` with a permanent status (5.x.x) marks the address; a delay says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.audit.services import record
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.errors import NotVisible
from tracker.reminders.delivery.envelope import number_in
from tracker.reminders.models import Reminder

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_WHERE_THE_NUMBER_IS = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a returned mail says. `number`: of the reminder; `status`: as in RFC 3463, `5.1.1`."""

    number: str | None
    status: str | None
    is_permanent: bool


def read(mail: bytes) -> Bounce:
    """Understand one mail that came to the address for bounces. Never raises for what stands in it."""
    message = BytesParser(policy=compat32).parsebytes(mail)
    statuses = list(_recipients(message))
    failed = [status for action, status in statuses if action == "failed" and status is not None]
    permanent = [status for status in failed if status.startswith("5.")]
    status = next(iter((*permanent, *failed, *(status for _, status in statuses if status))), None)
    return Bounce(_number(message), status, bool(permanent))


def take(session: Session, actor: Actor, number: str, status: str) -> bool:
    """Mark the address that this reminder went to, for coordinators to see; False when it was marked before.

    Until the address changes or somebody clears the mark, its reminders are told in the app alone. Audited. Raises
    NotVisible when there is no such reminder. The caller commits.
    """
    code = f"dsn_{status}"
    found = session.execute(select(Reminder.id, Reminder.recipient_id).where(Reminder.number == number)).one_or_none()
    if found is None:
        raise NotVisible
    session.execute(update(Reminder).where(Reminder.id == found.id, Reminder.status == "sent").values(last_error=code))
    marked = session.execute(
        update(Person)
        .where(Person.id == found.recipient_id, Person.mail_fault.is_(None))
        .values(mail_fault=code, mail_fault_at=clock.now())
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    if marked.one_or_none() is None:
        return False
    record(session, actor, "person.mail_fault_found", "person", found.recipient_id, reminder=str(found.id), status=code)
    return True


def _recipients(message: Message) -> Iterator[tuple[str, str | None]]:
    """(action, status) of each recipient that the delivery status names (RFC 3464, 2.3)."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload() if part.is_multipart() else []:
            if isinstance(block, Message) and (action := block.get("Action")) is not None:
                found = _STATUS.match(str(block.get("Status", "")))
                yield str(action).strip().lower(), found[1] if found else None


def _number(message: Message) -> str | None:
    """From the address that the bounce came to, else from the headers of the mail that it returns."""
    headers = [value for name in _WHERE_THE_NUMBER_IS for value in message.get_all(name, [])]
    returned = [value for part in message.walk() for value in part.get_all("Return-Path", [])]
    return next((number for text in (*headers, *returned) if (number := number_in(str(text)))), None)
