"""Recommendations are found by the one search."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    for file in sorted(SQL.glob("0053_*.up.sql")):
        run(file)


def downgrade() -> None:
    for file in sorted(SQL.glob("0053_*.down.sql"), reverse=True):
        run(file)


def run(file: Path) -> None:
    op.get_bind().exec_driver_sql(file.read_text(encoding="utf-8").replace("%", "%%"))
