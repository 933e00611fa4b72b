"""Names of months, weekdays and near days in the languages that people here type. Pure; the words are CLDR's.

A day is typed in any of these languages whatever the page speaks, so the look-ups search them all. Matching is done
on folded words: lower case, ё as е, any apostrophe as none, no accents on Latin letters, no dot at the end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class DayNames:
    """The words of one language. Twelve months from January, seven weekdays from Monday."""

    months: tuple[str, ...]
    months_genitive: tuple[str, ...]
    """As after a day: `1 снежня`."""
    months_short: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekdays_accusative: tuple[str, ...]
    """As after `next`: `наступную пятніцу`."""
    weekdays_genitive: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    near: tuple[str, str, str]
    """Yesterday, today, tomorrow."""
    next_words: tuple[str, ...]
    """What stands before a weekday of the following week."""


def _words(row: str) -> tuple[str, ...]:
    return tuple(row.split())


DAY_NAMES: dict[str, DayNames] = {
    "en": DayNames(
        _words("January February March April May June July August September October November December"),
        _words("January February March April May June July August September October November December"),
        _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        _words("Mon Tue Wed Thu Fri Sat Sun"),
        ("yesterday", "today", "tomorrow"),
        ("next",),
    ),
    "be": DayNames(
        _words("студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад снежань"),
        _words("студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня"),
        _words("сту лют сак кра май чэр ліп жні вер кас ліс сне"),
        _words("панядзелак аўторак серада чацвер пятніца субота нядзеля"),
        _words("панядзелак аўторак сераду чацвер пятніцу суботу нядзелю"),
        _words("панядзелка аўторка серады чацвярга пятніцы суботы нядзелі"),
        _words("пн аў ср чц пт сб нд"),
        ("учора", "сёння", "заўтра"),
        ("наступны", "наступная", "наступную", "наступным", "наступнага"),
    ),
    "ru": DayNames(
        _words("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"),
        _words("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
        _words("янв февр март апр май июнь июль авг сент окт нояб дек"),
        _words("понедельник вторник среда четверг пятница суббота воскресенье"),
        _words("понедельник вторник среду четверг пятницу субботу воскресенье"),
        _words("понедельника вторника среды четверга пятницы субботы воскресенья"),
        _words("пн вт ср чт пт сб вс"),
        ("вчера", "сегодня", "завтра"),
        ("следующий", "следующая", "следующую", "следующее", "следующем", "следующей"),
    ),
    "uk": DayNames(
        _words("січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"),
        _words("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
        _words("січ лют бер квіт трав черв лип серп вер жовт лист груд"),
        _words("понеділок вівторок середа четвер пʼятниця субота неділя"),
        _words("понеділок вівторок середу четвер пʼятницю суботу неділю"),
        _words("понеділка вівторка середи четверга пʼятниці суботи неділі"),
        _words("пн вт ср чт пт сб нд"),
        ("вчора", "сьогодні", "завтра"),
        ("наступний", "наступна", "наступну", "наступного", "наступному"),
    ),
    "pl": DayNames(
        _words("styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień"),
        _words("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
        _words("sty lut mar kwi maj cze lip sie wrz paź lis gru"),
        _words("poniedziałek wtorek środa czwartek piątek sobota niedziela"),
        _words("poniedziałek wtorek środę czwartek piątek sobotę niedzielę"),
        _words("poniedziałku wtorku środy czwartku piątku soboty niedzieli"),
        _words("pon wt śr czw pt sob niedz"),
        ("wczoraj", "dzisiaj", "jutro"),
        ("następny", "następna", "następną", "następnym", "przyszły", "przyszła", "przyszłą", "przyszłym"),
    ),
    "lt": DayNames(
        _words("sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis"),
        _words("sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio"),
        _words("saus vas kov bal geg birž liep rugp rugs spal lapkr gruod"),
        _words("pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis"),
        _words("pirmadienį antradienį trečiadienį ketvirtadienį penktadienį šeštadienį sekmadienį"),
        _words("pirmadienio antradienio trečiadienio ketvirtadienio penktadienio šeštadienio sekmadienio"),
        _words("pr an tr kt pn št sk"),
        ("vakar", "šiandien", "rytoj"),
        ("kitas", "kitą"),
    ),
    "de": DayNames(
        _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        _words("Januars Februars März Aprils Mais Junis Julis Augusts Septembers Oktobers Novembers Dezembers"),
        _words("Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"),
        _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        _words("Montags Dienstags Mittwochs Donnerstags Freitags Samstags Sonntags"),
        _words("Mo Di Mi Do Fr Sa So"),
        ("gestern", "heute", "morgen"),
        ("nächster", "nächsten", "nächste", "kommenden", "kommende"),
    ),
}

_MORE_MONTHS = {"jänner": 1, "sept": 9, "мар": 3, "фев": 2, "июн": 6, "июл": 7, "сен": 9, "ноя": 11}
_MORE_WEEKDAYS = {"sonnabend": 5, "аўт": 1, "сер": 2, "чцв": 3, "ndz": 6}
_MORE_NEAR = {"dziś": 0, "сення": 0, "учера": -1}
_APOSTROPHES = str.maketrans("", "", "'’ʼ`‘")
_LETTERS_WITHOUT_BASE = str.maketrans({"ł": "l", "ё": "е", "ß": "ss"})
_SHORTEST = 3


def folded(word: str) -> str:
    """`Пʼятниця` -> `пятниця`, `Środa` -> `sroda`; й, ў and ї keep their marks, for in Cyrillic they are letters."""
    plain = word.casefold().strip(" .,").translate(_APOSTROPHES).translate(_LETTERS_WITHOUT_BASE)
    return "".join(_without_accent(letter) for letter in plain)


def month_number(word: str, language: str | None = None) -> int | None:
    """1 to 12, or None when `word` is no month or could be two.

    A full name, nominative or genitive, a short one, or a beginning of three letters and more that fits one month only.
    Where languages disagree (`лип` begins July in Ukrainian, `ліс` November in Belarusian), the person's `language`
    decides.
    """
    return _look_up(word, language, _months_by_language(), _months())


def weekday_number(word: str, language: str | None = None) -> int | None:
    """0 for Monday to 6 for Sunday, or None. Two-letter forms count in the person's `language` before the others."""
    return _look_up(word, language, _weekdays_by_language(), _weekdays())


def near_day(word: str) -> int | None:
    """-1, 0 or 1 for yesterday, today and tomorrow in any of the languages."""
    return _near().get(folded(word))


def is_next(word: str) -> bool:
    """Whether `word` says `next` in one of the languages."""
    return folded(word) in _next_words()


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _look_up(
    word: str, language: str | None, own: dict[str, dict[str, int]], all_of_them: dict[str, set[int]]
) -> int | None:
    wanted = folded(word)
    if language in own and wanted in own[language]:
        return own[language][wanted]
    if wanted in all_of_them:
        found = all_of_them[wanted]
    elif len(wanted) >= _SHORTEST:
        found = {number for name, numbers in all_of_them.items() if name.startswith(wanted) for number in numbers}
    else:
        found = set()
    return next(iter(found)) if len(found) == 1 else None


def _named(columns: tuple[tuple[str, ...], ...], first: int) -> Iterator[tuple[str, int]]:
    for column in columns:
        for number, name in enumerate(column, first):
            yield folded(name), number


@cache
def _months_by_language() -> dict[str, dict[str, int]]:
    return {
        language: dict(_named((names.months, names.months_genitive, names.months_short), 1))
        for language, names in DAY_NAMES.items()
    }


@cache
def _weekdays_by_language() -> dict[str, dict[str, int]]:
    return {
        language: dict(
            _named((names.weekdays, names.weekdays_accusative, names.weekdays_genitive, names.weekdays_short), 0)
        )
        for language, names in DAY_NAMES.items()
    }


@cache
def _months() -> dict[str, set[int]]:
    return _together(_months_by_language(), _MORE_MONTHS)


@cache
def _weekdays() -> dict[str, set[int]]:
    return _together(_weekdays_by_language(), _MORE_WEEKDAYS)


def _together(by_language: dict[str, dict[str, int]], more: dict[str, int]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for names in (*by_language.values(), {folded(name): number for name, number in more.items()}):
        for name, number in names.items():
            found.setdefault(name, set()).add(number)
    return found


@cache
def _near() -> dict[str, int]:
    words = {folded(word): days - 1 for names in DAY_NAMES.values() for days, word in enumerate(names.near)}
    return words | {folded(word): days for word, days in _MORE_NEAR.items()}


@cache
def _next_words() -> frozenset[str]:
    return frozenset(folded(word) for names in DAY_NAMES.values() for word in names.next_words)
