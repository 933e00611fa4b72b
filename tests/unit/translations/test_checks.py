from __future__ import annotations

from babel.messages.catalog import Catalog

from translations import checks


def catalogue_of(*rows: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    catalogue = Catalog(locale="be")
    for source, translation in rows:
        catalogue.add(source, translation)
    return catalogue


def test_a_string_that_the_catalogue_lacks_is_named() -> None:
    assert checks.lacking(catalogue_of(("Save", ""), ("Close", "")), catalogue_of(("Save", "")), "be") == [
        "be lacks: Close"
    ]


def test_an_entry_that_no_source_uses_is_named() -> None:
    known = catalogue_of(("Save", "Захаваць"), ("Gone", "Прапала"))
    assert checks.unused(catalogue_of(("Save", "")), known, "be") == ["be holds what no source uses: Gone"]


def test_an_entry_that_was_put_aside_counts_as_unused() -> None:
    known = catalogue_of(("Save", "Захаваць"), ("Gone", "Прапала"))
    known.update(catalogue_of(("Save", "")), no_fuzzy_matching=True)
    assert checks.unused(catalogue_of(("Save", "")), known, "be") == ["be holds what no source uses: Gone"]


def test_an_untranslated_string_is_named_unless_there_is_nothing_to_translate() -> None:
    known = catalogue_of(("Save", ""), ("%(one)s · %(other)s", ""), ("Close", "Закрыць"))
    assert checks.untranslated(known, "be") == ["be does not translate: Save"]


def test_placeholders_must_be_those_of_the_source() -> None:
    wrong = catalogue_of(("%(name)s leads", "%(nmae)s вядзе"))
    right = catalogue_of(("%(name)s leads, 100 %% sure", "Адказны: %(name)s, 100 %%"))
    assert checks.faults_of_form(right, "be") == []
    assert checks.faults_of_form(wrong, "be") == [
        "be: other placeholders than the source (%(nmae)s вядзе): %(name)s leads"
    ]


def test_belarusian_needs_three_plural_forms() -> None:
    source = ("%(num)s day", "%(num)s days")
    whole = catalogue_of((source, ("%(num)s дзень", "%(num)s дні", "%(num)s дзён")))
    gap = catalogue_of((source, ("%(num)s дзень", "%(num)s дні", "")))
    assert checks.faults_of_form(whole, "be") == []
    assert checks.faults_of_form(gap, "be") == ["be: needs 3 plural forms: %(num)s day"]


def test_a_form_may_leave_the_number_out_only_where_it_is_one_alone() -> None:
    source = ("every day", "every %(num)s days")
    belarusian = catalogue_of((source, ("кожны дзень", "раз на %(num)s дні", "раз на %(num)s дзён")))
    assert checks.faults_of_form(belarusian, "be") == [
        "be: other placeholders than the source (кожны дзень): every day"
    ]
    polish = Catalog(locale="pl")
    polish.add(source, ("codziennie", "co %(num)s dni", "co %(num)s dni"))
    assert checks.faults_of_form(polish, "pl") == []


def test_a_fuzzy_entry_is_a_fault() -> None:
    catalogue = catalogue_of()
    catalogue.add("Save", "Захаваць", flags=["fuzzy"])
    assert checks.faults_of_form(catalogue, "be") == ["be is unsure of: Save"]
