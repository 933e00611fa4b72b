"""Sorting names as readers expect: Ё after Е, І after И, Ў after У, Ł after L, upper and lower case alike.

PostgreSQL's builtin locale provider compares code points, which puts і, ё and ў after я and ł after z, and no ICU is
asked for. So every letter is replaced by a sign of Unicode's private area in the order of one alphabet that suits all
languages here: Latin (English, Polish, Lithuanian, German), then Cyrillic (Belarusian, Russian, Ukrainian). One key
serves every reader, so it can be kept in an index. Known difference to CLDR: Lithuanian y stands after x, not after i.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

_LATIN = "aąäáàâ b cćčç d eęėéèêë f g h iįíî j k lł m nńñ oóöôø p q r sśš t uųūüú v w x y zźżž"
_CYRILLIC = "а б в г ґ д е ё є ж з и і ї й к л м н о п р с т у ў ф х ц ч ш щ ъ ы ь э ю я"
LETTERS = (_LATIN + _CYRILLIC).replace(" ", "")
"""One alphabet for all languages, in order."""
SIGNS = "".join(chr(0xE000 + place) for place in range(len(LETTERS)))
SILENT = "'’ʼ`"
"""Signs within a word that no alphabet counts."""
_TABLE = str.maketrans(LETTERS, SIGNS, SILENT)


def collation_key(text: str) -> str:
    """Texts sort by alphabet when they are sorted by this key."""
    return text.lower().translate(_TABLE)


def by_name(column: Any) -> ColumnElement[str]:
    """The same key in SQL, to order by; immutable, so an index may hold it."""
    # translate() leaves out a letter that has no counterpart: the silent signs stand at the end.
    return func.translate(func.lower(column), LETTERS + SILENT, SIGNS)
