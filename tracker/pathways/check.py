"""Everything that can be wrong in a definition, each fault with its line; nothing stops at the first."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tracker.pathways import coherence
from tracker.pathways.document import Document, read_document
from tracker.pathways.faults import Fault
from tracker.pathways.schema import Clock, Definition


def check_file(path: Path) -> tuple[Definition | None, tuple[Fault, ...]]:
    """The definition in ``path`` when nothing is wrong with it; else None and every fault, by line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, (Fault(1, "", f"cannot be read: {error.strerror or error}", str(path)),)
    return check_content(content, str(path))


def check_content(content: bytes, file: str = "") -> tuple[Definition | None, tuple[Fault, ...]]:
    document = read_document(content)
    definition = None
    if not document.faults or document.data is not None:
        definition = _judge(document)
    faults = sorted({Fault(fault.line, fault.path, fault.message, file) for fault in document.faults})
    return (None if faults else definition), tuple(faults)


def check_clock(data: dict[str, Any]) -> tuple[Clock | None, list[tuple[str, str]]]:
    """One rule that somebody changed, judged as in a file; else (field, what is wrong with it) of every fault.

    Which statuses start it is not looked at: they stand in the pathways.
    """
    faults = [(str(where[0]) if where else "", words) for where, words in coherence.clock_incoherences(data)]
    try:
        made = Clock.model_validate(data)
    except ValidationError as error:
        return None, [*faults, *((str(one["loc"][0]), _wording(one)) for one in error.errors(include_url=False))]
    return (None if faults else made), faults


def _judge(document: Document) -> Definition | None:
    if not isinstance(document.data, dict):
        document.fault((), "a definition is a map of keys and values, such as 'key: icc_referral'")
        return None
    definition = _validate(document)
    for path, message in coherence.incoherences(document.data):
        document.fault(path, message)
    return definition


def _validate(document: Document) -> Definition | None:
    try:
        return Definition.model_validate(document.data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _add(document, details)
        return None


def _add(document: Document, details: ErrorDetails) -> None:
    document.fault(details["loc"], _wording(details))


def _wording(details: ErrorDetails) -> str:
    """What pydantic found, in the words of an author of definitions."""
    name = details["loc"][-1] if details["loc"] else "the definition"
    given = details["input"]
    context: dict[str, Any] = details.get("ctx") or {}
    match details["type"]:
        case "extra_forbidden":
            return f"unknown key '{name}'{_near(str(name), _known_keys(details['loc']))}"
        case "missing":
            return f"'{name}' is missing"
        case "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"unknown {name} '{given}'{_near(str(given), allowed)}; one of {', '.join(allowed)}"
        case "string_pattern_mismatch":
            return f"'{given}' is no key: small letters, digits and underscores, a letter first"
        case "string_too_short" | "too_short":
            return f"'{name}' is empty"
        case _:
            message = details["msg"]
            return f"'{name}': {message[:1].lower()}{message[1:]}"


def _known_keys(loc: tuple[int | str, ...]) -> Iterable[str]:
    """The keys that the map at ``loc`` may have."""
    model: Any = Definition
    for part in loc[:-1]:
        if isinstance(part, str) and hasattr(model, "model_fields") and part in model.model_fields:
            model = _inner_model(model.model_fields[part].annotation)
    return model.model_fields if hasattr(model, "model_fields") else ()


def _inner_model(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None


def _near(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""
