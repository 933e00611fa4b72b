"""Where a relay is: SMTP_URL is smtp://, smtps:// or smtp+starttls://, with user:password@ where needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to greet it."""

    host: str
    port: int
    security: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> RelayAddress:
        """Read SMTP_URL; user and password are percent-encoded there. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise ValueError("SMTP_URL must begin with smtp://, smtps:// or smtp+starttls://")
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        return cls(parts.hostname or "localhost", port, parts.scheme, username, password)

    @property
    def place(self) -> str:
        """`host:port`, which names the relay in the outbox, without its password."""
        return f"{self.host}:{self.port}"
