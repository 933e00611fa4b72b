"""Names of countries, as reports of the UN and people write them, lead to one code or to none."""

from __future__ import annotations

import pytest

from tracker.core.countries import COUNTRY_CODES
from tracker.core.country_names import _names, _plain, country_code, country_codes

AS_THE_UN_WRITES = {
    "Republic of Korea": "KR",
    "Democratic People's Republic of Korea": "KP",
    "Iran (Islamic Republic of)": "IR",
    "Bolivia (Plurinational State of)": "BO",
    "Venezuela (Bolivarian Republic of)": "VE",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United States of America": "US",
    "Russian Federation": "RU",
    "State of Palestine": "PS",
    "Holy See": "VA",
    "Viet Nam": "VN",
    "Türkiye": "TR",
    "Turkey": "TR",
    "Côte d'Ivoire": "CI",
    "Congo": "CG",
    "Democratic Republic of the Congo": "CD",
    "Lao People's Democratic Republic": "LA",
    "Czechia": "CZ",
    "Netherlands (Kingdom of the)": "NL",
    "Republic of Moldova": "MD",
    "Cabo Verde": "CV",
    "Літва": "LT",
    "lt": "LT",
}


@pytest.mark.parametrize(("name", "code"), AS_THE_UN_WRITES.items())
def test_a_name_leads_to_its_country(name: str, code: str) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize("name", ["", "Northern Ireland", "Nowhere", "Republic", "the", "Lithuania Poland"])
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    assert country_code(name) is None


def test_no_name_means_two_countries_and_every_code_has_one() -> None:
    meant: dict[frozenset[str], set[str]] = {}
    for code, name in _names():
        meant.setdefault(_plain(name), set()).add(code)
    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}
    assert set.union(*meant.values()) == COUNTRY_CODES


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("Lithuania, Poland; Bosnia and Herzegovina", ["LT", "PL", "BA"], []),
        ("Norway and Sweden", ["NO", "SE"], []),
        ("Iran, Islamic Republic of", ["IR"], []),
        ("Latvia/Lithuania\nLatvia", ["LV", "LT"], []),
        ("Atlantis, Poland", ["PL"], ["Atlantis"]),
        ("  ", [], []),
    ],
)
def test_several_names_are_taken_apart(text: str, codes: list[str], unknown: list[str]) -> None:
    assert country_codes(text) == (codes, unknown)
