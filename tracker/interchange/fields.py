"""The kinds of value that a dossier file holds, each with the words that say what would be right."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from tracker.interchange.countries import COUNTRY_CODES
from tracker.interchange.dates import check_vague

_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_FLAG = re.compile(r"-?[a-z][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VAGUE_PATTERN = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
_DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

LONGEST_REFERENCE = 200
_DEEPEST_FACT = 2
"""Levels of maps and lists inside a fact."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _reference(text: str) -> str:
    if len(text) > LONGEST_REFERENCE:
        raise ValueError(f"has at most {LONGEST_REFERENCE} characters")
    if text != text.strip() or any(character < " " for character in text):
        raise ValueError("must not begin or end with a space nor hold control characters")
    return text


def _country(text: str) -> str:
    if text not in COUNTRY_CODES:
        raise ValueError(f"{text[:40]!r} is no ISO 3166-1 alpha-2 country code, nor EU, nor XK{_meant_country(text)}")
    return text


def _meant_country(text: str) -> str:
    candidate = {"UK": "GB", "EL": "GR"}.get(text.upper(), text.upper())
    return f"; did you mean {candidate}?" if candidate in COUNTRY_CODES else ""


def _as_year(value: Any) -> Any:
    """A bare 2022 in YAML is a number; as a date it can only mean the year."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9999:
        return f"{value:04d}"
    return value


def _vague_date(text: str) -> str:
    try:
        check_vague(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r}: {error}") from None
    return text


def _no_number(value: Any) -> Any:
    """A bare number in YAML is no text, but what was meant is a date: the words are those of a date."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"the number {str(value)[:20]} is no full date; write it as YYYY-MM-DD")
    return value


def _day(text: str) -> str:
    if not _FULL_DATE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no full date; write it as YYYY-MM-DD")
    return _vague_date(text)


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _email(text: str) -> str:
    if not is_email(text):
        raise ValueError("is no e-mail address")
    return text.lower()


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError("is no SHA-256; write its 64 hexadecimal digits")
    return text.lower()


def _flag(text: str) -> str:
    if not _FLAG.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no flag; write a lower-case key, with a leading minus where it ends")
    return text


def _status(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no status key; keys are lower-case words joined by _")
    return text


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    for key, value in facts.items():
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key[:40]!r} is no lower-case key")
        if not _is_fact(value, levels=_DEEPEST_FACT):
            raise ValueError(
                f"the value of {key!r} must be text, a number, a date, true, false, null, or a map or list of those"
            )
    return facts


def _is_fact(value: Any, *, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_fact(inner, levels=levels - 1) for inner in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_fact(inner, levels=levels - 1) for inner in value)
    return value is None or isinstance(value, str | int | float | bool)


Text = Annotated[str, Field(strict=True)]
Name = Annotated[Text, AfterValidator(_not_blank), Field(json_schema_extra={"minLength": 1})]
Reference = Annotated[Name, AfterValidator(_reference)]
Country = Annotated[Text, AfterValidator(_country), WithJsonSchema({"type": "string", "enum": sorted(COUNTRY_CODES)})]
VagueDate = Annotated[
    Text,
    AfterValidator(_vague_date),
    BeforeValidator(_as_year),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _VAGUE_PATTERN},
                {"type": "integer", "minimum": 1, "maximum": 9999, "description": "a year written without quotes"},
            ]
        }
    ),
]
Day = Annotated[
    Text,
    AfterValidator(_day),
    BeforeValidator(_no_number),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY_PATTERN}),
]
Email = Annotated[Text, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email"})]
Sha256 = Annotated[Text, AfterValidator(_sha256), WithJsonSchema({"type": "string", "pattern": "^[0-9a-fA-F]{64}$"})]
Flag = Annotated[Text, AfterValidator(_flag), WithJsonSchema({"type": "string", "pattern": f"^{_FLAG.pattern}$"})]
StatusKey = Annotated[Text, AfterValidator(_status), WithJsonSchema({"type": "string", "pattern": f"^{_KEY.pattern}$"})]
_PLAIN_VALUE: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}


def _value_schema(levels: int) -> dict[str, Any]:
    """A plain value, or so many levels of maps and lists of them, as `_is_fact` has it."""
    if not levels:
        return _PLAIN_VALUE
    inner = _value_schema(levels - 1)
    holders = [{"type": "object", "additionalProperties": inner}, {"type": "array", "items": inner}]
    return {"anyOf": [_PLAIN_VALUE, *holders]}


Facts = Annotated[
    dict[str, Any],
    AfterValidator(_facts),
    WithJsonSchema(
        {
            "type": "object",
            "description": "text, numbers and dates, or maps of those; lists, true, false and null are accepted, too",
            "propertyNames": {"pattern": f"^{_KEY.pattern}$"},
            "additionalProperties": _value_schema(_DEEPEST_FACT),
        }
    ),
]
Details = Annotated[dict[str, Any], WithJsonSchema({"type": "object"})]
Sequence = Annotated[int, Field(strict=True, ge=1, le=2_000_000_000)]


def to_day(text: str) -> date:
    """A full date that has been checked."""
    return date.fromisoformat(text)
