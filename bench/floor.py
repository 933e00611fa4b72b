"""The floor: bare Flask, SQLAlchemy and Jinja show the same fifty rows; the tracker is measured against it."""

from __future__ import annotations

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text

PAGE = """<!doctype html><title>Floor</title><table>
{% for row in rows %}<tr><td><a href="/cases/{{ row.reference }}">{{ row.reference }}</a></td><td>{{ row.title }}</td>
<td>{{ row.status }}</td><td>{{ row.pathway }}</td><td>{{ row.next_due_on or "" }}</td></tr>{% endfor %}</table>"""

ROWS = text(
    "SELECT reference, title, status, pathway, next_due_on FROM cases ORDER BY activity_at DESC, id DESC LIMIT 50"
)


def create_floor(url: str) -> Flask:
    """An application with the one page `/floor`; it reads as the owner, past every rule."""
    app = Flask("floor")
    engine = create_engine(url)

    @app.get("/floor")
    def floor() -> str:
        with engine.connect() as connection:
            return render_template_string(PAGE, rows=connection.execute(ROWS).all())

    return app
