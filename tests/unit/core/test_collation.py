from __future__ import annotations

import pytest

from tracker.core.collation import LETTERS, collation_key


@pytest.mark.parametrize(
    "names",
    [
        ["Ежы", "Ёлкін", "Жылко", "Іваноў", "Йосіф", "Кот", "Уладзь", "Ўсевалад", "Фёдар", "Ян"],
        ["Гай", "Ґалаґан", "Дуб", "Ерш", "Єва", "Жук", "Ива", "Іва", "Їжак", "Йод"],
        ["Adamowicz", "Ącki", "Lis", "Łoś", "Mak", "Sowa", "Śliwa", "Zając", "Źrebak", "Żak"],
        ["Cibulskis", "Čepas", "Ernas", "Ėglė", "Sala", "Šapoka", "Ula", "Ūsas", "Zala", "Žukas"],
        ["anna", "Bob", "carl", "Dora"],
        ["Марыля", "Мар’яна", "Маўра"],
        ["Zhuk", "Алесь"],
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(names: list[str]) -> None:
    shuffled = names[::-1]
    assert sorted(shuffled, key=collation_key) == names


def test_code_points_alone_would_not_do() -> None:
    assert sorted(["іваноў", "ян"]) == ["ян", "іваноў"]


def test_no_letter_stands_twice_in_the_alphabet() -> None:
    assert len(set(LETTERS)) == len(LETTERS)


def test_an_apostrophe_does_not_count() -> None:
    assert collation_key("Мар'яна") == collation_key("Маряна")
