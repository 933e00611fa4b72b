"""The signed head of the audit, mailed off the server: over the relays of reminders, without a place in the outbox.

It asks nothing of anybody, holds no person and no case, and may come twice: whoever keeps it keeps it by its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5

from config import Settings
from tracker.audit.anchors import Anchor, outward
from tracker.audit.models import AuditAnchor
from tracker.core import clock
from tracker.reminders.delivery.fleet import Fleet
from tracker.reminders.delivery.relay import Verdict
from tracker.reminders.letters.headers import address_of
from tracker.reminders.letters.letterhead import Letterhead
from tracker.reminders.letters.parts import new_mail
from tracker.reminders.terms import Terms

BODY = """\
The mark below proves what the audit of {address} said until {day}.
Keep this mail where the administrators of that installation can't reach it.
To check: put the kept mails into a folder, then `flask audit verify --anchors FOLDER`.

{anchor}"""


def mail_anchors(settings: Settings, rows: Iterable[AuditAnchor]) -> list[int]:
    """Send those that no relay took yet; the numbers that one took. Never raises for what network or relay do."""
    waiting = [row for row in rows if row.mailed_at is None]
    if not waiting or settings.audit_mail is None or not settings.smtp_urls:
        return []
    head = Letterhead.of(settings.mail_from, settings.base_url)
    taken = []
    with Fleet.of(settings.smtp_urls, head.domain, Terms.of(settings)) as fleet:
        for row in waiting:
            relay = fleet.open()
            if relay is None:
                break
            answer = relay.send(head.sender, settings.audit_mail, written(head, settings.audit_mail, outward(row)))
            if answer.verdict is Verdict.UNREACHABLE:
                fleet.leave(relay, answer)
            elif answer.verdict is Verdict.ACCEPTED:
                row.mailed_at = clock.now()
                taken.append(row.number)
    return taken


def written(head: Letterhead, recipient: str, anchor: Anchor) -> bytes:
    """The mail. Its Message-ID is that of the anchor: whoever gets it twice gets the same mail."""
    mail = new_mail()
    mail["Subject"] = f"[{head.name}] Audit mark {anchor.number}"
    mail["From"] = head.sender
    mail["To"] = str(address_of(recipient))
    mail["Date"] = format_datetime(anchor.made_at)
    message_id = uuid5(NAMESPACE_URL, f"{head.base_url}/{anchor.number}/{anchor.digest.hex()}")
    mail["Message-ID"] = f"<{message_id}@{head.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    day = f"{anchor.made_at:%Y-%m-%d %H:%M} UTC"
    mail.set_content(BODY.format(address=head.base_url, day=day, anchor=anchor.as_json()))
    return mail.as_bytes()
