from __future__ import annotations

import pytest
from babel import Locale

from tracker.core.catalogues import translations_of

FORMS = {"be": ["one", "few", "many"], "pl": ["one", "few", "many"], "lt": ["one", "few", "other"]}


@pytest.mark.parametrize("language", FORMS)
def test_a_number_takes_the_form_that_cldr_says(language: str) -> None:
    locale = Locale(language)
    source = ("in %(num)s day", "in %(num)s days")
    forms: dict[str, set[str]] = {}
    for number in range(301):
        said = translations_of(locale).ngettext(*source, number)
        forms.setdefault(locale.plural_form(number), set()).add(said)
    assert sorted(forms) == sorted(FORMS[language])
    assert all(len(said) == 1 for said in forms.values())
    assert forms["one"] != forms["few"]
