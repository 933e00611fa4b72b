from __future__ import annotations

from datetime import date

import pytest

from tracker.contacts.facts import ContactFacts, OfficeFacts, OrganisationFacts, require_contact, require_organisation
from tracker.core.errors import Invalid


def test_an_office_ends_on_the_last_day_that_its_end_may_mean() -> None:
    assert OfficeFacts("Judge", held_to="2024-02").held_to_latest == date(2024, 2, 29)
    assert OfficeFacts("Judge").held_to_latest is None


def test_vague_ends_that_may_be_in_order_are_taken() -> None:
    require_contact(ContactFacts(offices=(OfficeFacts("Judge", held_from="2024-05", held_to="2024"),)))


@pytest.mark.parametrize(
    ("office", "path"),
    [
        (OfficeFacts("Judge", held_from="May"), "offices-0-held_from"),
        (OfficeFacts("Judge", held_from="2024-06", held_to="2024-05"), "offices-0-held_to"),
        (OfficeFacts(""), "offices-0-title"),
        (OfficeFacts("x" * 301), "offices-0-title"),
    ],
)
def test_what_is_wrong_with_an_office_is_said_at_its_row(office: OfficeFacts, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        require_contact(ContactFacts("Ada", offices=(office,)))
    assert [fault.path for fault in refusal.value.faults] == [path]


def test_countries_are_those_of_the_dossier_format() -> None:
    for code in ("LT", "EU", "XK"):
        require_organisation(OrganisationFacts("Court", code))
    with pytest.raises(Invalid):
        require_organisation(OrganisationFacts("Court", "ZZ"))
