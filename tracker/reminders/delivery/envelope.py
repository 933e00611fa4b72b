"""Whom a relay tells when a mail comes back: with BOUNCE_ADDRESS, an address that names the reminder (VERP)."""

from __future__ import annotations

import re

from tracker.reminders.numbers import is_number

_NUMBERED = re.compile(r"\+([0-9A-Za-z]+-[0-9A-Za-z]+)@")


def envelope_sender(bounce_address: str | None, number: str, otherwise: str) -> str:
    """`bounces+K7QX2-9MFTB@example.org`, or the sender's own address when none is set for bounces."""
    if bounce_address is None:
        return otherwise
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{number}@{domain}"


def number_in(address: str) -> str | None:
    """The reminder's number in an address that `envelope_sender` made; mail servers may have changed its case."""
    found = _NUMBERED.search(address)
    number = found[1].upper() if found else ""
    return number if is_number(number) else None
