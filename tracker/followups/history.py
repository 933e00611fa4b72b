"""The history of a follow-up in words: what stood, what stands, who changed it and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Person
from tracker.contacts.models import Contact, Post
from tracker.contacts.queries import visible_contacts
from tracker.core.actor import Actor
from tracker.core.languages import format_day
from tracker.followups.changing import DAYS
from tracker.followups.forms import KIND_WORDS, LEVEL_WORDS, PRIORITY_WORDS, STATUS_WORDS
from tracker.followups.models import FollowUp, FollowUpChange
from tracker.followups.queries import visible_follow_ups
from tracker.followups.recurrence_words import in_words

FIELD_WORDS = {
    "title": _l("Title"),
    "due_on": _l("Due day"),
    "assignee_id": _l("Who"),
    "status": _l("Status"),
    "kind": _l("Kind"),
    "notes": _l("Notes"),
    "level": _l("Confidentiality"),
    "priority": _l("Priority"),
    "completed_on": _l("Done on"),
    "waiting_on": _l("Waiting on"),
    "waiting_on_contact_id": _l("Waiting on"),
    "waiting_since": _l("Waiting since"),
    "snoozed_until": _l("Snoozed until"),
    "rrule": _l("Comes again"),
    "recurs": _l("The next one is made"),
    "post_id": _l("Post"),
    "watchers": _l("Watchers"),
    "needs": _l("Needs"),
    "checklist": _l("Checklist"),
    "due_to_check": _l("Day by the reference date"),
    "reference_on": _l("Reference date"),
    "due_offset": _l("Distance from the reference date"),
}
RECURS_WORDS = {"on_completion": _l("when this one is done"), "by_date": _l("when its day comes, done or not")}
LONGEST = 200
MAY_BE_HIDDEN = frozenset({"needs", "waiting_on_contact_id", "post_id"})
"""Fields that name what the reader may not see. Then the history is as if it had not been named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `who` None: the operator or a schedule. `together`: made, and undone, with others."""

    id: UUID
    at: datetime
    who: str | None
    lines: Sequence[str]
    is_undone: bool
    is_undo: bool
    together: bool


def history_of(
    session: Session, actor: Actor, follow_up: FollowUp, known: Mapping[str, str] | None = None, limit: int = 60
) -> Sequence[Entry]:
    """The latest first. One statement, and one more for each kind of thing that is named in it and not `known`.

    `known`: names and titles by id, as text.
    """
    query = select(FollowUpChange, Person.name).outerjoin(Person, Person.id == FollowUpChange.by_id)
    query = query.where(FollowUpChange.follow_up_id == follow_up.id)
    rows = session.execute(query.order_by(FollowUpChange.at.desc(), FollowUpChange.id.desc()).limit(limit)).all()
    names = _names(session, actor, [row for row, _name in rows], known or {})
    entries = [(row, _entry(row, name, names)) for row, name in rows]
    return [entry for row, entry in entries if entry.lines or not row.after.keys() or row.after.keys() - MAY_BE_HIDDEN]


def value_in_words(name: str, value: Any, names: Mapping[str, str] | None) -> str:
    """One stored value as the reader would say it. `names` of all that they see; None: they were not looked up."""
    if name in MAY_BE_HIDDEN and names is not None:
        value = [one for one in value or () if one in names] if name == "needs" else value if value in names else None
    names = names or {}
    if value is None or value == "" or value == []:
        return str(_("As the case") if name == "level" else _("nothing"))
    if name in DAYS:
        return format_day(date.fromisoformat(value))
    if name in ("watchers", "needs"):
        return ", ".join(names.get(one, _("somebody or something you can't see")) for one in value)
    if name == "checklist":
        return str(_("%(done)s of %(all)s done", done=sum(1 for line in value if line["done_at"]), all=len(value)))
    if name.endswith("_id"):
        return names.get(value, str(_("somebody or something you can't see")))
    words = {"status": STATUS_WORDS, "kind": KIND_WORDS, "level": LEVEL_WORDS, "priority": PRIORITY_WORDS}
    if name in words:
        return str(words[name].get(value, value))
    if name == "recurs":
        return str(RECURS_WORDS.get(value, value))
    if name == "rrule":
        return in_words(value)
    return value if len(str(value)) <= LONGEST else f"{value[:LONGEST]}…"


def _entry(row: FollowUpChange, who: str | None, names: Mapping[str, str]) -> Entry:
    if row.kind == "created":
        lines = [str(_("Made"))]
    else:
        lines = [line for name in row.after if name in FIELD_WORDS and (line := _line(name, row, names))]
    return Entry(
        row.id, row.at, who, lines, row.undone_at is not None, row.undoes_id is not None, row.batch_id is not None
    )


def _line(name: str, row: FollowUpChange, names: Mapping[str, str]) -> str:
    if name == "notes":
        return str(_("Notes changed"))
    before = value_in_words(name, row.before.get(name), names)
    after = value_in_words(name, row.after[name], names)
    if name in MAY_BE_HIDDEN and before == after:
        return ""
    return str(_("%(field)s: %(before)s → %(after)s", field=FIELD_WORDS[name], before=before, after=after))


def _names(session: Session, actor: Actor, rows: Iterable[FollowUpChange], known: Mapping[str, str]) -> dict[str, str]:
    wanted: dict[str, set[UUID]] = {"people": set(), "contacts": set(), "posts": set(), "needs": set()}
    homes = {"assignee_id": "people", "completed_by_id": "people", "watchers": "people", "needs": "needs"}
    homes |= {"waiting_on_contact_id": "contacts", "post_id": "posts"}
    for row in rows:
        for said in (row.before, row.after):
            for name, home in homes.items():
                value = said.get(name)
                said_ids = value if isinstance(value, list) else [value]
                wanted[home] |= {UUID(one) for one in said_ids if one and one not in known}
    queries = {
        "people": select(Person.id, Person.name).where(Person.id.in_(wanted["people"])),
        "contacts": visible_contacts(actor).with_only_columns(Contact.id, Contact.name),
        "posts": select(Post.id, Post.title).where(Post.id.in_(wanted["posts"])),
        "needs": visible_follow_ups(actor).with_only_columns(FollowUp.id, FollowUp.title),
    }
    queries["contacts"] = queries["contacts"].where(Contact.id.in_(wanted["contacts"]))
    queries["needs"] = queries["needs"].where(FollowUp.id.in_(wanted["needs"]))
    found: dict[str, str] = dict(known)
    for home, query in queries.items():
        if wanted[home]:
            found |= {str(row[0]): row[1] or "" for row in session.execute(query)}
    return found


def conflict_words(lines: Iterable[Any]) -> list[str]:
    """What stands now and what the undo wanted, for each field of a CannotUndo, without names of people."""
    return [
        str(
            _(
                "%(field)s is now %(now)s; the undo would make it %(wanted)s.",
                field=FIELD_WORDS.get(line.field, line.field),
                now=value_in_words(line.field, line.now, None),
                wanted=value_in_words(line.field, line.wanted, None),
            )
        )
        for line in lines
    ]


def lines_in_words(session: Session, actor: Actor, rows: Sequence[FollowUpChange]) -> list[str]:
    """What some changes of one follow-up did, as the history says it."""
    names = _names(session, actor, rows, {})
    return [line for row in rows for line in _entry(row, None, names).lines]
