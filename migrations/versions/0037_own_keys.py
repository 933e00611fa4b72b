"""An import with keys of the house's own that are hidden is answered as if nobody had them."""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = (
    *("cases", "dossiers", "subjects", "contacts", "organisations", "documents", "follow_ups", "engagements"),
    "commitments",
)
BEFORE = "NEW.sender <> 'local' AND current_setting('role') = 'tracker_app'"
SINCE = """(NEW.sender <> 'local' OR current_setting('app.importing', true) = 'on')
           AND current_setting('role') = 'tracker_app'"""


def upgrade() -> None:
    _look_when(SINCE)


def downgrade() -> None:
    _look_when(BEFORE)


def _look_when(condition: str) -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER finds_key_room ON {table}")
        op.execute(
            f"CREATE TRIGGER finds_key_room BEFORE INSERT ON {table} FOR EACH ROW"
            f" WHEN ({condition}) EXECUTE FUNCTION app_finds_key_room()"
        )
