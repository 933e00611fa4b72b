"""Holding the chain against the entries, and the anchors against the chain: what was changed behind the program's back.

A place of the chain that does not fit is reported, and the next one is judged by the digest that is stored: one
change is one finding, not a thousand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from tracker.audit.anchors import Anchor, all_anchors, outward
from tracker.audit.canonical import ENTRY_COLUMNS, canonical
from tracker.audit.chain import GENESIS
from tracker.audit.keys import AuditKeys
from tracker.audit.models import AuditAnchor, AuditCheck
from tracker.core import clock

LATE = timedelta(minutes=15)
"""An entry that turns up so long after others of its time is none of the program's: no transaction is that long."""
STILL = timedelta(hours=1)
MOST_LISTED = 1000
MOST_COMPARED = 100
"""Changed places among which a swap is looked for."""


class Kind(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"  # the entry or its place is not what was chained
    SWAPPED = "swapped"  # two entries stand in each other's place
    MISSING = "missing"  # the entry is gone, its place is not
    GAP = "gap"  # places are gone
    INSERTED_LATE = "inserted_late"  # the entry claims to be older than others that were there before it
    NOT_CHAINED = "not_chained"  # nobody has chained for long
    UNKNOWN_KEY = "unknown_key"
    ANCHOR_FORGED = "anchor_forged"  # not signed with our key
    ANCHOR_MISSING = "anchor_missing"
    ANCHOR_BROKEN = "anchor_broken"  # the chain says something else at the anchor's place
    ANCHOR_UNREADABLE = "anchor_unreadable"
    ROLLED_BACK = "rolled_back"  # the chain ends before an anchor


class Finding(NamedTuple):
    """One thing that is wrong, where. Never what an entry says."""

    kind: Kind
    place: str = ""
    entry_id: str | None = None


@dataclass(slots=True)
class Report:
    """What a verification found. `holds_until`: the last anchor up to which the chain is as it was signed."""

    places: int = 0
    anchors: int = 0
    holds_until: int | None = None
    counts: Counter[Kind] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.counts

    def add(self, kind: Kind, place: object = "", entry_id: str | None = None, times: int = 1) -> None:
        """Note a finding; all are counted, the first thousand listed."""
        self.counts[kind] += times
        if len(self.findings) < MOST_LISTED:
            self.findings.append(Finding(kind, str(place), entry_id))


class _Place(NamedTuple):
    position: int
    form: int
    key_id: str
    chained_at: str
    digest: bytes
    linked_id: str
    entry: Sequence[Any]


def verify(session: Session, keys: AuditKeys, kept: Sequence[Anchor] = (), unreadable: Sequence[str] = ()) -> Report:
    """Look at everything, as the auditor. `kept`: anchors that lay elsewhere; `unreadable`: files that held none."""
    report = Report()
    anchors = _own_anchors(session, report)  # first: the chain only grows meanwhile
    wanted = {anchor.digest for anchor in (*map(outward, anchors), *kept)}
    walk = _Walk(keys, report, wanted)
    for place in _places(session):
        walk.look(place)
    walk.tell_swaps_from_changes()
    _look_for_strays(session, walk, report)
    _judge_own(anchors, keys, walk, report)
    _judge_kept(kept, anchors, keys, walk, report)
    for name in unreadable:
        report.add(Kind.ANCHOR_UNREADABLE, name)
    _judge_the_end(anchors, kept, keys, walk, report)
    report.places, report.anchors = walk.count, len(anchors)
    return report


def note_check(session: Session, report: Report) -> None:
    """Keep the outcome, for the page of the administrators; as the auditor."""
    session.add(AuditCheck(is_whole=report.is_whole, findings=report.counts.total(), last_anchor=report.holds_until))


def is_check_due(session: Session) -> bool:
    """Whether the last verification is a day old."""
    last = session.scalar(select(AuditCheck.at).order_by(AuditCheck.at.desc()).limit(1))
    return last is None or clock.now() - last >= timedelta(days=1)


_PLACES = text(
    "SELECT l.position, l.form, l.key_id, extract(epoch FROM l.chained_at)::text, l.digest, l.entry_id::text,"  # noqa: S608
    f" {ENTRY_COLUMNS} FROM audit_links l LEFT JOIN audit_entries e ON e.id = l.entry_id ORDER BY l.position"
)


def _places(session: Session) -> Iterator[_Place]:
    for row in session.execute(_PLACES, execution_options={"yield_per": 2000}):
        position, form, key_id, chained_at, digest, linked_id, *entry = row
        yield _Place(position, form, key_id, chained_at, bytes(digest), linked_id, entry)


class _Walk:
    """From the first place to the last."""

    def __init__(self, keys: AuditKeys, report: Report, wanted: set[bytes]) -> None:
        self._keys = keys
        self._report = report
        self._wanted = wanted
        self._before = GENESIS
        self._changed: list[tuple[_Place, bytes]] = []
        self._of_this_run = Decimal("-Infinity")
        self._run = ""
        self.count = 0
        self.last = 0
        self.first_fault: int | None = None
        self.reached = Decimal("-Infinity")
        self.chained_at: Decimal | None = None
        self.places_of: dict[bytes, int] = {}

    def look(self, place: _Place) -> None:
        """Judge one place, and go on."""
        if place.position != self.last + 1:
            self._fault(place.position, Kind.GAP, f"{self.last + 1}–{place.position - 1}")
        self._judge(place)
        if place.digest in self._wanted:
            self.places_of[place.digest] = place.position
        self._before, self.last = place.digest, place.position
        self.count += 1

    def _judge(self, place: _Place) -> None:
        key = self._keys.by_id.get(place.key_id)
        if key is None:
            self._fault(place.position, Kind.UNKNOWN_KEY, place.position, place.linked_id)
        elif place.entry[0] is None:
            self._fault(place.position, Kind.MISSING, place.position, place.linked_id)
        elif self._digest(place, self._before, place.entry) != place.digest:
            self._changed.append((place, self._before))
            self.first_fault = self.first_fault or place.position
        else:
            self._judge_time(place)

    def _judge_time(self, place: _Place) -> None:
        at = Decimal(place.entry[1])
        if place.chained_at != self._run:
            self._run, self.reached = place.chained_at, max(self.reached, self._of_this_run)
        if at < self.reached - _seconds(LATE):
            self._fault(place.position, Kind.INSERTED_LATE, place.position, place.linked_id)
        self._of_this_run = max(self._of_this_run, at)
        self.chained_at = Decimal(place.chained_at)

    def tell_swaps_from_changes(self) -> None:
        """Name the changed places; where two fit when their entries change places, they were swapped."""
        compared = self._changed[:MOST_COMPARED]
        for place, before in self._changed:
            swapped = any(
                self._digest(place, before, other.entry) == place.digest for other, _ in compared if other is not place
            )
            self._report.add(Kind.SWAPPED if swapped else Kind.CHANGED, place.position, place.linked_id)

    def reached_in_all(self) -> Decimal:
        """The latest time of an entry that stands in the chain."""
        return max(self.reached, self._of_this_run)

    def _digest(self, place: _Place, before: bytes, entry: Sequence[Any]) -> bytes:
        key = self._keys.by_id[place.key_id]
        said = (place.linked_id, *entry[1:])
        return key.digest(canonical(place.form, place.position, before, place.chained_at, said))

    def _fault(self, position: int, kind: Kind, place: object, entry_id: str | None = None) -> None:
        self.first_fault = min(self.first_fault or position, position)
        self._report.add(kind, place, entry_id)


_STRAYS = text(
    "SELECT e.id::text, extract(epoch FROM e.at)::text FROM audit_entries e"
    " WHERE NOT EXISTS (SELECT 1 FROM audit_links l WHERE l.entry_id = e.id) ORDER BY e.at, e.id"
)


def _look_for_strays(session: Session, walk: _Walk, report: Report) -> None:
    """Entries without a place: older than others that have one, or waiting for too long."""
    old = walk.reached_in_all() - _seconds(LATE)
    waiting_since = Decimal(str(clock.now().timestamp())) - _seconds(STILL)
    waiting = 0
    for entry_id, epoch in session.execute(_STRAYS, execution_options={"yield_per": 2000}):
        at = Decimal(epoch)
        if at < old or not at.is_finite():
            report.add(Kind.INSERTED_LATE, _time(at), entry_id)
        elif at < waiting_since:
            waiting += 1
    if waiting:
        report.add(Kind.NOT_CHAINED, f"{waiting}")


def _own_anchors(session: Session, report: Report) -> Sequence[AuditAnchor]:
    try:
        with session.begin_nested():
            return all_anchors(session)
    except DataError:  # a time that no clock shows
        report.add(Kind.ANCHOR_UNREADABLE, "audit_anchors")
        return ()


def _judge_own(anchors: Sequence[AuditAnchor], keys: AuditKeys, walk: _Walk, report: Report) -> None:
    expected = 1
    for row in anchors:
        if row.number != expected:
            report.add(Kind.ANCHOR_MISSING, f"{expected}–{row.number - 1}")
        expected = row.number + 1
        if not _is_ours(outward(row), keys):
            report.add(Kind.ANCHOR_FORGED, row.number)
        elif walk.places_of.get(row.digest) != row.position and row.position <= walk.last:
            report.add(Kind.ANCHOR_BROKEN, row.number)


def _judge_kept(
    kept: Sequence[Anchor], anchors: Sequence[AuditAnchor], keys: AuditKeys, walk: _Walk, report: Report
) -> None:
    own = {row.number for row in anchors}
    for anchor in kept:
        if not _is_ours(anchor, keys):
            report.add(Kind.ANCHOR_FORGED, anchor.file_name)
        elif anchor.number not in own and anchor.digest in walk.places_of:
            report.add(Kind.ANCHOR_MISSING, anchor.number)


def _judge_the_end(
    anchors: Sequence[AuditAnchor], kept: Sequence[Anchor], keys: AuditKeys, walk: _Walk, report: Report
) -> None:
    """Up to which anchor the chain holds; and whether anchors were signed that it does not reach any more."""
    signed = [anchor for anchor in (*map(outward, anchors), *kept) if _is_ours(anchor, keys)]
    fault = walk.first_fault or walk.last + 1
    holding = [one.number for one in signed if 0 < walk.places_of.get(one.digest, 0) < fault]
    report.holds_until = max(holding, default=None)
    reached = [one.number for one in signed if one.digest in walk.places_of]
    beyond = {one.number for one in signed} - set(reached)
    if beyond and max(beyond) > max(reached, default=0):
        report.add(Kind.ROLLED_BACK, f"{max(reached, default=0)}", times=1)
    elif strangers := [anchor for anchor in kept if _is_ours(anchor, keys) and anchor.digest not in walk.places_of]:
        _judge_strangers(strangers, {row.number for row in anchors}, report)


def _judge_strangers(strangers: Sequence[Anchor], own: set[int], report: Report) -> None:
    """Anchors that we signed and that the chain does not hold, though it has anchors as late as they are.

    Where the number is one of ours as well, it was given twice: the chain was put back before it, and went on.
    """
    twice = [anchor.number for anchor in strangers if anchor.number in own]
    if twice:
        report.add(Kind.ROLLED_BACK, f"{min(twice) - 1}")
    if broken := [str(anchor.number) for anchor in strangers if anchor.number not in own]:
        report.add(Kind.ANCHOR_BROKEN, ", ".join(broken))


def _is_ours(anchor: Anchor, keys: AuditKeys) -> bool:
    key = keys.by_id.get(anchor.key_id)
    return key is not None and key.has_signed(anchor.message(), anchor.signature)


def _seconds(duration: timedelta) -> Decimal:
    return Decimal(int(duration.total_seconds()))


def _time(epoch: Decimal) -> str:
    try:
        return datetime.fromtimestamp(float(epoch), UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return "no time"
