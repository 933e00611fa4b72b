from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.integration.accounts.conftest import ActAs
from tracker.accounts.models import Person
from tracker.audit.models import AuditEntry
from tracker.core.actor import OPERATOR

CREATE = [
    "user",
    "create",
    "--email",
    "maria@example.org",
    "--name",
    "Maria",
    "--role",
    "head",
    "--role",
    "coordinator",
]
TypeIn = Callable[..., TestResponse]


def test_a_made_person_is_listed_and_signs_in(app: Flask, type_in: TypeIn) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=CREATE)
    assert made.exit_code == 0, made.output
    password = made.stdout.strip()
    assert json.loads(runner.invoke(args=["user", "list", "--json"]).stdout) == [
        {"email": "maria@example.org", "name": "Maria", "roles": ["coordinator", "head"], "active": True}
    ]
    assert type_in("maria@example.org", password).location == "/"


def test_the_password_may_come_from_the_standard_input(app: Flask, type_in: TypeIn) -> None:
    word = "seven herons read the river maps"
    made = app.test_cli_runner().invoke(args=[*CREATE, "--password-stdin"], input=f"{word}\n")
    assert (made.exit_code, made.stdout) == (0, "")
    assert type_in("maria@example.org", word).status_code == 303


@pytest.mark.parametrize("word", ["", "too short", "password12345678"])
def test_a_bad_password_makes_no_account(app: Flask, word: str) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=[*CREATE, "--password-stdin"], input=f"{word}\n")
    assert made.exit_code == 1
    assert made.stderr.startswith("Error: ")
    assert json.loads(runner.invoke(args=["user", "list", "--json"]).stdout) == []


def test_an_address_is_taken_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=CREATE)
    again = runner.invoke(args=[arg.replace("maria@", "MARIA@") for arg in CREATE])
    assert again.exit_code == 1
    assert "already has an account" in again.stderr


def test_acting_as_somebody_gives_no_more_than_their_rights(app: Flask, people: dict[str, Person]) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=[*CREATE, "--as", "head@example.org"])
    assert refused.exit_code == 1
    assert "role does not allow" in refused.stderr
    assert runner.invoke(args=[*CREATE, "--as", "administrator@example.org"]).exit_code == 0
    nobody = runner.invoke(args=["user", "list", "--as", "nobody@example.org"])
    assert nobody.exit_code == 1
    assert "Nobody active" in nobody.stderr


def test_each_use_of_the_shell_is_in_the_audit(app: Flask, people: dict[str, Person], act_as: ActAs) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["user", "list"])
    runner.invoke(args=["user", "list", "--as", "head@example.org"])
    with act_as(OPERATOR) as session:
        wanted = select(AuditEntry).where(AuditEntry.action == "operator.command").order_by(AuditEntry.at)
        entries = session.scalars(wanted).all()
    assert [(entry.actor_kind, entry.object_id) for entry in entries] == [
        ("operator", None),
        ("operator", people["head"].id),
    ]
    assert all(entry.detail["command"].endswith("user list") for entry in entries)


def test_the_list_of_people_is_for_administrators_when_asked_as_a_person(app: Flask) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=CREATE)
    admin = ["user", "create", "--email", "ada@example.org", "--name", "Ada", "--role", "administrator"]
    assert runner.invoke(args=admin).exit_code == 0
    refused = runner.invoke(args=["user", "list", "--json", "--as", "maria@example.org"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Your role does not allow this." in refused.stderr
    allowed = runner.invoke(args=["user", "list", "--json", "--as", "ada@example.org"])
    assert {person["name"] for person in json.loads(allowed.stdout)} == {"Ada", "Maria"}
