from __future__ import annotations

from tracker.pathways.conditions import default_level, is_below, required_level, subtype_of
from tracker.pathways.registry import Registry
from tracker.pathways.schema import Definition


def test_a_warrant_under_seal_is_sealed_without_exception(warrant: Definition) -> None:
    assert required_level(warrant, "issued_sealed") == "sealed"
    said = warrant.status("issued_sealed").confidentiality
    assert said is not None and said.without_exception
    assert default_level(warrant, "issued_sealed") == "sealed"
    assert default_level(warrant, "issued_public") == "internal"


def test_a_state_that_considers_is_restricted_and_public_from_its_support_on(registry: Registry) -> None:
    accession = registry.get("country_accession")
    assert required_level(accession, "considering") == required_level(accession, "declined_for_now") == "restricted"
    assert required_level(accession, "political_support") is None
    assert default_level(accession, "political_support") == "public"


def test_communications_and_candidates_start_restricted(registry: Registry) -> None:
    assert default_level(registry.get("icc_communication"), "filed") == "restricted"
    assert required_level(registry.get("sanctions"), "evidence_pack") == "restricted"
    assert required_level(registry.get("icc_referral"), None) is None


def test_a_level_is_below_another_when_more_people_see_it() -> None:
    assert is_below("internal", "restricted")
    assert not is_below("sealed", "restricted")
    assert not is_below("restricted", "restricted")
    assert not is_below("public", None)


def test_a_subtype_follows_from_the_statuses_when_nobody_names_it(registry: Registry) -> None:
    mechanism, sanctions = registry.get("un_mechanism"), registry.get("sanctions")
    assert subtype_of(mechanism, {}, ["upr_reviewed"]) == "upr"
    assert subtype_of(mechanism, {}, ["reporting"]) == "mandate"
    assert subtype_of(sanctions, {}, ["lit_filed"]) == "litigation"
    assert subtype_of(sanctions, {}, ["listed"]) == "listing"
    assert subtype_of(sanctions, {"subtype": "framework"}, ["listed"]) == "framework"
    accession = registry.get("country_accession")
    assert subtype_of(accession, {}, ["approached", "joined"]) == "join"
    assert subtype_of(accession, {}, ["deposited"]) == "treaty"
    assert subtype_of(accession, {}, ["approached"]) is None
    assert subtype_of(registry.get("icc_referral"), {}, ["received"]) is None
