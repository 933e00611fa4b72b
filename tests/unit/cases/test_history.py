"""What a history comes to: pure, on the real definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tracker.cases.gaps import find_gaps
from tracker.cases.history import Projection, as_of, known_by, project
from tracker.core.dates import VagueDate
from tracker.pathways.registry import load_default

DEFINITIONS = {one.key: one for one in load_default(None).all()}


@dataclass
class Entry:
    status: str | None = None
    on: str | None = "2025-01-01"
    move: str | None = None
    resume_to: str | None = None
    outcome: str | None = None
    reason: str | None = None
    new_facts: str | None = None
    known_on: date | None = None
    expires_on: date | None = None
    flags: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    definition_version: int = 1
    entered_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    id: UUID = field(default_factory=uuid4)
    effective_on: date | None = None
    time: str | None = None
    event_place: str | None = None
    authority: str | None = None
    reference_no: str | None = None
    source: str | None = None

    @property
    def when(self) -> VagueDate:
        return VagueDate(self.on)

    @property
    def occurred_on(self) -> str | None:
        return self.on

    @property
    def earliest(self) -> date | None:
        return self.when.earliest

    @property
    def latest(self) -> date | None:
        return self.when.latest


def come_to(pathway: str, *entries: Entry) -> Projection:
    return project(lambda _version: DEFINITIONS[pathway], entries, {})


def test_no_entry_gives_no_status() -> None:
    assert come_to("sanctions").status is None


def test_an_entry_without_a_status_changes_none() -> None:
    found = come_to("sanctions", Entry("identified"), Entry(on="2026"))
    assert (found.status, found.since.text) == ("identified", "2025-01-01")


def test_a_pause_remembers_what_was_left_and_resuming_forgets_it() -> None:
    paused = (Entry("considering"), Entry("declined_for_now", resume_to="approached"))
    found = come_to("country_accession", *paused)
    assert (found.phase, found.left_status, found.resume_to) == ("paused", "considering", "approached")
    assert come_to("country_accession", *paused, Entry("considering")).left_status is None


def test_the_status_said_again_keeps_since_and_opens_a_period() -> None:
    again = Entry("adopted", on="2026-01-01")
    found = come_to("political_resolution", Entry("adopted"), again)
    assert (found.since.text, found.period_id) == ("2025-01-01", again.id)


def test_flags_begin_and_end() -> None:
    found = come_to(
        "sanctions", Entry("identified", flags=["in_custody", "appeal_pending"]), Entry(flags=["-in_custody"])
    )
    assert found.flags == ("appeal_pending",)


def test_reopening_forgets_the_outcome() -> None:
    closed = Entry("not_pursued", outcome="Given up")
    assert come_to("country_accession", Entry("identified"), closed).outcome == "Given up"
    assert come_to("country_accession", Entry("identified"), closed, Entry("identified")).outcome is None


def test_the_end_of_a_pause_does_not_outlive_it() -> None:
    pause = Entry("suspended_unsc", expires_on=date(2026, 1, 1))
    assert come_to("icc_referral", Entry("investigation_open"), pause).expires_on == date(2026, 1, 1)
    assert come_to("icc_referral", Entry("investigation_open"), pause, Entry("investigation_open")).expires_on is None


def test_each_status_said_opens_a_period_with_an_end_of_its_own_or_none() -> None:
    listed, until = Entry("listed", expires_on=date(2026, 1, 1)), date(2027, 1, 1)
    assert come_to("sanctions", listed).expires_on == date(2026, 1, 1)
    assert come_to("sanctions", listed, Entry("listed", expires_on=until)).expires_on == until
    assert come_to("sanctions", listed, Entry("listed")).expires_on is None
    assert come_to("sanctions", listed, Entry("amended")).expires_on is None


@pytest.mark.parametrize(
    ("pathway", "granted", "goes_on", "ends"),
    [
        ("un_mechanism", "established", ("members_appointed", "reporting", "renewal_due"), "lapsed"),
        ("un_mechanism", "renewed", ("reporting", "renewal_due"), "succeeded"),
        ("sanctions", "listed", ("renewal_due", "delisting_requested"), "delisted"),
    ],
)
def test_what_was_granted_for_a_time_goes_on_through_what_happens_in_it(
    pathway: str, granted: str, goes_on: tuple[str, ...], ends: str
) -> None:
    until, later = date(2027, 4, 3), date(2028, 4, 3)
    entries = [Entry(granted, expires_on=until), *map(Entry, goes_on)]
    for number in range(1, len(entries) + 1):
        assert come_to(pathway, *entries[:number]).expires_on == until
    assert come_to(pathway, *entries, Entry(expires_on=later)).expires_on == later
    assert come_to(pathway, *entries, Entry(granted)).expires_on is None, "a renewal that doesn't say until when"
    assert come_to(pathway, *entries, Entry(ends)).expires_on is None
    assert come_to(pathway, *entries, Entry(ends), Entry(goes_on[-1])).expires_on is None, "nothing survives an end"


def test_an_entry_without_a_status_names_the_end_of_the_period_or_leaves_it() -> None:
    listed, until = Entry("listed", expires_on=date(2026, 1, 1)), date(2027, 1, 1)
    assert come_to("sanctions", listed, Entry()).expires_on == date(2026, 1, 1)
    assert come_to("sanctions", listed, Entry(expires_on=until)).expires_on == until
    assert come_to("sanctions", listed, Entry(expires_on=until), Entry("listed")).expires_on is None


def test_as_of_a_day_leaves_out_what_became_known_later() -> None:
    late = Entry("joined", on="2025-02-01", known_on=date(2025, 5, 1))
    entries = [Entry("considering"), late]
    assert as_of(entries, date(2025, 4, 30)) == entries[:1]
    assert as_of(entries, date(2025, 5, 1)) == entries


def test_a_vague_date_was_known_once_its_last_day_had_come() -> None:
    assert known_by(Entry(on="2025-02")) == date(2025, 2, 28)


def test_an_unknown_date_was_known_when_it_was_entered() -> None:
    assert known_by(Entry(on=None)) == date(2026, 1, 1)


def test_a_hearing_announced_for_later_has_not_happened_yet() -> None:
    hearing = Entry(on="2025-12-01", known_on=date(2025, 6, 1))
    assert as_of([hearing], date(2025, 7, 1)) == []


def gaps_of(*entries: Entry, level: str = "internal", has_lead: bool = True, details: dict[str, Any] | None = None):
    definition = DEFINITIONS["country_accession"]
    found = project(lambda _version: definition, entries, details or {})
    return find_gaps(
        lambda _version: definition, definition, entries, found, level=level, has_lead=has_lead, details=details or {}
    )


def test_each_fact_that_a_status_asks_for_is_a_gap_until_it_is_said() -> None:
    assert {gap.key for gap in gaps_of(Entry("identified"))} == {"state_party", "instrument"}
    said = {"state_party": False, "instrument": "Referral"}
    assert gaps_of(Entry("identified", facts=said)) == ()


def test_what_the_facts_of_the_case_say_is_no_gap() -> None:
    assert {gap.key for gap in gaps_of(Entry("identified"), details={"instrument": "Referral"})} == {"state_party"}


def test_a_case_without_a_lead_and_an_unknown_date_are_gaps() -> None:
    entry = Entry("identified", on=None, facts={"state_party": True, "instrument": "x"})
    assert [gap.kind for gap in gaps_of(entry, has_lead=False)] == ["lead", "date"]
