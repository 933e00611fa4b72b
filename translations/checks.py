"""What must hold of the catalogues. Each function returns its complaints in sentences; none when all is well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from babel.messages.catalog import Catalog, Message

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w*)\}")
_LETTER = re.compile(r"[^\W\d_]")

Complaints = list[str]


def lacking(fresh: Catalog, known: Catalog, name: str) -> Complaints:
    """Strings of the sources that the catalogue `known` does not hold."""
    held = _keys(known)
    return sorted(f"{name} lacks: {_text(message)}" for message in _entries(fresh) if _key(message) not in held)


def unused(fresh: Catalog, known: Catalog, name: str) -> Complaints:
    """Entries of `known`, those put aside included, that no source asks for."""
    asked = _keys(fresh)
    left = [message for message in _entries(known) if _key(message) not in asked]
    return sorted(
        f"{name} holds what no source uses: {_text(message)}" for message in (*left, *known.obsolete.values())
    )


def faults_of_form(catalogue: Catalog, name: str) -> Complaints:
    """Fuzzy entries, placeholders that differ from the source's, plural forms that are missing."""
    found = []
    for message in _entries(catalogue):
        if message.fuzzy:
            found.append(f"{name} is unsure of: {_text(message)}")
        if is_begun(message):
            found += [f"{name}: {why}: {_text(message)}" for why in _faults_of(message, catalogue)]
    return found


def untranslated(catalogue: Catalog, name: str) -> Complaints:
    """Strings without a translation. A string without a letter, such as “·”, needs none."""
    return [
        f"{name} does not translate: {_text(message)}"
        for message in _entries(catalogue)
        if not is_begun(message) and _LETTER.search(PLACEHOLDER.sub("", _text(message)))
    ]


def is_begun(message: Message) -> bool:
    """Whether any form of the message is translated."""
    return any(_forms(message))


def _faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    forms = _forms(message)
    if message.pluralizable and (len(forms) != catalogue.num_plurals or not all(forms)):
        yield f"needs {catalogue.num_plurals} plural forms"
    for place, form in enumerate(forms):
        is_one = message.pluralizable and place == 0 and _is_one_alone(catalogue)
        if form and _placeholders(form) not in _allowed(message, is_one):
            yield f"other placeholders than the source ({form})"


def _allowed(message: Message, is_one: bool) -> list[set[str]]:
    """The placeholders that a form may have: all of the source's; what is said of one thing may leave out how many."""
    every = set().union(*(_placeholders(source) for source in _sources(message)))
    return [every, every - {"num"}, every - {"count"}] if is_one else [every]


def _is_one_alone(catalogue: Catalog) -> bool:
    """Whether the first plural form stands for 1 only; in Belarusian and Lithuanian it is that of 21 as well."""
    locale = catalogue.locale
    return locale is not None and locale.plural_form(21) != "one"


def _placeholders(text: str) -> set[str]:
    return {found[1] or found[2] or found[0] for found in PLACEHOLDER.finditer(text) if found[0] != "%%"}


def _sources(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def _entries(catalogue: Catalog) -> Iterable[Message]:
    return [message for message in catalogue if message.id]


def _keys(catalogue: Catalog) -> set[tuple[str, str]]:
    return {_key(message) for message in _entries(catalogue)}


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _text(message)


def _text(message: Message) -> str:
    return _sources(message)[0]
