"""Codes for what became of a reminder, kept in `last_error`: codes only, never an address or a text of a mail."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a reminder is not, or not yet, sent. Beside these stand the relay's own words: `smtp_451`."""

    BY_HAND = "by_hand"  # somebody decided; planning leaves the row alone
    DATE_CHANGED = "date_changed"
    CLOSED = "closed"
    REASSIGNED = "reassigned"
    UNWANTED = "unwanted"
    SUPERSEDED = "superseded"  # a later reminder says it better
    NOT_VISIBLE = "not_visible"
    RECIPIENT_INACTIVE = "recipient_inactive"
    LEASE_EXPIRED = "lease_expired"
    RENDERING_FAILED = "rendering_failed"
    BAD_ADDRESS = "bad_address"
    ADDRESS_FAULT = "address_fault"  # mail to this address came back
    LOST_AFTER_DOT = "lost_after_dot"  # the dot has gone, the relay's word has not come
    UNCERTAIN = "uncertain"  # perhaps sent: the relay can't be asked, and the operator wants nothing twice
