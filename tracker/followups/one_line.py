"""A follow-up in one line: `Draft the letter #ICC-K7QX @olena next friday`. Pure: names are looked up elsewhere.

`#` begins the case (its reference, or words of its title), `@` the person, and a day may end the line. A reference at
the very beginning needs no `#`. A word behind a mark that fits nothing belongs to what is to be done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from tracker.core.day_names import folded

CASE, PERSON, PLAIN = "#", "@", ""
LONGEST_DAY = 4
"""Words: `next friday`, `in 2 weeks`, `at 1 Dec 2026`."""
MOST_WORDS = 6
"""Of a case's title or a person's name."""
_REFERENCE = re.compile(r"[a-z]{2,4}-[0-9a-hjkmnp-tv-z]{4,8}", re.ASCII | re.IGNORECASE)
_LONE_WORD = 4
"""Letters of a single word that may be a day: `friday`; not `so` or `mo`, which are words of other languages."""

_NUMBERS_OF_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./])\d{1,2}\1\d{4}", re.ASCII)
_DAY_OF_MONTH = re.compile(r"\d{1,2}\.?", re.ASCII)

_OF = frozenset(
    ["of", "from", "dated", "since", "after", "before", "and", "article", "art", "art.", "rule", "section"]
) | {*("ад", "від", "от", "з", "із", "с", "od", "z", "ze", "nuo", "iš", "vom", "von", "seit", "арт.", "ст.")}
"""A day behind one of these belongs to the sentence: `the letter of 5 May`."""
_BY = frozenset(["by", "till", "until", "да", "до", "do", "iki", "bis"])
"""What may stand before the day on which it is due, and goes with it."""

DayOf = Callable[[str], date | None]
_Found = TypeVar("_Found")


@dataclass(slots=True)
class Line:
    """The parts in their order; `due_text` is how the day was written."""

    parts: list[tuple[str, list[str]]] = field(default_factory=list)
    due: date | None = None
    due_text: str = ""

    def words_of(self, mark: str) -> list[str] | None:
        """What stands behind the mark; None where the line doesn't have it."""
        return next((words for kind, words in self.parts if kind == mark), None)

    def title(self, case_words: int = 0, person_words: int = 0) -> str:
        """What is to be done: all that names neither the case nor the person nor the day."""
        used = {CASE: case_words, PERSON: person_words, PLAIN: 0}
        return " ".join(word for kind, words in self.parts for word in words[used[kind] :])


def read_line(text: str, day_of: DayOf, marks: Sequence[str] = (CASE, PERSON)) -> Line:
    """The parts of the line. `day_of` gives the day that some words mean, or None. What is no mark is a plain sign."""
    line = Line()
    words = _take_day(line, text.replace("\x00", " ").split(), day_of)
    seen: set[str] = set()
    for number, word in enumerate(words):
        mark = _mark_of(word, number)
        if mark in marks and mark not in seen:
            seen.add(mark)
            line.parts.append((mark, [word.removeprefix(mark)]))
        elif line.parts and not _is_whole(line.parts[-1]):
            line.parts[-1][1].append(word)
        else:
            line.parts.append((PLAIN, [word]))
    _take_day_before_marks(line, day_of)
    return line


def longest(words: Sequence[str], find: Callable[[Sequence[str]], Sequence[_Found]]) -> tuple[int, Sequence[_Found]]:
    """How many of the first words, taken together, still fit something, and what; (0, nothing) where none do."""
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        found = find(words[:count])
        if found:
            return count, found
    return 0, ()


def names_fitting(words: Sequence[str], names: Sequence[tuple[_Found, str]]) -> list[tuple[_Found, str]]:
    """The (key, name) pairs in whose name each word begins a part of its own; a whole name beats longer ones."""
    wanted = [folded(word) for word in words]
    fitting = [one for one in names if _fits(wanted, [folded(part) for part in one[1].split()])]
    exact = [one for one in fitting if [folded(part) for part in one[1].split()] == wanted]
    return exact or fitting


def is_reference(word: str) -> bool:
    """Whether the word looks like a case's reference."""
    return _REFERENCE.fullmatch(word.strip(",;:·")) is not None


def _fits(wanted: list[str], parts: list[str]) -> bool:
    left = list(parts)
    for word in wanted:
        part = next((one for one in left if word and one.startswith(word)), None)
        if part is None:
            return False
        left.remove(part)
    return True


def _mark_of(word: str, number: int) -> str:
    if number == 0 and is_reference(word):
        return CASE
    mark, name = word[:1], word[1:]
    if mark == CASE and (name.isdigit() or not name):  # `annex #3`
        return PLAIN
    return mark if mark in (CASE, PERSON) and name else PLAIN


def _is_whole(part: tuple[str, list[str]]) -> bool:
    """A reference names its case alone: what follows it is something else."""
    kind, words = part
    return kind == CASE and is_reference(words[0])


def _take_day(line: Line, words: list[str], day_of: DayOf) -> list[str]:
    """The words without the day that ends them, or without what was meant as one: `31 Feb`. A lone word stays."""
    for count in range(min(LONGEST_DAY, len(words)), 0, -1):
        said = words[-count:]
        if not _may_be_day(said) or len(words) == 1:
            continue
        day = day_of(" ".join(said))
        before = words[-count - 1].casefold() if count < len(words) else ""
        if day is not None and before not in _OF:
            line.due, line.due_text = day, " ".join(said)
            return words[: -count - 1] if before in _BY and len(words) > count + 1 else words[:-count]
    count = _meant_as_day(words, day_of)
    line.due_text = " ".join(words[len(words) - count :])
    return words[: len(words) - count]


def _meant_as_day(words: list[str], day_of: DayOf) -> int:
    """How many of the last words are written as a day that there is not."""
    if len(words) > 1 and _NUMBERS_OF_DAY.fullmatch(words[-1]):
        count = 1
    elif len(words) > 1 and _DAY_OF_MONTH.fullmatch(words[-2]) and day_of(f"1 {words[-1]}") is not None:
        count = 2
    else:
        return 0
    return 0 if words[-count - 1 : -count] and words[-count - 1].casefold() in _OF else count


def _take_day_before_marks(line: Line, day_of: DayOf) -> None:
    if not line.due_text and len(line.parts) > 1 and line.parts[0][0] == PLAIN:
        line.parts[0] = (PLAIN, _take_day(line, line.parts[0][1], day_of))


def _may_be_day(words: list[str]) -> bool:
    """Few words are days by accident; those that are not taken here can be written longer."""
    if any(word[0] in (CASE, PERSON) for word in words):
        return False
    alone = words[0]
    if len(words) > 1 or any(letter in alone for letter in "+-/"):
        return True
    if alone[0].isdigit():
        return alone.count(".") > 1 or re.fullmatch(r"\d\d\.\d\d", alone) is not None
    return len(alone.strip(".,")) >= _LONE_WORD
