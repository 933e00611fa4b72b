"""What all mails of an installation share."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from email.utils import parseaddr
from uuid import UUID

DEFAULT_NAME = "Tracker"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who sends, the address that people type, and the key by which ids of cases become ids of threads.

    Without a `secret` the sender's address is the key: a thread's id is then no secret to whoever knows the case's id,
    which only those who see the case do.
    """

    sender: str
    base_url: str
    name: str = DEFAULT_NAME
    secret: str = ""

    @classmethod
    def of(cls, mail_from: str, base_url: str, secret: str = "") -> Letterhead:
        """From the settings, where `mail_from` may be `Name <address>`."""
        name, sender = parseaddr(mail_from)
        return cls(sender, base_url.rstrip("/"), name or DEFAULT_NAME, secret)

    @property
    def domain(self) -> str:
        """The right side of Message-IDs; also what we greet the relay with."""
        return self.sender.rpartition("@")[2] or "localhost"

    def veiled(self, purpose: str, subject: UUID) -> str:
        """A name for `subject` that is the same in every mail and tells nobody which one it is."""
        key = (self.secret or self.sender).encode()
        return hmac.new(key, purpose.encode() + subject.bytes, hashlib.sha256).hexdigest()[:32]
