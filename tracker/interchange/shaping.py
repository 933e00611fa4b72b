"""Plain data to the types of `schema`, with every fault listed and its place.

Pydantic checks each value; the walk over objects and lists is done here, so that an object with one bad key still
gives the rest of its facts to the rules that follow, and no fault hides another.
"""

from __future__ import annotations

import difflib
import types
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tracker.interchange.findings import Findings, at_index, at_key
from tracker.interchange.limits import UNUSABLE, holds_unusable
from tracker.interchange.schema import FileObject

Shape = TypeVar("Shape", bound=FileObject)


def shape(model: type[Shape], value: Any, path: str, findings: Findings) -> Shape | None:
    """The object at `path`, as much of it as can be used; None when it is no object at all."""
    if value is UNUSABLE:
        return None
    if not isinstance(value, dict):
        findings.error(path, f"must be a map with the keys {_known_keys(model)}; found {_kind_of(value)}")
        return None
    _refuse_unknown_keys(model, value, path, findings)
    values: dict[str, Any] = {}
    given: set[str] = set()
    faulty: set[str] = set()
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in value:
            given.add(name)
            errors_before = len(findings.errors)
            values[name] = _field_value(model, name, field, value[key], at_key(path, key), findings)
            told = len(findings.errors) > errors_before or holds_unusable(value[key])
            if told and (values[name] is None or _lost_entries(value[key], values[name])):
                faulty.add(name)
            continue
        values[name] = None if field.is_required() else field.get_default()
        if field.is_required():
            findings.error(at_key(path, key), "is required")
            faulty.add(name)
    result = model.model_construct(_fields_set=given)
    result.__dict__.update(values)
    result._path, result._faulty = path, frozenset(faulty)
    return result


def _lost_entries(given: Any, kept: Any) -> bool:
    return isinstance(given, list) and isinstance(kept, list) and len(kept) < len(given)


def _field_value(
    model: type[FileObject], name: str, field: FieldInfo, value: Any, path: str, findings: Findings
) -> Any:
    nested = nested_model(field)
    if value is UNUSABLE or (nested is None and holds_unusable(value)):
        return None
    if nested is None or (value is None and not field.is_required()):
        return _plain_value(model, name, value, path, findings)
    if not isinstance(value, list):
        findings.error(path, f"must be a list; found {_kind_of(value)}")
        return None
    if not value and field.is_required():
        findings.error(path, "must hold at least one entry")
    shaped = (shape(nested, entry, at_index(path, index), findings) for index, entry in enumerate(value))
    return [entry for entry in shaped if entry is not None]


def _plain_value(model: type[FileObject], name: str, value: Any, path: str, findings: Findings) -> Any:
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            findings.error(path + _inner_path(detail["loc"]), explain(detail))
        return None


def _inner_path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path


@cache
def _adapter(model: type[FileObject], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    annotation: Any = field.annotation
    return TypeAdapter(Annotated[annotation, *field.metadata] if field.metadata else annotation)


def nested_model(field: FieldInfo) -> type[FileObject] | None:
    """The model of a list's entries, when the field is a list of objects."""
    return _object_in(field.annotation)


def _object_in(annotation: Any) -> type[FileObject] | None:
    if isinstance(annotation, type) and issubclass(annotation, FileObject):
        return annotation
    if get_origin(annotation) in (list, Union, types.UnionType, Annotated):
        found = (_object_in(argument) for argument in get_args(annotation))
        return next((model for model in found if model is not None), None)
    return None


def _known_keys(model: type[BaseModel]) -> str:
    return ", ".join(field.alias or name for name, field in model.model_fields.items())


def _refuse_unknown_keys(model: type[BaseModel], value: dict[str, Any], path: str, findings: Findings) -> None:
    known = [field.alias or name for name, field in model.model_fields.items()]
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known keys: {', '.join(known)}"
            findings.error(at_key(path, key[:80]), f"unknown key; {hint}")


def explain(detail: ErrorDetails) -> str:
    """One fault in the words of the format, not of the checking library."""
    found = _kind_of(detail["input"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_type":
            return f"must be text; found {found}"
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"must be one of {context['expected'].replace(' or ', ', ')}; found {_shown(detail['input'])}"
        case "int_type" | "int_from_float":
            return f"must be a whole number; found {found}"
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']}"
        case "list_type":
            return f"must be a list; found {found}"
        case "too_short" | "too_long":
            return f"must hold {_bounds(context)} entries; found {context['actual_length']}"
        case "dict_type":
            return f"must be a map; found {found}"
        case _:
            return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _bounds(context: dict[str, Any]) -> str:
    return f"at least {context['min_length']}" if "min_length" in context else f"at most {context['max_length']}"


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {str(value)[:20]}"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a map"


def _shown(value: Any) -> str:
    return repr(value[:40]) if isinstance(value, str) else _kind_of(value)
