"""What a reminder can be about. The words for them are the pages'; here are the codes that stand in the outbox."""

from __future__ import annotations

ASSIGNED = "assigned"
BEFORE = "before"
ON_THE_DAY = "on_the_day"
OVERDUE = "overdue"
ESCALATION = "escalation"
WAITING = "waiting"
COMMITMENT = "commitment"
"""A commitment's check is due: what stands for `on_the_day` where a follow-up asks whether a promise was kept."""
RENEWAL = "renewal"
"""A renewal, or a period that ends, comes nearer."""
RULE_CHANGED = "rule_changed"
"""Two persons changed a rule of law, and with it the day of a follow-up, or what the rule says of it."""
STATUS_CHANGED = "status_changed"
FOLLOW_UP_CHANGED = "follow_up_changed"
"""For those who watch a follow-up: it was done, dropped, or its day moved."""
GLASS = "glass"
"""Somebody reads a case for a day whom none of its members let in."""
MEMBERSHIP_ENDED = "membership_ended"
"""Somebody's time on a case ran out."""
MEMBERSHIP_TAKEN = "membership_taken"
"""Somebody took the person off a case."""
ANSWERED = "answered"
"""A second person agreed to what somebody asked for, or refused it."""
DECIDED = "decided"
"""Two others decided something of weight: told to those who watch over it."""
KEY_ENDS = "key_ends"
"""The OpenPGP key that somebody gave ends."""
SUMMARY = "summary"
"""The week of everybody's work, for heads."""
READING = "reading"
"""Somebody opens more than the house calls ordinary: for administrators."""
WATCHDOG = "watchdog"
"""The reminders themselves need somebody's hand."""
DIGEST = "digest"

KINDS = (
    ASSIGNED,
    BEFORE,
    ON_THE_DAY,
    OVERDUE,
    WAITING,
    COMMITMENT,
    RENEWAL,
    RULE_CHANGED,
    ESCALATION,
    STATUS_CHANGED,
    FOLLOW_UP_CHANGED,
    GLASS,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_TAKEN,
    ANSWERED,
    DECIDED,
    KEY_ENDS,
    SUMMARY,
    DIGEST,
    READING,
    WATCHDOG,
)
"""Every kind, in the order in which pages show them."""

GUARDING = (GLASS, MEMBERSHIP_ENDED, MEMBERSHIP_TAKEN, ANSWERED, DECIDED, KEY_ENDS)
WISHABLE = tuple(kind for kind in KINDS if kind not in (*GUARDING, DIGEST, READING, WATCHDOG))
"""Kinds of which a person may wish for no mail. A digest is the form of the others; the rest guards who reads what."""
