from __future__ import annotations

import pytest

from tracker.core.errors import Invalid
from tracker.core.ids import new_id
from tracker.engagements.facts import ParticipantFacts, SideFacts
from tracker.engagements.known import KnownNames, reference_in

ADA, COURT = new_id(), new_id()
KNOWN = KnownNames(
    {"ada example, judge": ADA, "jan example": ADA},
    frozenset({"jan example"}),
    {"court of examples": COURT},
    {"latvia": "LV", "european union": "EU"},
)


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
    assert KNOWN.side(text, "by") == side


def test_a_participant_who_is_no_contact_stays_text() -> None:
    assert KNOWN.participant("Ada Example, Judge", "participants-0") == ParticipantFacts(contact_id=ADA)
    assert KNOWN.participant("A note-taker", "participants-0") == ParticipantFacts(name="A note-taker")


def test_a_plus_sign_makes_a_new_contact() -> None:
    assert KNOWN.participant("+ Bo Example, Judge", "p") == ParticipantFacts(name="Bo Example, Judge", is_new=True)


def test_a_name_that_several_contacts_bear_is_not_guessed() -> None:
    with pytest.raises(Invalid) as refusal:
        KNOWN.participant("Jan Example", "participants-2")
    assert refusal.value.faults[0].path == "participants-2"


@pytest.mark.parametrize("text", ["icc-k7qx", "ICC-K7QX · A title · with dots", " ICC-K7QX "])
def test_the_reference_is_found_in_what_was_typed(text: str) -> None:
    assert reference_in(text) == "ICC-K7QX"
