"""A search for a common word walks on where the newest entries are about something else."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    run("0003_search.up.sql")


def downgrade() -> None:
    run("0003_search.down.sql")


def run(file: str) -> None:
    op.get_bind().exec_driver_sql((SQL / file).read_text(encoding="utf-8").replace("%", "%%"))
