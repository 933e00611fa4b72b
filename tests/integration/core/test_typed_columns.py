"""Erasing somebody reads every column that people type into; a new one is among them, or says here why it is not."""

from __future__ import annotations

from sqlalchemy import text

from tracker.core.actor import OPERATOR
from tracker.core.database import Database

CODES = {
    *("action", "actor_kind", "aaguid", "area", "assessment", "certainty", "country", "countries", "crime", "decision"),
    *("delivery", "digest", "due_key", "due_offset", "end_kind", "fingerprint", "flags", "form_key", "institution"),
    *(
        "jurisdiction",
        "key",
        "kind",
        "language",
        "languages",
        "last_error",
        "left_status",
        "level",
        "limitation",
        "mail_fault",
    ),
    *(
        "method",
        "move",
        "number",
        "object_type",
        "outcome",
        "pathway",
        "period_key",
        "period_unit",
        "phase",
        "priority",
    ),
    *("purpose", "recurs", "relay", "request_id", "resume_to", "role", "rrule", "rule_key", "scope", "sha256", "stage"),
    *(
        "state",
        "state_position",
        "states",
        "status",
        "subject_type",
        "template_key",
        "theme",
        "time_zone",
        "transports",
    ),
    *("unwanted_kinds", "user_agent", "via", "wanted", "what", "whose", "clock_rule", "by_country", "to_country"),
}
"""Chosen from a list, counted, or written by the program."""
DAYS = {
    *(
        "assessed_on",
        "begins_on",
        "between_earliest",
        "between_latest",
        "clock_on",
        "dated_on",
        "ends_on",
    ),
    *(
        "held_from",
        "held_to",
        "occurred_on",
        "stated_on",
        "status_since",
        "time",
    ),
}
KEYS_OF_FILES = {"ref", "sender", "reference"}
"""By which a file finds its records again; that of whoever is erased is written anew."""
ONE_BY_ONE = {
    ("audit_entries", "detail"): "numbers and codes alone; it can't be changed",
    ("calendar_feeds", "name"): "goes with the account",
    ("clock_moves", "cause"): "a code",
    ("clock_rule_versions", "body"): "a rule of law",
    ("clock_rule_versions", "shipped"): "a rule of law",
    ("passkeys", "name"): "goes with the account",
    ("people", "email"): "accounts are erased by themselves",
    ("people", "name"): "accounts are erased by themselves",
    ("recommendations", "place"): "the paragraph of a report",
    ("reminder_rules", "escalation"): "roles and days",
    ("sightings", "name"): "of a part of the program",
    ("sign_in_sessions", "data"): "goes with the account",
    ("sittings", "name"): "of a public session",
    ("sittings", "place"): "of a public session",
    ("sittings", "source"): "of a public session",
}
_TYPED = text("SELECT in_table, unnest(in_columns) FROM app_typed_columns()")
_OF_TEXT = text("""
SELECT c.relname, a.attname
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND has_any_column_privilege('tracker_app', c.oid, 'INSERT, UPDATE')
   AND a.atttypid::regtype::text IN ('text', 'character varying', 'json', 'jsonb', 'text[]', 'character varying[]')
""")


def test_each_column_that_holds_words_is_read_by_an_erasure_or_named_here(database: Database) -> None:
    with database.unit_of_work(OPERATOR) as session:
        typed = {tuple(row) for row in session.execute(_TYPED)}
        of_text = {tuple(row) for row in session.execute(_OF_TEXT)}
    no_words = CODES | DAYS | KEYS_OF_FILES
    assert {one for one in of_text - typed if one[1] not in no_words} == set(ONE_BY_ONE)
    assert no_words <= {column for _table, column in of_text - typed}, "columns that have gone"
    assert len(typed) > 60
