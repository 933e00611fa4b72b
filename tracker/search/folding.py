"""Words and names reduced to what their spellings share. The same stands in SQL (migrations/sql/0002_2_search.up.sql).

PostgreSQL folds what it stores and what is asked; this module folds what is shown, to mark it. A test keeps them equal.
"""

from __future__ import annotations

import re

_LATIN = "àáâãäåāăąćčçďđèéêëēėęěģğìíîïīįıķľļłñńņňòóôõöøōőŕřśšşșťțùúûüūůűųŭýÿźžż"
_DROPPED = "ьъ'’ʼ`´\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
_WORDS = str.maketrans(
    "абвгґдеёэєзиіїйыклмнопрстуўф" + _LATIN,
    "abvggdeeeeziiiyyklmnoprstuuf" + "aaaaaaaaacccddeeeeeeeeggiiiiiiiklllnnnnoooooooorrssssttuuuuuuuuuyyzzz",
    _DROPPED,
)
_ROMANISED = (
    *(("ж", "zh"), ("ш", "sh"), ("ч", "ch"), ("щ", "shch"), ("ц", "ts"), ("х", "kh"), ("ю", "yu"), ("я", "ya")),
    *(("ß", "ss"), ("æ", "ae"), ("œ", "oe")),
)
# Capitals are classes of sounds; small letters are Latin ones that the rules below have still to read.
_SOUNDS = str.maketrans(
    "аоэеёєяиіїйывўуюгґхжзшсцтчбдклмнпрф" + _LATIN.replace("ü", ""),
    "AAAAAAAIIIIIWWUUHHHSSSSTTCBDKLMNPRF" + "aaaaaaaaaTCcddeeeeeeeeggiiiiiiiklllnnnnoooooooorrSSSSttuuuuuuuWyySSS",
    _DROPPED,
)
_DIGRAPHS = (
    *(("щ", "SC"), ("schtsch", "SC"), ("shch", "SC"), ("szcz", "SC"), ("tsch", "C"), ("tch", "C"), ("cz", "C")),
    *(("sch", "S"), ("sh", "S"), ("sz", "S"), ("zh", "S"), ("kh", "H"), ("ph", "F"), ("th", "T"), ("ts", "T")),
    *(("tz", "T"), ("x", "KS"), ("qu", "KW"), ("ß", "S"), ("æ", "A"), ("œ", "A")),
)
_LETTERS = str.maketrans("abdefghijklmnopqrstuvwyzc", "ABDAFHHIIKLMNAPKRSTUWWISK")


def words(said: str) -> str:
    """`said` in plain small Latin letters and digits, words apart by single spaces."""
    plain = said.lower().translate(_WORDS)
    for letter, latin in _ROMANISED:
        plain = plain.replace(letter, latin)
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def name_key(said: str) -> str:
    """The skeleton that spellings of one name share, word by word, in capitals."""
    return _skeleton(said, "C", "ue")


def name_keys(said: str) -> frozenset[str]:
    """All skeletons of the words: "ch" may sound as in "Chernov" or as in "Chrenin", "ü" be written "ue" or "u"."""
    lower = said.lower()
    if "ch" in lower or "ue" in lower or "ü" in lower:
        return frozenset(f"{_skeleton(said, 'C', 'ue')} {_skeleton(said, 'H', 'u')}".split())
    return frozenset(_skeleton(said, "C", "ue").split())


def _skeleton(said: str, ch: str, umlaut: str) -> str:
    key = said.lower().replace("ue", "ü").replace("ü", umlaut).translate(_SOUNDS)
    for letters, sound in _DIGRAPHS:
        key = key.replace(letters, sound)
    key = key.replace("ch", ch)
    key = re.sub(r"ck(?![iy])", "k", key)
    key = re.sub(r"c(?=[eiyk])|(?<=e)c(?![a-z])", "T", key).translate(_LETTERS)
    key = re.sub(r"I+(?=[AU])", "", key).replace("U", "V").replace("W", "V").replace("DS", "D").replace("ANDAR", "ANDR")
    key = re.sub(r"([A-Z])\1+", r"\1", key)
    key = re.sub(r"([A-Z]{4})[AI]+(?![A-Z])", r"\1", key)
    return re.sub(r"[^A-Z]+", " ", key).strip()
