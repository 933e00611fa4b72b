"""Statements, pages and requests are made of our own words: what people send is a value in them, never a part."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tracker", "worker", "configuration")
TEMPLATES = ROOT / "templates"

STATEMENTS = ("text", "exec_driver_sql", "literal_column", "SQL")
OF_OUR_OWN_NAMES = {
    ("tracker/access/visibility.py", "level.value"): "a word of an enumeration",
    ("tracker/cases/stalled.py", "str(DAYS_ELSEWHERE)"): "a number of ours",
    ("tracker/cases/stalled.py", "str(days)"): "a number of ours",
    ("tracker/cases/stalled.py", "str(min(DAYS_OF_PATHWAY.values()))"): "a number of ours",
    ("tracker/core/reads.py", "written.sql"): "what SQLAlchemy compiled; the values stand beside it",
    ("tracker/core/rewriting.py", "table"): "of the catalogue of PostgreSQL",
    ("tracker/core/rotation.py", "', '.join(tables)"): "of our models",
    ("tracker/followups/models.py", "name"): "of columns of this model",
    ("tracker/followups/queries.py", "status"): "of a list of ours",
    ("tracker/reminders/delivery/desk.py", "PLANNER.database_role"): "a role of ours",
}
"""What stands in a statement beside constants, and where it comes from."""
MARKUP = {
    ("tracker/accounts/enrolling.py", "svg"): "drawn by a library, of letters and digits",
    ("tracker/core/kept_marks.py", "_INDENT.sub('\\n', html)"): "what a template of ours made",
    ("tracker/core/template_words.py", "get_translations().ugettext(message)"): "of our catalogues",
    ("tracker/core/template_words.py", "get_translations().ungettext(singular, plural, num)"): "of our catalogues",
}
LINES = {
    "http.client": {"tracker/core/outgoing.py", "tracker/reminders/delivery/lookup.py"},
    "smtplib": {"tracker/reminders/delivery/patience.py", "tracker/reminders/delivery/relay.py"},
    "socket": {
        *("tracker/core/outgoing.py", "tracker/core/database.py", "tracker/files/scanner.py"),
        *("tracker/reminders/delivery/patience.py", "tracker/reminders/delivery/relay.py"),
        "tracker/reminders/delivery/sightings.py",
    },
}
"""Who may open a line: the guarded way out, the relay, the scanner's local socket; two ask for our name."""
NOBODY_USES = {
    *("urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "telnetlib", "websockets", "xmlrpc"),
    *("socketserver", "pycurl"),
}
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


@cache
def modules() -> dict[str, ast.Module]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _name_of(node.func) in names and node.args:
                yield path, node


def _name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def foreign(node: ast.expr) -> list[str]:
    """What in a text is neither a literal nor a constant of a module."""
    if isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and CONSTANT.fullmatch(node.id)):
        return []
    if isinstance(node, ast.JoinedStr):
        return [one for part in node.values for one in foreign(part)]
    if isinstance(node, ast.FormattedValue):
        return foreign(node.value)
    if isinstance(node, ast.BinOp):
        return [*foreign(node.left), *foreign(node.right)]
    return [ast.unparse(node)]


def test_statements_are_made_of_constants() -> None:
    found = list(calls(*STATEMENTS))
    assert len(found) > 100
    strange = {(path, one) for path, node in found for one in foreign(node.args[0])}
    executed = {
        (path, one)
        for path, node in calls("execute", "executemany")
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        for one in foreign(node.args[0])
    }
    assert strange | executed == set(OF_OUR_OWN_NAMES)


def test_a_statement_made_of_what_somebody_typed_would_be_found() -> None:
    for said in ("text(f'SELECT {typed}')", "text('SELECT ' + typed)", "text(typed)", "text('%s' % typed)"):
        node = ast.parse(said, mode="eval").body
        assert isinstance(node, ast.Call) and foreign(node.args[0]) == ["typed"]


def test_markup_is_made_of_our_own_words() -> None:
    found = list(calls("Markup"))
    assert len(found) > 8
    assert {(path, one) for path, node in found for one in foreign(node.args[0])} == set(MARKUP)
    assert [path for path, _node in calls("render_template_string", "from_string")] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_escapes_whatever_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "autoescape" not in text
    assert [one for one in re.findall(r"(.)\s*\|\s*safe\b", text) if one != '"'] == []


def test_nothing_of_a_request_is_spread_over_a_row() -> None:
    """Mass assignment: fields are named one by one."""
    assert [path for path, _node in calls("populate_obj")] == []
    spread = [
        (path, ast.unparse(word.value))
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg is None and re.search(r"request\.(?!view_args)|form\.data", ast.unparse(word.value))
    ]
    assert spread == []


def test_lines_to_elsewhere_are_opened_by_few() -> None:
    imported: dict[str, set[str]] = {}
    for path, module in modules().items():
        for node in ast.walk(module):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                imported.setdefault(name, set()).add(path)
    assert {name: imported.get(name, set()) for name in LINES} == LINES
    assert NOBODY_USES & set(imported) == set()
    asking = {
        path for path, _node in calls("HTTPConnection", "HTTPSConnection", "create_connection", "open_connection")
    }
    assert asking <= {"tracker/core/outgoing.py"}
