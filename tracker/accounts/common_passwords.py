"""Which passwords somebody would guess first: judged from a list that ships with the program, and from habits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent / "data" / "common_passwords.txt"
SHORTEST_PIECE = 3
FEWEST_DIFFERENT_CHARACTERS = 6
MOST_COMMON_PIECES = 2
"""A password of two common words, however often repeated and padded with digits, is common too; three are a phrase."""

ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "йцукенгшщзхъ", "фывапролджэ")
WORDS_OF_THIS_PLACE = frozenset({"accountability", "tracker", "belarus", "minsk", "justice", "welcome", "organisation"})
LOOKALIKES = str.maketrans("@4301!5$7", "aaeoiisst")


def looks_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether `password` is made of what people commonly use, or of the words `about` its owner."""
    folded = password.casefold()
    if len(set(folded)) < FEWEST_DIFFERENT_CHARACTERS:
        return True
    own = frozenset(
        word for text in about for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= SHORTEST_PIECE
    )
    known = _listed() | WORDS_OF_THIS_PLACE
    candidates = {folded, folded.translate(LOOKALIKES)}
    return any(_is_made_of(re.sub(r"[\W_]+", "", text), known, own) for text in candidates)


def _is_made_of(text: str, known: frozenset[str], own: frozenset[str]) -> bool:
    """Whether `text` splits into at most two different known words, with digits and keyboard runs for nothing."""
    reachable: dict[int, set[frozenset[str]]] = {0: {frozenset()}}
    for start in range(len(text)):
        for used in reachable.get(start, ()):
            for end, piece in _pieces(text, start, known, own):
                pieces = used | {piece} if piece else used
                if len(pieces) <= MOST_COMMON_PIECES:
                    reachable.setdefault(end, set()).add(pieces)
    return len(text) in reachable


def _pieces(text: str, start: int, known: frozenset[str], own: frozenset[str]) -> Iterable[tuple[int, str]]:
    """(end, word) of each piece that begins at `start`; fillers have an empty word."""
    if text[start].isdigit():
        yield start + 1, ""
    for end in range(start + SHORTEST_PIECE, min(len(text), start + 30) + 1):
        piece = text[start:end]
        if _is_run(piece) or piece in own:
            yield end, ""
        elif piece in known:
            yield end, piece


def _is_run(piece: str) -> bool:
    """Neighbours on the keyboard or in the alphabet, either way, or one character repeated."""
    return len(set(piece)) == 1 or any(piece in row or piece[::-1] in row for row in ROWS)


@cache
def _listed() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if len(line) > SHORTEST_PIECE and not line.startswith("#"))
