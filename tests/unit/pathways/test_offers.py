from __future__ import annotations

from datetime import date

from tracker.pathways.offers import Offer, add_months, offered_follow_ups
from tracker.pathways.registry import Registry
from tracker.pathways.schema import Definition
from tracker.sittings.models import INSTITUTIONS


def by_key(offers: tuple[Offer, ...]) -> dict[str, Offer]:
    return {offer.key: offer for offer in offers}


def test_an_offset_counts_from_the_day_of_entry(referral: Definition) -> None:
    offers = offered_follow_ups(referral, "submitted", date(2024, 9, 30))
    assert [(offer.key, offer.due_on) for offer in offers] == [
        ("press_note", date(2024, 10, 1)),
        ("confirm_receipt", date(2024, 10, 3)),
        ("open_country_accessions", date(2024, 10, 7)),
    ]


def test_a_vague_date_starts_nothing(referral: Definition) -> None:
    for status in referral.statuses:
        assert {offer.due_on for offer in offered_follow_ups(referral, status.key, None)} <= {None}


def test_a_number_without_text_reads_as_a_review_of_the_status(registry: Registry) -> None:
    tribunal = registry.get("special_tribunal")
    assert offered_follow_ups(tribunal, "formal_request", date(2026, 1, 1)) == (
        Offer("review", "Review: Formal request by territorial state", date(2026, 1, 31), None, False),
    )


def test_a_rhythm_begins_one_period_after_entry(referral: Definition) -> None:
    letter = by_key(offered_follow_ups(referral, "preliminary_examination", date(2026, 1, 1)))["otp_letter"]
    assert (letter.due_on, letter.every_days, letter.by_hand) == (date(2026, 4, 1), 90, False)


def test_what_is_offered_by_hand_has_no_day(referral: Definition) -> None:
    side_event = by_key(offered_follow_ups(referral, "preliminary_examination", date(2026, 1, 1)))["asp_side_event"]
    assert (side_event.due_on, side_event.by_hand) == (None, True)


def test_a_deferral_is_reviewed_after_six_calendar_months_not_180_days(referral: Definition) -> None:
    offers = by_key(offered_follow_ups(referral, "deferred_to_state", date(2026, 8, 31)))
    assert offers["review_point"].due_on == date(2027, 2, 28)
    assert offers["prepare_review"].due_on == date(2027, 1, 29)


def test_a_halt_by_the_security_council_ends_after_twelve_calendar_months(referral: Definition) -> None:
    assert by_key(offered_follow_ups(referral, "suspended_unsc", date(2028, 2, 29)))["expiry"].due_on == date(
        2029, 2, 28
    )


def test_litigation_is_watched_for_ninety_days(registry: Registry) -> None:
    offers = by_key(offered_follow_ups(registry.get("sanctions"), "listed", date(2026, 2, 26)))
    assert offers["litigation_watch"].due_on == date(2026, 5, 27)


def test_a_negative_number_counts_back_from_the_date_named(warrant: Definition) -> None:
    expiry = {"expires_on": date(2026, 11, 22)}
    known = by_key(offered_follow_ups(warrant, "circulated", date(2021, 11, 22), expiry))["interpol_expiry"]
    assert (known.due_on, known.kind) == (date(2026, 5, 26), "renewal")
    vague: tuple[dict[str, object], ...] = ({}, {"expires_on": "2026-11"})
    for anchors in vague:
        unknown = by_key(offered_follow_ups(warrant, "circulated", date(2021, 11, 22), anchors))
        assert unknown["interpol_expiry"].due_on is None


def test_a_sum_past_the_last_year_starts_nothing(referral: Definition) -> None:
    assert by_key(offered_follow_ups(referral, "suspended_unsc", date(9999, 6, 1)))["expiry"].due_on is None


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert add_months(date(2026, 10, 31), 1) == date(2026, 11, 30)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 1, 15), -1) == date(2025, 12, 15)


OPENS_ON = date(2027, 2, 22)


def test_while_the_day_of_a_vote_is_not_known_its_work_counts_from_the_sitting(registry: Registry) -> None:
    mandate, sittings = registry.get("un_mechanism"), {"session": OPENS_ON}
    lobby = by_key(offered_follow_ups(mandate, "renewal_due", date(2027, 1, 4), {}, sittings))["lobby"]
    assert (lobby.due_on, lobby.sitting, lobby.days) == (date(2027, 1, 8), "session", -45)
    known = {"vote_on": date(2027, 4, 1)}
    lobby = by_key(offered_follow_ups(mandate, "renewal_due", date(2027, 1, 4), known, sittings))["lobby"]
    assert (lobby.due_on, lobby.sitting) == (date(2027, 2, 15), None), "the day itself prevails"
    offers = by_key(offered_follow_ups(mandate, "renewal_due", date(2027, 1, 4), {}))
    assert (offers["lobby"].due_on, offers["lobby"].sitting) == (None, None)
    others = by_key(offered_follow_ups(mandate, "renewal_due", date(2027, 1, 4), {}, sittings))
    assert (others["vote_list"].due_on, others["vote_list"].sitting) == (date(2027, 1, 11), None)


def test_every_sitting_that_a_pathway_asks_for_is_one_of_a_known_institution(registry: Registry) -> None:
    asked = [fact.sitting for one in registry.all() for row in one.statuses for fact in row.facts if fact.sitting]
    assert asked and set(asked) <= set(INSTITUTIONS)
