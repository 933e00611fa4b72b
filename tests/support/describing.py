"""The application's routes and forms as an OpenAPI document, for whoever makes up requests."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from wtforms import Form

LEFT_OUT = {"accounts.sign_out", "accounts.end_other_sessions", "health.readyz", "static"}
"""They end the session that asks, say 503 as they should without a broker, or are no page."""
LONGEST = 400


def description(app: Flask) -> dict[str, Any]:
    """Every rule and method, its parameters by their converters, and a form of every field that any form knows."""
    body = _form_body()
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in LEFT_OUT:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                paths.setdefault(_path_of(rule), {})[method.lower()] = _operation(rule, method, body)
    return {"openapi": "3.0.3", "info": {"title": "tracker", "version": "1"}, "paths": paths}


def _path_of(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if dynamic else part for dynamic, part in rule._trace if part != "|")


def _operation(rule: Rule, method: str, body: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _schema_of(rule, name)}
        for name in sorted(rule.arguments)
    ]
    if method == "GET":
        names = ("q", "sort", "after", "before", "columns", "group", "status", "level", "filter", "on", "month", "next")
        parameters += [
            {"name": name, "in": "query", "schema": {"type": "string", "maxLength": LONGEST}} for name in names
        ]
    operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
    if method == "POST":
        operation["requestBody"] = body
    return operation


def _schema_of(rule: Rule, name: str) -> dict[str, Any]:
    kind = type(rule._converters[name]).__name__
    if kind == "UUIDConverter":
        return {"type": "string", "format": "uuid"}
    if kind == "IntegerConverter":
        return {"type": "integer", "minimum": 0, "maximum": 10**12}
    return {"type": "string", "minLength": 1, "maxLength": 40}


def _form_body() -> dict[str, Any]:
    text = {"type": "string", "maxLength": LONGEST}
    properties = dict.fromkeys(sorted(_field_names(Form)), text)
    schema = {"type": "object", "properties": properties, "additionalProperties": False, "maxProperties": 12}
    return {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _field_names(kind: type) -> set[str]:
    own = {name for name, value in vars(kind).items() if hasattr(value, "field_class")}
    children: list[type] = kind.__subclasses__()
    return own.union(*map(_field_names, children))
