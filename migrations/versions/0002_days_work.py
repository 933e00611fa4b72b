"""A day's work: what follow-ups, meetings, people and cases need beyond the foundations; drafts, views, comments."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade() -> None:
    add_tables_and_columns()
    op.execute("UPDATE engagements SET sort_on = NULL WHERE occurred_on IS NULL")
    for file in sorted(SQL.glob("0002_*.up.sql")):
        run(file)


def downgrade() -> None:
    for file in sorted(SQL.glob("0002_*.down.sql"), reverse=True):
        run(file)
    op.execute("UPDATE engagements SET sort_on = (created_at AT TIME ZONE 'UTC')::date WHERE sort_on IS NULL")
    drop_tables_and_columns()


def run(file: Path) -> None:
    op.get_bind().exec_driver_sql(file.read_text(encoding="utf-8").replace("%", "%%"))


def add_tables_and_columns() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False, comment="which form: its address, without what was typed"),
        sa.Column("fields_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("person_id", "form_key", name=op.f("uq_drafts_person_id_form_key")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_posts_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_posts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_organisation_id"), "posts", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_posts_title"), "posts", ["title"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "area",
            sa.String(),
            nullable=False,
            comment="which list: cases, follow_ups, engagements, commitments, contacts",
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "query", sa.String(), nullable=False, comment="filters, order, columns and grouping as in the address"
        ),
        sa.Column("is_shared", sa.Boolean(), nullable=False, comment="offered to all staff"),
        sa.Column(
            "is_default",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="what its owner sees where the address says nothing",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_saved_views_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_area", "saved_views", ["area", "name"], unique=False)
    op.create_index(op.f("ix_saved_views_owner_id"), "saved_views", ["owner_id"], unique=False)
    op.create_table(
        "timeline_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=True, comment="offered on cases of this pathway; null: on all"),
        sa.Column(
            "items",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[{title, offset, role?, kind?}] in order",
        ),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_timeline_sets_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_sets")),
    )
    op.create_table(
        "contact_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column(
            "moved",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="table -> ids of rows; hidden cases among them, so nobody reads it but the undo",
        ),
        sa.Column("merged_by_id", sa.Uuid(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["contacts.id"], name=op.f("fk_contact_merges_gone_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["contacts.id"], name=op.f("fk_contact_merges_kept_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["merged_by_id"], ["people.id"], name=op.f("fk_contact_merges_merged_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_contact_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merges")),
    )
    op.create_index(op.f("ix_contact_merges_gone_id"), "contact_merges", ["gone_id"], unique=False)
    op.create_index(op.f("ix_contact_merges_kept_id"), "contact_merges", ["kept_id"], unique=False)
    op.create_table(
        "case_visits",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="the running visit"),
        sa.Column(
            "before_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the visit before: changes since then are marked",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_visits_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_case_visits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "case_id", name=op.f("pk_case_visits")),
    )
    op.create_index(op.f("ix_case_visits_case_id"), "case_visits", ["case_id"], unique=False)
    op.create_table(
        "case_watchers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_watchers_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_watchers_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_watchers")),
    )
    op.create_index(op.f("ix_case_watchers_person_id"), "case_watchers", ["person_id"], unique=False)
    op.create_table(
        "timelines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reference_on", sa.Date(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True, comment="the entry whose date is the reference"),
        sa.Column("level", sa.String(), nullable=True, comment="null: the case's level"),
        sa.Column("applied_by_id", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["applied_by_id"], ["people.id"], name=op.f("fk_timelines_applied_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timelines_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["case_events.id"], name=op.f("fk_timelines_event_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["timeline_sets.id"], name=op.f("fk_timelines_set_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timelines")),
    )
    op.create_index(op.f("ix_timelines_case_id"), "timelines", ["case_id"], unique=False)
    op.create_table(
        "checklist_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_checklist_items_done_by_id")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_checklist_items_follow_up_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
    )
    op.create_index(op.f("ix_checklist_items_follow_up_id"), "checklist_items", ["follow_up_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=True, comment="null: the case's level"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('public', 'internal', 'restricted', 'sealed')", name=op.f("ck_comments_level")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_comments_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_comments_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_comments_follow_up_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_case", "comments", ["case_id", "id"], unique=False)
    op.create_index(op.f("ix_comments_follow_up_id"), "comments", ["follow_up_id"], unique=False)
    op.create_table(
        "follow_up_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True, comment="changes made, and undone, together"),
        sa.Column("kind", sa.String(), nullable=False, comment="created, edited, completed, …: as announced"),
        sa.Column(
            "before", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="changed fields as they stood"
        ),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True, comment="null: the operator or a schedule"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_follow_up_changes_by_id")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_changes_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["follow_up_changes.id"], name=op.f("fk_follow_up_changes_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_changes")),
    )
    op.create_index(op.f("ix_follow_up_changes_batch_id"), "follow_up_changes", ["batch_id"], unique=False)
    op.create_index("ix_follow_up_changes_follow_up", "follow_up_changes", ["follow_up_id", "id"], unique=False)
    op.create_table(
        "follow_up_dependencies",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("needs_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("follow_up_id <> needs_id", name=op.f("ck_follow_up_dependencies_not_itself")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_dependencies_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["follow_ups.id"], name=op.f("fk_follow_up_dependencies_needs_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "needs_id", name=op.f("pk_follow_up_dependencies")),
    )
    op.create_index(op.f("ix_follow_up_dependencies_needs_id"), "follow_up_dependencies", ["needs_id"], unique=False)
    op.create_table(
        "follow_up_watchers",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_watchers_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follow_up_watchers_person_id")),
        sa.PrimaryKeyConstraint("follow_up_id", "person_id", name=op.f("pk_follow_up_watchers")),
    )
    op.create_index(op.f("ix_follow_up_watchers_person_id"), "follow_up_watchers", ["person_id"], unique=False)
    op.create_table(
        "comment_mentions",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_mentions_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_comment_mentions_person_id")),
        sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f("pk_comment_mentions")),
    )
    op.create_index(
        "ix_comment_mentions_unseen",
        "comment_mentions",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.add_column(
        "cases",
        sa.Column(
            "last_event_on",
            sa.Date(),
            nullable=True,
            comment="last possible day of the newest dated entry that everybody who sees the case sees",
        ),
    )
    op.add_column(
        "cases",
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a mistaken case: seen by nobody, kept in the audit",
        ),
    )
    op.add_column("cases", sa.Column("removed_by_id", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("remove_reason", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_cases_last_event",
        "cases",
        ["last_event_on", "id"],
        unique=False,
        postgresql_where=sa.text("phase <> 'closed'"),
    )
    op.create_index(op.f("ix_cases_merged_into_id"), "cases", ["merged_into_id"], unique=False)
    op.create_foreign_key(op.f("fk_cases_removed_by_id"), "cases", "people", ["removed_by_id"], ["id"])
    op.create_foreign_key(op.f("fk_cases_merged_into_id"), "cases", "cases", ["merged_into_id"], ["id"])
    op.add_column(
        "commitments",
        sa.Column("by_post_id", sa.Uuid(), nullable=True, comment="the office that is bound, whoever holds it"),
    )
    op.add_column("commitments", sa.Column("to_post_id", sa.Uuid(), nullable=True))
    op.add_column(
        "commitments",
        sa.Column("settled_on", sa.Date(), nullable=True, comment="day on which it was kept or broken, where known"),
    )
    op.add_column("commitments", sa.Column("check_note", sa.String(), nullable=True, comment="how it was checked"))
    op.add_column("commitments", sa.Column("superseded_by_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_commitments_by_post_id"), "commitments", ["by_post_id"], unique=False)
    op.create_index(
        "ix_commitments_due", "commitments", ["due_on", "id"], unique=False, postgresql_where=sa.text("status = 'open'")
    )
    op.create_index(op.f("ix_commitments_to_post_id"), "commitments", ["to_post_id"], unique=False)
    op.create_foreign_key(op.f("fk_commitments_by_post_id"), "commitments", "posts", ["by_post_id"], ["id"])
    op.create_foreign_key(op.f("fk_commitments_to_post_id"), "commitments", "posts", ["to_post_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_commitments_superseded_by_id"),
        "commitments",
        "commitments",
        ["superseded_by_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.add_column("contacts", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_contacts_merged_into_id"), "contacts", ["merged_into_id"], unique=False)
    op.create_foreign_key(op.f("fk_contacts_merged_into_id"), "contacts", "contacts", ["merged_into_id"], ["id"])
    op.add_column(
        "engagement_participants", sa.Column("post_id", sa.Uuid(), nullable=True, comment="the office held then")
    )
    op.create_index(op.f("ix_engagement_participants_post_id"), "engagement_participants", ["post_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_engagement_participants_post_id"), "engagement_participants", "posts", ["post_id"], ["id"]
    )
    op.alter_column(
        "engagements",
        "sort_on",
        existing_type=sa.DATE(),
        nullable=True,
        comment="last possible day; null: unknown, and sorted last",
        existing_comment="last possible day; the day of entry where unknown",
    )
    op.drop_index(op.f("ix_engagements_order"), table_name="engagements")
    op.create_index(
        "ix_engagements_order",
        "engagements",
        [sa.literal_column("sort_on DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.add_column("follow_ups", sa.Column("priority", sa.String(), server_default="normal", nullable=False))
    op.add_column(
        "follow_ups", sa.Column("waiting_on", sa.String(), nullable=True, comment="whom the work waits for, in words")
    )
    op.add_column("follow_ups", sa.Column("waiting_on_contact_id", sa.Uuid(), nullable=True))
    op.add_column("follow_ups", sa.Column("waiting_since", sa.Date(), nullable=True))
    op.add_column(
        "follow_ups",
        sa.Column(
            "snoozed_until", sa.Date(), nullable=True, comment="the assignee sees it again from this day; due_on stays"
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "rrule", sa.String(), nullable=True, comment="RFC 5545 recurrence rule without DTSTART, e.g. FREQ=MONTHLY"
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "recurs", sa.String(), nullable=True, comment="on_completion: counted from its day; by_date: made when due"
        ),
    )
    op.add_column(
        "follow_ups", sa.Column("recurrence_of_id", sa.Uuid(), nullable=True, comment="each has one next at most")
    )
    op.add_column("follow_ups", sa.Column("timeline_id", sa.Uuid(), nullable=True))
    op.add_column(
        "follow_ups",
        sa.Column(
            "due_offset", sa.String(), nullable=True, comment="+14, -30 or +10wd from the timeline's reference date"
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "due_by_hand",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="somebody set the day; never moved silently",
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "due_to_check",
            sa.Date(),
            nullable=True,
            comment="where the reference date moved and the day was set by hand: what the offset gives now",
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column("post_id", sa.Uuid(), nullable=True, comment="the office that the work is about, whoever holds it"),
    )
    op.add_column(
        "follow_ups",
        sa.Column("commitment_id", sa.Uuid(), nullable=True, comment="made to check this commitment when it is due"),
    )
    op.create_index(op.f("ix_follow_ups_post_id"), "follow_ups", ["post_id"], unique=False)
    op.create_index(op.f("ix_follow_ups_recurrence_of_id"), "follow_ups", ["recurrence_of_id"], unique=True)
    op.create_index(
        "ix_follow_ups_recurs", "follow_ups", ["due_on"], unique=False, postgresql_where=sa.text("recurs = 'by_date'")
    )
    op.create_index(op.f("ix_follow_ups_timeline_id"), "follow_ups", ["timeline_id"], unique=False)
    op.create_index(op.f("ix_follow_ups_waiting_on_contact_id"), "follow_ups", ["waiting_on_contact_id"], unique=False)
    op.create_index(
        "uq_follow_ups_commitment",
        "follow_ups",
        ["commitment_id"],
        unique=True,
        postgresql_where=sa.text("commitment_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_follow_ups_commitment_id"), "follow_ups", "commitments", ["commitment_id"], ["id"], ondelete="SET NULL"
    )
    op.create_foreign_key(
        op.f("fk_follow_ups_recurrence_of_id"),
        "follow_ups",
        "follow_ups",
        ["recurrence_of_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_foreign_key(
        op.f("fk_follow_ups_waiting_on_contact_id"), "follow_ups", "contacts", ["waiting_on_contact_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_follow_ups_timeline_id"), "follow_ups", "timelines", ["timeline_id"], ["id"], ondelete="SET NULL"
    )
    op.create_foreign_key(op.f("fk_follow_ups_post_id"), "follow_ups", "posts", ["post_id"], ["id"])
    op.add_column("offices", sa.Column("post_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_offices_post_id"), "offices", ["post_id"], unique=False)
    op.create_foreign_key(op.f("fk_offices_post_id"), "offices", "posts", ["post_id"], ["id"])
    op.add_column("people", sa.Column("keyboard_shortcuts", sa.Boolean(), server_default="true", nullable=False))
    # ### end Alembic commands ###


def drop_tables_and_columns() -> None:
    op.drop_column("people", "keyboard_shortcuts")
    op.drop_constraint(op.f("fk_offices_post_id"), "offices", type_="foreignkey")
    op.drop_index(op.f("ix_offices_post_id"), table_name="offices")
    op.drop_column("offices", "post_id")
    op.drop_constraint(op.f("fk_follow_ups_post_id"), "follow_ups", type_="foreignkey")
    op.drop_constraint(op.f("fk_follow_ups_timeline_id"), "follow_ups", type_="foreignkey")
    op.drop_constraint(op.f("fk_follow_ups_waiting_on_contact_id"), "follow_ups", type_="foreignkey")
    op.drop_constraint(op.f("fk_follow_ups_recurrence_of_id"), "follow_ups", type_="foreignkey")
    op.drop_constraint(op.f("fk_follow_ups_commitment_id"), "follow_ups", type_="foreignkey")
    op.drop_index(
        "uq_follow_ups_commitment", table_name="follow_ups", postgresql_where=sa.text("commitment_id IS NOT NULL")
    )
    op.drop_index(op.f("ix_follow_ups_waiting_on_contact_id"), table_name="follow_ups")
    op.drop_index(op.f("ix_follow_ups_timeline_id"), table_name="follow_ups")
    op.drop_index("ix_follow_ups_recurs", table_name="follow_ups", postgresql_where=sa.text("recurs = 'by_date'"))
    op.drop_index(op.f("ix_follow_ups_recurrence_of_id"), table_name="follow_ups")
    op.drop_index(op.f("ix_follow_ups_post_id"), table_name="follow_ups")
    op.drop_column("follow_ups", "commitment_id")
    op.drop_column("follow_ups", "post_id")
    op.drop_column("follow_ups", "due_to_check")
    op.drop_column("follow_ups", "due_by_hand")
    op.drop_column("follow_ups", "due_offset")
    op.drop_column("follow_ups", "timeline_id")
    op.drop_column("follow_ups", "recurrence_of_id")
    op.drop_column("follow_ups", "recurs")
    op.drop_column("follow_ups", "rrule")
    op.drop_column("follow_ups", "snoozed_until")
    op.drop_column("follow_ups", "waiting_since")
    op.drop_column("follow_ups", "waiting_on_contact_id")
    op.drop_column("follow_ups", "waiting_on")
    op.drop_column("follow_ups", "priority")
    op.drop_index("ix_engagements_order", table_name="engagements")
    op.create_index(
        op.f("ix_engagements_order"),
        "engagements",
        [sa.literal_column("sort_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.alter_column(
        "engagements",
        "sort_on",
        existing_type=sa.DATE(),
        nullable=False,
        comment="last possible day; the day of entry where unknown",
        existing_comment="last possible day; null: unknown, and sorted last",
    )
    op.drop_constraint(op.f("fk_engagement_participants_post_id"), "engagement_participants", type_="foreignkey")
    op.drop_index(op.f("ix_engagement_participants_post_id"), table_name="engagement_participants")
    op.drop_column("engagement_participants", "post_id")
    op.drop_constraint(op.f("fk_contacts_merged_into_id"), "contacts", type_="foreignkey")
    op.drop_index(op.f("ix_contacts_merged_into_id"), table_name="contacts")
    op.drop_column("contacts", "merged_into_id")
    op.drop_constraint(op.f("fk_commitments_superseded_by_id"), "commitments", type_="foreignkey")
    op.drop_constraint(op.f("fk_commitments_to_post_id"), "commitments", type_="foreignkey")
    op.drop_constraint(op.f("fk_commitments_by_post_id"), "commitments", type_="foreignkey")
    op.drop_index(op.f("ix_commitments_to_post_id"), table_name="commitments")
    op.drop_index("ix_commitments_due", table_name="commitments", postgresql_where=sa.text("status = 'open'"))
    op.drop_index(op.f("ix_commitments_by_post_id"), table_name="commitments")
    op.drop_column("commitments", "superseded_by_id")
    op.drop_column("commitments", "check_note")
    op.drop_column("commitments", "settled_on")
    op.drop_column("commitments", "to_post_id")
    op.drop_column("commitments", "by_post_id")
    op.drop_constraint(op.f("fk_cases_merged_into_id"), "cases", type_="foreignkey")
    op.drop_constraint(op.f("fk_cases_removed_by_id"), "cases", type_="foreignkey")
    op.drop_index(op.f("ix_cases_merged_into_id"), table_name="cases")
    op.drop_index("ix_cases_last_event", table_name="cases", postgresql_where=sa.text("phase <> 'closed'"))
    op.drop_column("cases", "merged_into_id")
    op.drop_column("cases", "remove_reason")
    op.drop_column("cases", "removed_by_id")
    op.drop_column("cases", "removed_at")
    op.drop_column("cases", "last_event_on")
    op.drop_index(
        "ix_comment_mentions_unseen", table_name="comment_mentions", postgresql_where=sa.text("seen_at IS NULL")
    )
    op.drop_table("comment_mentions")
    op.drop_index(op.f("ix_follow_up_watchers_person_id"), table_name="follow_up_watchers")
    op.drop_table("follow_up_watchers")
    op.drop_index(op.f("ix_follow_up_dependencies_needs_id"), table_name="follow_up_dependencies")
    op.drop_table("follow_up_dependencies")
    op.drop_index("ix_follow_up_changes_follow_up", table_name="follow_up_changes")
    op.drop_index(op.f("ix_follow_up_changes_batch_id"), table_name="follow_up_changes")
    op.drop_table("follow_up_changes")
    op.drop_index(op.f("ix_comments_follow_up_id"), table_name="comments")
    op.drop_index("ix_comments_case", table_name="comments")
    op.drop_table("comments")
    op.drop_index(op.f("ix_checklist_items_follow_up_id"), table_name="checklist_items")
    op.drop_table("checklist_items")
    op.drop_index(op.f("ix_timelines_case_id"), table_name="timelines")
    op.drop_table("timelines")
    op.drop_index(op.f("ix_case_watchers_person_id"), table_name="case_watchers")
    op.drop_table("case_watchers")
    op.drop_index(op.f("ix_case_visits_case_id"), table_name="case_visits")
    op.drop_table("case_visits")
    op.drop_index(op.f("ix_contact_merges_kept_id"), table_name="contact_merges")
    op.drop_index(op.f("ix_contact_merges_gone_id"), table_name="contact_merges")
    op.drop_table("contact_merges")
    op.drop_table("timeline_sets")
    op.drop_index(op.f("ix_saved_views_owner_id"), table_name="saved_views")
    op.drop_index("ix_saved_views_area", table_name="saved_views")
    op.drop_table("saved_views")
    op.drop_index(op.f("ix_posts_title"), table_name="posts")
    op.drop_index(op.f("ix_posts_organisation_id"), table_name="posts")
    op.drop_table("posts")
    op.drop_table("drafts")
    # ### end Alembic commands ###
