from __future__ import annotations

import pytest

from tracker.core.ids import new_id
from tracker.engagements.facts import ParticipantFacts, SideFacts
from tracker.engagements.known import KnownNames, reference_in

ADA, COURT = new_id(), new_id()
KNOWN = KnownNames({"Ada Example, Judge": ADA}, {"Court of Examples": COURT}, {"Latvia": "LV", "European Union": "EU"})


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("ada example, judge", SideFacts(contact_id=ADA)),
        ("Court of Examples", SideFacts(organisation_id=COURT)),
        ("Latvia", SideFacts(country="LV")),
        ("LV", SideFacts(country="LV")),
        ("XK", SideFacts(country="XK")),
        ("lv", SideFacts(text="lv")),
        ("EU permanent missions", SideFacts(text="EU permanent missions")),
        (None, SideFacts()),
    ],
)
def test_a_side_is_a_contact_an_organisation_a_country_or_text(text: str | None, side: SideFacts) -> None:
    assert KNOWN.side(text) == side


def test_a_participant_who_is_no_contact_stays_text() -> None:
    assert KNOWN.participant("Ada Example, Judge") == ParticipantFacts(contact_id=ADA)
    assert KNOWN.participant("A note-taker") == ParticipantFacts(name="A note-taker")


@pytest.mark.parametrize("text", ["icc-k7qx", "ICC-K7QX · A title · with dots", " ICC-K7QX "])
def test_the_reference_is_found_in_what_was_typed(text: str) -> None:
    assert reference_in(text) == "ICC-K7QX"
