"""The shape of a pathway definition: what a YAML file may say, as frozen models.

A definition is stored in the database by version, so it survives ``model_dump(mode="json")`` and ``model_validate``
unchanged; every ordered thing is a list, because ``jsonb`` does not keep the order of keys.
What one model cannot see (an unknown target, an unreachable status) is the business of ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from tracker.pathways.vocabulary import (
    Binds,
    Certainty,
    ClockType,
    ContactRole,
    Counting,
    EventField,
    FactType,
    FollowUpKind,
    Kind,
    Level,
    Phase,
    Roll,
    Unit,
    ValueType,
)

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Whole = Annotated[int, Field(strict=True)]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Record):
    """Something to know on entry. ``field`` names the column of the event that answers it, where one does."""

    key: Key
    label: Words
    type: FactType = "text"
    value_type: ValueType | None = None
    """Of a ``per_state`` map: what each state's value is."""
    required: StrictBool = True
    field: EventField | None = None
    values: tuple[Words, ...] = ()
    sitting: Key | None = None
    """The institution one of whose sittings this names, in words."""


class Move(Record):
    """One lawful pair. ``also`` lists kinds accepted when said, where two of the default rules fit the same pair."""

    to: Key
    kind: Kind
    verb: Words
    also: tuple[Kind, ...] = ()


class Confidentiality(Record):
    """What a new case in this status starts with (``default``), and below what it must not lie (``minimum``)."""

    default: Level | None = None
    minimum: Level | None = None
    without_exception: StrictBool = False
    source: Words
    certainty: Certainty


class FollowUpTemplate(Record):
    """Standard work on entering a status: a due date, a rhythm, or an offer by hand.

    Without a title it reads "Review: <label of the status>". Offsets count from the day of entry, or from ``anchor``:
    a fact or a column of the event; negative is before. While that day is not known they count from the first day of
    the sitting that the fact ``sitting`` names.
    """

    key: Key
    title: Words | None = None
    offset_days: Whole | None = None
    offset_months: Whole | None = None
    every_days: Annotated[int, Field(strict=True, ge=1)] | None = None
    by_hand: StrictBool = False
    anchor: Key | None = None
    sitting: Key | None = None
    kind: FollowUpKind = "follow_up"
    source: Words = "standard follow-ups of this organisation"
    certainty: Certainty = "I"


class Status(Record):
    key: Key
    label: Words
    phase: Phase
    living: StrictBool = False
    """A closed status whose life goes on (a treaty in force): leaving or entering it may be plain ``forward``."""
    keeps_period: StrictBool = False
    """What was granted for a time goes on through it, to the end that was said before: a mandate that reports."""
    next: tuple[Move, ...] = ()
    facts: tuple[Fact, ...] = ()
    follow_ups: tuple[FollowUpTemplate, ...] = ()
    confidentiality: Confidentiality | None = None
    note: Words | None = None

    @cached_property
    def moves(self) -> Mapping[str, Move]:
        return MappingProxyType({move.to: move for move in self.next})


class Step(Record):
    """One leg of a period that is added up, in order."""

    amount: Annotated[int, Field(strict=True, ge=1)]
    unit: Unit
    only_where: Words | None = None


class Trigger(Record):
    """What starts a clock, in words; and the statuses and the fact that carry its date, where the table has them.

    ``ends_with``: the statuses with which it is over, for everybody: what it waits for came, or cannot come any more.
    """

    event: Words
    statuses: tuple[Key, ...] = ()
    fact: Key | None = None
    ends_with: tuple[Key, ...] = ()


class Condition(Record):
    """A detail of the case, or a fact of its history, that matches ``pattern`` (a regular expression, case ignored)."""

    detail: Key
    pattern: Words


class Clock(Record):
    """A period and where it comes from. Without an amount there is no period, and none may be computed."""

    key: Key
    label: Words
    trigger: Trigger
    applies: tuple[Condition, ...] = ()
    """Which cases of the pathway the rule is for: all of these match. Where a detail is not known, nobody knows."""
    only_if: Words | None = None
    """What no fact of the case tells, and a person has to know, before its date is one."""
    amount: Annotated[int, Field(strict=True, ge=1)] | None = None
    unit: Unit | None = None
    backwards: StrictBool = False
    before: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()
    ask_before: Step | None = None
    """How long before its end what follows has to be asked for."""
    fixed_days: tuple[Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")], ...] = ()
    """Acts of the kind end on one of these days (MM-DD) and no other: the next one that is not renewed just before."""
    standstill: Words | None = None
    """Days on which the period does not run: a code of tracker/clocks/calendars.py."""
    counting: Counting | None = None
    roll: Roll | None = None
    calendar_code: Words | None = None
    subdivision: Words | None = None
    forum: Words | None = None
    type: ClockType
    binds: Binds
    opens_right: StrictBool = False
    opens_after: StrictBool = False
    """The right opens when the period is over, instead of ending with it."""
    extension: Words | None = None
    extended_by: Step | None = None
    """How much longer the forum may make it, where the rule says how much."""
    source: Words
    certainty: Certainty
    note: Words | None = None

    @property
    def is_own_date(self) -> bool:
        """Whether the house set it: its source is words of ours, where a law is cited as it is written."""
        return self.type == "internal"


class Prohibition(Record):
    """A status that a case may not have while a detail matches ``pattern`` (a regular expression, case ignored)."""

    status: Key
    detail: Key
    pattern: Words
    message: Words
    source: Words
    certainty: Certainty


class Subtype(Record):
    """A variety of the pathway. A case that doesn't name one has the first whose ``statuses`` it has been in."""

    key: Key
    label: Words
    statuses: tuple[Key, ...] = ()


class Detail(Record):
    """A fact of the case as a whole, kept under ``details``."""

    key: Key
    label: Words
    type: ValueType = "text"
    values: tuple[Words, ...] = ()
    subtypes: tuple[Key, ...] = ()


class Flag(Record):
    key: Key
    label: Words


class Definition(Record):
    """One pathway. Its keys are a public contract: import files and API clients use exactly these."""

    key: Key
    version: Annotated[int, Field(strict=True, ge=1)]
    reference_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")] | None = None
    """Begins the references of this pathway's cases; without it, the first three letters of the key."""
    label: Words
    summary: Words | None = None
    source: Words
    certainty: Certainty
    default_level: Level = "internal"
    confidential: Words | None = None
    """In words: what stays confidential by default."""
    initial: Annotated[tuple[Key, ...], Field(min_length=1)]
    subtypes: tuple[Subtype, ...] = ()
    default_subtype: Key | None = None
    subtypes_exclusive: StrictBool = False
    """Whether a status listed under one subtype is closed to the others."""
    details: tuple[Detail, ...] = ()
    contact_roles: tuple[ContactRole, ...] = ()
    flags: tuple[Flag, ...] = ()
    statuses: Annotated[tuple[Status, ...], Field(min_length=1)]
    prohibitions: tuple[Prohibition, ...] = ()
    clocks: tuple[Clock, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Status]:
        """The statuses by key, in the order of the table."""
        return MappingProxyType({status.key: status for status in self.statuses})

    @property
    def prefix(self) -> str:
        """What references of its cases begin with."""
        return self.reference_prefix or self.key.replace("_", "")[:3].upper()

    @cached_property
    def row(self) -> Mapping[str, int]:
        return MappingProxyType({status.key: number for number, status in enumerate(self.statuses)})

    def status(self, key: str) -> Status:
        """Raises KeyError for a key that is no status of this pathway."""
        return self.by_key[key]
