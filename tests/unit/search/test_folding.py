"""Spellings of one name share a key; names that only look alike don't."""

from __future__ import annotations

import pytest

from tracker.search.folding import name_key, name_keys, words

ONE_NAME = [
    "Lukashenko Lukashenka Лукашенко Лукашэнка Łukaszenka Lukaschenko Lukašenka Lukašenko Лукашенки Łukaszenki",
    "Latushka Латушка Латушко Łatuszka Latuschka Latuška Latushko",
    "Hubarevich Hubarewicz Губаревич Губарэвіч Gubarevich Hubarewitsch Hubarevič Gubarewicz",
    "Praskalovich Праскаловіч Просколович Praskalowicz Praskalovič Praskalowitsch",
    "Tsikhanouskaya Тихановская Ціханоўская Cichanouska Tichanowskaja Tikhanovskaya Cichanoŭskaja Тихановська",
    "Kovalenko Kavalenka Коваленко Каваленка Kowalenko",
    "Shcherbakov Щербаков Szczerbakow Schtscherbakow Ščerbakov",
    "Chernov Чернов Czernow Tschernow Černov Чарноў Čarnoŭ",
    "Khrenin Хренин Chrenin Хрэнін Hrenin",
    "Zhukov Жуков Żukow Schukow Žukov Жукаў",
    "Novitsky Новицкий Nowicki Навіцкі Novickij",
    "Yermoshina Ермошина Ярмошына Jermoszyna Yarmoshyna",
    "Eismont Эйсмонт Эйсмант Eysmont Ejsmant",
    "Zelensky Zelenskyy Зеленський Зеленский Selenskyj Zełenski Zelenskij",
    "Müller Mueller Мюллер",
    "Müller Muller",
    "Kravets Кравец Кравец Krawiec Kravec Краўец",
    "Sergei Sergey Сергей Сяргей Siarhei Siarhiej Serhii Сергій Siergiej",
    "Aleksandr Aliaksandr Alexander Александр Аляксандр Aleksander Oleksandr Олександр Alaksandar",
    "Dmitry Dzmitry Дмитрий Дзмітрый Dmytro Dmitri Dzmitryj Dmitrij",
    "Vladimir Uladzimir Владимир Уладзімір Wladimir",
    "Svetlana Sviatlana Светлана Святлана Swiatłana Swetlana",
    "Igor Ihar Игорь Ігар Ihor",
    "Yuliya Юлия Julia Юлія Iuliia Julija",
    "Yauheni Евгений Яўген Evgeny Jauhien Yevhenii Jewgeni",
    "Natallia Natalia Наталья Наталля Natalya Natalija",
    "Andrei Андрей Andrii Андрэй Andrey Andrej",
    "Michał Михал Mikhal",
    "Artsiom Артем Арцём Artem Artiom Artyom",
]

OTHER_NAMES = [
    ("Lukashenko", "Lukashevich"),
    ("Lukashenko", "Lukashuk"),
    ("Lukashenko", "Lutsenko"),
    ("Latushka", "Lukashka"),
    ("Karpenko", "Karpovich"),
    ("Karpenko", "Kirpenko"),
    ("Kovalenko", "Kovalev"),
    ("Ivanov", "Ivanchuk"),
    ("Ivan", "Yan"),
    ("Pavel", "Piotr"),
    ("Alena", "Alina"),
    ("Maria", "Marina"),
    ("Tatiana", "Tamara"),
    ("Schuebel", "Shabalin"),
    ("Kobosko", "Kubrakov"),
    ("Minsk", "Moscow"),
    ("Чернов", "Чернин"),
    ("Хренин", "Коренин"),
    ("Müller", "Miller"),
    ("Vilnius", "Warsaw"),
]

PAIRS = [(line.split()[0], other) for line in ONE_NAME for other in line.split()[1:]]


@pytest.mark.parametrize(("first", "other"), PAIRS)
def test_spellings_of_one_name_share_a_key(first: str, other: str) -> None:
    shared = [(a, b) for a in name_keys(first) for b in name_keys(other) if a == b]
    assert shared, f"{name_keys(first)} and {name_keys(other)}"


@pytest.mark.parametrize(("first", "other"), OTHER_NAMES)
def test_other_names_have_other_keys(first: str, other: str) -> None:
    assert not name_keys(first) & name_keys(other)


def test_what_is_typed_so_far_finds_the_key_of_the_whole_name() -> None:
    whole = name_key("Łukaszenka")
    for typed in ("luk", "Лука", "lukash", "лукаш", "Лукашэ", "lukasz", "Lukasch", "Lukashenk"):
        assert whole.startswith(name_key(typed)), typed


def test_words_are_plain_latin_whatever_the_alphabet() -> None:
    assert words("Łukaszenka, ЛУКАШЕНКО!") == "lukaszenka lukashenko"
    assert words("Šimonytė – Müller's  ICC-K7QX") == "simonyte mullers icc k7qx"
    assert words("об’ява · Щучин") == "obyava shchuchin"


def test_a_whole_text_gets_the_keys_of_its_words_in_order() -> None:
    assert name_key("Pavel Latushka, 2024") == "PAVAL LATVSK"
