"""Well-known public proceedings, as far as the statuses of the pathways tell them: public record, roughly told.

Each entry: pathway, the status at the end of what is told, the events. An event is a date (None: unknown; a bare
year or month: no more is told), a status (None: it changes nothing) and what else matters.
"""

from __future__ import annotations

from typing import Any

Event = tuple[str | None, str | None, dict[str, Any]]
PROCEEDINGS: dict[str, tuple[str, str, list[Event], dict[str, Any]]] = {}


def told(ref: str, pathway: str, ends: str, *events: tuple[Any, ...], **case: Any) -> None:
    full = [(event[0], event[1], event[2] if len(event) > 2 else {}) for event in events]
    PROCEEDINGS[ref] = (pathway, ends, full, case)


def a_year_in(first: int, last: int, day: str, status: str, until: str) -> list[tuple[Any, ...]]:
    """A period opened anew every year."""
    return [(f"{year}-{day}", status, {"expires_on": f"{year + 1}-{until}"}) for year in range(first, last + 1)]


# Situations before the ICC
told(
    "comoros",
    "icc_referral",
    "closed_no_investigation",
    ("2013-05-14", "submitted"),
    ("2013-05-14", "received"),
    ("2013-05-14", "preliminary_examination"),
    ("2014-11-06", "declined"),
    ("2015-01-29", "review_requested"),
    ("2015-07-16", "reconsideration_ordered"),
    ("2017-11-29", "declined"),
    ("2018-02-23", "review_requested"),
    ("2018-11-15", "reconsideration_ordered"),
    ("2019-12-02", "declined"),
    ("2020-03-02", "review_requested"),
    ("2020-09-16", "closed_no_investigation"),
)
told(
    "venezuela",
    "icc_referral",
    "investigation_open",
    ("2018-09-27", "submitted", {"facts": {"referring_states": ["AR", "CA", "CL", "CO", "PE", "PY"]}}),
    ("2018-09-28", "received"),
    ("2018-09", "preliminary_examination", {"seq": 3}),
    ("2021-11-03", "investigation_open"),
    ("2022-04-15", "deferral_requested", {"resume_to": "investigation_open", "reason": "Art. 18(2)"}),
    ("2022-11-01", "resumption_requested"),
    ("2023-06-27", "investigation_open", {"flags": ["appeal_pending"]}),
    ("2024-03-01", None, {"flags": ["-appeal_pending"]}),
)
told(
    "palestine",
    "icc_referral",
    "case_stage",
    ("2018-05-22", "submitted"),
    ("2018-05-24", "received"),
    ("2018-05-24", "preliminary_examination", {"facts": {"start_date": "2015-01-16"}}),
    ("2020-01-22", None, {"flags": ["jurisdiction_challenge_pending"]}),
    ("2021-02-05", None, {"flags": ["-jurisdiction_challenge_pending"]}),
    ("2021-03-03", "investigation_open"),
    ("2024-05-20", "case_stage"),
)
told(
    "ukraine",
    "icc_referral",
    "case_stage",
    ("2022-02-28", "submitted"),
    ("2022-03-01", "received", {"move": "forward"}),
    ("2022-03-02", "investigation_open"),
    ("2023-03-17", "case_stage"),
)
told(
    "uganda",
    "icc_referral",
    "closed_completed",
    ("2003-12-16", "submitted", {"known_on": "2004-01-29"}),
    ("2004-01-29", "received"),
    ("2004", "preliminary_examination"),
    ("2004-07-28", "investigation_open"),
    ("2005-07-08", "case_stage"),
    ("2023-12-01", "closed_completed", {"outcome": "Investigation phase concluded"}),
)
told(
    "afghanistan",
    "icc_communication",
    "case_stage",
    (None, "phase1_assessment"),
    ("2007", "preliminary_examination"),
    ("2017-11-20", "authorisation_requested"),
    ("2019-04-12", "authorisation_refused"),
    ("2019-06-07", "under_appeal"),
    ("2020-03-05", "investigation_open"),
    ("2020-03-26", "deferral_requested"),
    ("2020-04", "deferred_to_state"),
    ("2021-09-27", "resumption_requested"),
    ("2022-10-31", "investigation_open", {"flags": ["appeal_pending"]}),
    ("2025-01-23", "case_stage"),
)
told(
    "kenya",
    "icc_communication",
    "closed_completed",
    (None, "filed", {"between": ["2008", "2009"]}),
    (None, "preliminary_examination", {"between": ["2008", "2009-11"]}),
    ("2009-11-26", "authorisation_requested"),
    ("2010-03-31", "investigation_open"),
    ("2011-03-08", "case_stage"),
    ("2023-11-27", "closed_completed", {"outcome": "concluded"}),
)
told(
    "philippines",
    "icc_communication",
    "case_stage",
    ("2018-02-08", "preliminary_examination"),
    ("2021-05-24", "authorisation_requested"),
    ("2021-09-15", "investigation_open"),
    ("2021-11-10", "deferral_requested"),
    ("2021-11-18", "deferred_to_state"),
    ("2022-06-24", "resumption_requested"),
    ("2023-01-26", "investigation_open"),
    ("2025-03-07", "case_stage"),
)
told(
    "xinjiang",
    "icc_communication",
    "rejected_phase1",
    ("2020-07-06", "filed"),
    (None, "acknowledged", {"between": ["2020-07-06", "2020-12-14"]}),
    ("2020-12-14", "phase1_assessment"),
    ("2020-12-14", "rejected_phase1"),
    ("2021-06-10", "phase1_assessment", {"new_facts": "further dossier"}),
    (None, "rejected_phase1", {"outcome": "not taken further"}),
)
# Warrants
told(
    "bashir-1",
    "arrest_warrant",
    "circulated",
    ("2008-07-14", "requested"),
    ("2009-03-04", "issued_public"),
    ("2009-03-06", "circulated"),
    ("2017-07-06", None, {"flags": ["state_non_compliance_finding"]}),
    details={"issuer": "ICC"},
)
told(
    "bashir-2",
    "arrest_warrant",
    "issued_public",
    ("2010-02-03", None),
    ("2010-07-12", "issued_public"),
    details={"issuer": "ICC"},
    links=[{"to": "bashir-1", "kind": "related"}],
)
told(
    "kony",
    "arrest_warrant",
    "circulated",
    ("2005-05-06", "requested", {"known_on": "2005-10-13"}),
    ("2005-07-08", "issued_sealed", {"known_on": "2005-10-13"}),
    ("2005-10-13", "issued_public"),
    ("2006-06", "circulated"),
)
told(
    "lukwiya",
    "arrest_warrant",
    "terminated_death",
    ("2005-07-08", "issued_sealed"),
    ("2005-10-13", "issued_public"),
    ("2007-07-11", "terminated_death", {"outcome": "died 2006-08-12", "effective_on": "2006-08-12"}),
)
told(
    "simone-gbagbo",
    "arrest_warrant",
    "withdrawn",
    ("2012-02-29", "issued_sealed"),
    ("2012-11-22", "issued_public"),
    ("2021-07-19", "withdrawn", {"outcome": "ceased to have effect", "known_on": "2021-07-29"}),
)
told("barasa", "arrest_warrant", "issued_public", ("2013-08-02", "issued_sealed"), ("2013-10-02", "issued_public"))
told(
    "gicheru",
    "arrest_warrant",
    "executed",
    ("2015-03-10", "issued_sealed"),
    ("2015-09-10", "issued_public"),
    ("2020-11-02", "arrested"),
    ("2020-11-03", "executed", {"outcome": "surrendered"}),
)
told(
    "duterte",
    "arrest_warrant",
    "executed",
    ("2025-02-10", "requested"),
    ("2025-03-07", "issued_sealed"),
    ("2025-03-11", "issued_public"),
    ("2025-03-11", "arrested"),
    ("2025-03-12", "executed", {"outcome": "surrendered"}),
)
told(
    "muammar-gaddafi",
    "arrest_warrant",
    "terminated_death",
    ("2011-05-16", "requested"),
    ("2011-06-27", "issued_public"),
    ("2011-11-22", "terminated_death", {"effective_on": "2011-10-20", "outcome": "death"}),
)
told(
    "pinochet-spain",
    "arrest_warrant",
    "terminated_death",
    ("1998-10-16", "circulated"),
    ("1998-10-16", "arrested"),
    ("1998-11", "surrender_proceedings"),
    ("2000-03-02", "surrender_refused", {"reason": "unfit to stand trial"}),
    ("2006-12-10", "terminated_death", {"outcome": "death"}),
)
told(
    "puigdemont-1",
    "arrest_warrant",
    "withdrawn",
    ("2017-11-03", "issued_public"),
    ("2017-11-05", "arrested"),
    ("2017-11-05", "surrender_proceedings"),
    ("2017-12-05", "withdrawn", {"outcome": "withdrawn"}),
)
told(
    "puigdemont-2",
    "arrest_warrant",
    "withdrawn",
    ("2018-03-23", "circulated"),
    ("2018-03-25", "arrested"),
    ("2018-03-26", "surrender_proceedings"),
    ("2018-07-12", "surrender_refused"),
    ("2018-07-19", "withdrawn"),
    links=[{"to": "puigdemont-1", "kind": "replaces"}],
)
told(
    "puigdemont-3",
    "arrest_warrant",
    "annulled",
    ("2019-10-14", "circulated"),
    ("2020-01-02", "suspended", {"resume_to": "circulated", "reason": "immunity"}),
    ("2021-03-09", "circulated"),
    ("2021-05-31", "suspended"),
    ("2021-07-30", "circulated"),
    ("2021-09-23", "arrested"),
    ("2021-09-24", "circulated"),
    ("2023-01-12", "annulled", {"outcome": "law changed"}),
)
told(
    "assad-france-1",
    "arrest_warrant",
    "annulled",
    ("2023-11-13", "issued_public"),
    ("2024-06-26", None),
    ("2025-07-25", "annulled", {"outcome": "personal immunity"}),
)
told(
    "assad-france-2",
    "arrest_warrant",
    "issued_public",
    ("2025-07-29", "issued_public"),
    links=[{"to": "assad-france-1", "kind": "replaces"}],
)
told(
    "kabuga",
    "arrest_warrant",
    "executed",
    ("1997-08", "issued_sealed"),
    (None, "issued_public"),
    ("2000", "circulated"),
    ("2020-05-16", "arrested"),
    ("2020-06-03", "surrender_proceedings"),
    ("2020-10-26", "executed"),
)
# National cases; the first two are severed trials of one indictment
told(
    "koblenz-raslan",
    "universal_jurisdiction",
    "final_conviction",
    ("2017", "investigation_open"),
    ("2019-02-12", "suspects_charged"),
    ("2019-10-22", "indicted"),
    ("2020-04-23", "trial"),
    ("2021-02-17", None, {"facts": {"severed": True}}),
    ("2022-01-13", "judgment_first_instance"),
    ("2022-01", "appeal"),
    ("2024-03-20", "final_conviction", {"outcome": "life", "facts": {"reported": "3 StR 454/22"}}),
)
told(
    "koblenz-gharib",
    "universal_jurisdiction",
    "final_conviction",
    ("2020-04-23", "trial"),
    ("2021-02-24", "judgment_first_instance"),
    ("2021", "appeal"),
    ("2022-04", "final_conviction", {"outcome": "4 y 6 m"}),
    links=[{"to": "koblenz-raslan", "kind": "arises_from"}],
)
told(
    "noury",
    "universal_jurisdiction",
    "sentence_ended",
    ("2019-11-09", "suspects_charged"),
    ("2021-07-27", "indicted"),
    ("2021-08-10", "trial"),
    ("2022-07-14", "judgment_first_instance"),
    ("2022", "appeal"),
    ("2023-12-19", "judgment_appeal"),
    ("2024-03-06", "final_conviction"),
    ("2024-06-15", "sentence_ended"),
)
told(
    "massaquoi",
    "universal_jurisdiction",
    "final_acquittal",
    ("2020-03-10", "suspects_charged"),
    ("2021-01", "indicted"),
    ("2021-02-03", "trial"),
    ("2022-04-29", "judgment_first_instance"),
    ("2022", "appeal"),
    ("2024-01-31", "judgment_appeal"),
    (None, "final_acquittal", {"outcome": "acquitted", "between": ["2024-01-31", None]}),
)
told(
    "guatemala-spain",
    "universal_jurisdiction",
    "investigation_open",
    ("1999-12-02", "complaint_filed"),
    ("2000-03-27", "investigation_open"),
    ("2000-12-13", "closed_discontinued", {"outcome": "no jurisdiction"}),
    ("2000-12", "refusal_challenged", {"new_facts": "appeal"}),
    ("2003-02-25", "opening_refused"),
    ("2003", "refusal_challenged"),
    ("2005-09-26", "investigation_open"),
)
told(
    "torture-poland",
    "universal_jurisdiction",
    "suspects_charged",
    ("2020-12", "investigation_open"),
    ("2023", "suspended", {"resume_to": "investigation_open", "reason": "long-lasting obstacle"}),
    ("2024", "investigation_open"),
    ("2024-09", "suspects_charged"),
)
told(
    "habre-belgium",
    "universal_jurisdiction",
    "transferred",
    ("2000-11-30", "complaint_filed"),
    (None, "investigation_open", {"between": ["2000-11-30", "2005-09"]}),
    ("2005-09-19", "suspects_charged"),
    ("2013", "transferred", {"outcome": "Extraordinary African Chambers"}),
)
# States
told(
    "za-withdrawal",
    "country_accession",
    "in_force",
    ("2000-11-27", "deposited"),
    ("2002-07-01", "in_force"),
    ("2016-10-19", "withdrawal_notified", {"effective_on": "2017-10-19"}),
    ("2017-03-07", "in_force"),
    details={"subtype": "treaty"},
)
told(
    "gm-withdrawal",
    "country_accession",
    "in_force",
    ("2002-09-01", "in_force"),
    ("2016-10-25", "withdrawal_announced"),
    ("2016-11-10", "withdrawal_notified"),
    ("2017-02-10", "in_force"),
    details={"subtype": "treaty"},
)
told(
    "bi-withdrawal",
    "country_accession",
    "withdrawn",
    ("2004-12-01", "in_force"),
    ("2016-10-12", "withdrawal_announced"),
    ("2016-10-27", "withdrawal_notified", {"expires_on": "2017-10-27"}),
    ("2017-10-27", "withdrawn"),
)
told(
    "am-accession",
    "country_accession",
    "in_force",
    ("1999-10-01", "signed"),
    ("2004-08-13", "stalled", {"resume_to": "ratification_pending", "reason": "Constitutional Court"}),
    ("2023-03-24", "ratification_pending"),
    ("2023-10-03", "ratified_domestic", {"effective_on": "2023-10-13"}),
    ("2023-11-14", "deposited"),
    ("2024-02-01", "in_force"),
)
told(
    "ua-accession",
    "country_accession",
    "in_force",
    ("2000-01-20", "signed"),
    ("2001-07-11", "stalled"),
    ("2024-08-15", "ratification_pending"),
    ("2024-08-24", "ratified_domestic"),
    ("2024-10-25", "deposited"),
    ("2025-01-01", "in_force"),
)
told(
    "my-accession",
    "country_accession",
    "withdrawn",
    ("2019-03-04", "deposited"),
    ("2019-04-05", None),
    ("2019-04-29", "withdrawal_notified"),
    ("2019-06", "withdrawn"),
)
told(
    "za-palestine",
    "country_accession",
    "confirmed",
    ("2023-11-17", "joined", {"facts": {"kind": "own_referral"}}),
    ("2023-11-17", "confirmed"),
    links=[{"to": "palestine", "kind": "joins"}],
    details={"subtype": "join"},
)
told(
    "jp-ukraine",
    "country_accession",
    "confirmed",
    (None, "considering", {"between": ["2022-03-02", "2022-03-09"]}),
    ("2022-03-09", "joined"),
    ("2022-03-11", "confirmed"),
    links=[{"to": "ukraine", "kind": "joins"}],
)
told(
    "co-venezuela",
    "country_accession",
    "position_reversed",
    ("2018-09-27", "joined"),
    ("2018-09-28", "confirmed"),
    ("2022", "position_reversed"),
    links=[{"to": "venezuela", "kind": "joins"}],
)
# Tribunals
told(
    "habre-chambers",
    "special_tribunal",
    "final_judgment",
    ("2006-07-02", "political_endorsement"),
    ("2010", "drafting"),
    ("2010-12", "stalled", {"reason": "talks broken off"}),
    ("2012", "drafting"),
    ("2012-08-22", "agreement_signed"),
    ("2013-02-08", "operational", {"move": "jump"}),
    ("2013-07-02", "proceedings"),
    ("2016-05-30", "judgment_first_instance"),
    ("2016-06", "appeal"),
    ("2017-04-27", "final_judgment"),
)
told(
    "khmer-rouge",
    "special_tribunal",
    "closed_residual",
    ("1997-06-21", "formal_request"),
    ("2003-06-06", "agreement_signed"),
    ("2005-04-29", "established"),
    ("2006-07-03", "operational"),
    ("2007-07-31", "proceedings"),
    ("2010-07-26", "judgment_first_instance"),
    ("2010", "appeal"),
    ("2012-02-03", "final_judgment"),
    ("2012", "proceedings"),
    ("2014-08-07", "judgment_first_instance"),
    ("2014", "appeal"),
    ("2016-11-23", "final_judgment"),
    ("2022-12-31", "closed_residual"),
)
told(
    "aggression",
    "special_tribunal",
    "participation_open",
    ("2022-02-28", "proposed"),
    ("2023-01-19", "political_endorsement"),
    ("2023", "drafting"),
    ("2025-05-13", "formal_request"),
    ("2025-06-25", "agreement_signed"),
    ("2026-05", "participation_open"),
)
# United Nations
told(
    "yemen-experts",
    "un_mechanism",
    "lapsed",
    ("2017-09-29", "established"),
    ("2017-12-04", "members_appointed"),
    ("2018-08-28", "reporting"),
    ("2018-09-28", "renewed"),
    ("2019-09-26", "renewed"),
    ("2020-10-06", "renewed"),
    ("2021-09", "renewal_due"),
    ("2021-10-07", "lapsed", {"facts": {"vote": {"for": 18, "against": 21, "abstain": 7}}}),
)
told(
    "belarus-rapporteur",
    "un_mechanism",
    "renewed",
    ("2012-07-05", "established"),
    ("2012-09-28", "members_appointed"),
    ("2013-04", "reporting"),
    *a_year_in(2013, 2025, "07-01", "renewed", "06-30"),
    details={"subtype": "mandate"},
)
told(
    "belarus-examination",
    "un_mechanism",
    "succeeded",
    ("2021-03-24", "established"),
    ("2022-03", "reporting"),
    ("2022-04-01", "renewed"),
    ("2023-04-04", "renewed"),
    ("2024-04-04", "succeeded"),
)
told(
    "israel-upr",
    "un_mechanism",
    "upr_outcome_adopted",
    (None, "upr_preparation"),
    (None, "upr_review_scheduled"),
    ("2013-01-29", "upr_postponed", {"reason": "did not attend", "resume_to": "upr_review_scheduled"}),
    ("2013-06", "upr_review_scheduled"),
    ("2013-10-29", "upr_reviewed"),
    ("2014-03-27", "upr_outcome_adopted"),
)
told(
    "belarus-upr-3",
    "un_mechanism",
    "upr_cycle_closed",
    ("2020-11-02", "upr_reviewed"),
    ("2020-11-06", "upr_responses_pending"),
    ("2021-03-16", "upr_outcome_adopted"),
    ("2021-03", "upr_implementation", {"seq": 4}),
    ("2025-11-03", "upr_cycle_closed"),
)
# Sanctions
told(
    "belarus-framework",
    "sanctions",
    "listed",
    *a_year_in(2012, 2026, "02-25", "listed", "02-28"),
    details={"subtype": "framework"},
)
told(
    "irisl",
    "sanctions",
    "delisted",
    ("2010-07-26", "listed"),
    ("2013-09-16", "annulled_effects_maintained"),
    ("2013-11-27", "listed"),
    ("2016-01-16", "delisted", {"outcome": "agreement"}),
)
told(
    "irisl-court",
    "sanctions",
    "lit_final",
    ("2010-10-08", "lit_filed"),
    ("2013-09-16", "lit_judgment_annulled"),
    ("2013-11-26", "lit_final", {"outcome": "annulled"}),
    details={"subtype": "litigation"},
    links=[{"to": "irisl", "kind": "litigates"}],
)
told(
    "kadi",
    "sanctions",
    "delisted",
    ("2001-10-19", "listed"),
    ("2008-09-03", "annulled_effects_maintained"),
    ("2008-11-28", "listed"),
    ("2010-09-30", "annulled_effects_maintained"),
    ("2012-10-11", "delisted"),
)
told(
    "kadi-court",
    "sanctions",
    "lit_final",
    ("2001-12-18", "lit_filed"),
    ("2005-09-21", "lit_judgment_dismissed"),
    ("2005-11", "lit_appeal"),
    ("2008-09-03", "lit_final", {"outcome": "annulled, effects kept for three months"}),
    links=[{"to": "kadi", "kind": "litigates"}],
)
told(
    "russia-listing",
    "sanctions",
    "listed",
    ("2014-03-17", "listed", {"expires_on": "2014-09-17"}),
    ("2014-09", "listed", {"expires_on": "2015-03-15"}),
    ("2015-03", "renewal_due"),
    ("2015-03", "listed"),
)
# Parliaments
told(
    "srebrenica",
    "political_resolution",
    "reaffirmed",
    ("2005-07-07", "adopted"),
    ("2009-01-15", "reaffirmed"),
    ("2015-07-09", "reaffirmed"),
)
told(
    "guaido",
    "political_resolution",
    "reversed",
    ("2019-01-31", "adopted"),
    ("2020-01-16", "reaffirmed"),
    ("2023-01", "reversed", {"outcome": "interim government dissolved"}),
)
told(
    "nordic-motion",
    "political_resolution",
    "adopted",
    ("2020", "ask_made"),
    ("2020-11", "declined", {"outcome": "no time"}),
    ("2021", "ask_made", {"new_facts": "new majority"}),
    ("2021-05", "tabled"),
    ("2021-05-20", "rejected"),
    ("2021-09", "tabled"),
    ("2021-10-07", "adopted"),
)


def document(*refs: str) -> dict[str, Any]:
    """The proceedings named, or all, as a dossier file; seq is given where a date would not do."""
    wanted = refs or tuple(PROCEEDINGS)
    return {
        "format": "accountability-dossier/1",
        "sender": "histories",
        "cases": [_case(ref) for ref in wanted],
    }


def _case(ref: str) -> dict[str, Any]:
    pathway, _, events, case = PROCEEDINGS[ref]
    return {
        "ref": ref,
        "pathway": pathway,
        "title": f"Proceedings {ref}",
        **case,
        "events": [
            {"seq": number, "occurred_on": on, "status": status, "summary": f"{status or 'noted'} ({ref})", **keys}
            for number, (on, status, keys) in enumerate(events, 1)
        ],
    }
