"""Foundations: every table of the first release, with row-level security from the start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    #
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False, comment="past tense, e.g. case.status_changed"),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at_id", "audit_entries", ["at", "id"], unique=False)
    op.create_index(op.f("ix_audit_entries_case_id"), "audit_entries", ["case_id"], unique=False)
    op.create_index("ix_audit_entries_object", "audit_entries", ["object_type", "object_id", "at"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True, comment="ISO 3166-1 alpha-2, EU or XK"),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_organisations_sender_ref")),
    )
    op.create_index(op.f("ix_organisations_country"), "organisations", ["country"], unique=False)
    op.create_index(op.f("ix_organisations_name"), "organisations", ["name"], unique=False)
    op.create_table(
        "pathway_definitions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "checked_sha256",
            sa.String(),
            nullable=True,
            comment="of all files and of the code that found them in order; the same again needs no second reading",
        ),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_pathway_definitions")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False, comment="IANA name"),
        sa.Column("country", sa.String(), nullable=True, comment="whose working days apply; ISO 3166-1 alpha-2"),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True, comment="argon2id, PHC string; null: can't sign in"),
        sa.Column(
            "must_change_password",
            sa.Boolean(),
            nullable=False,
            comment="somebody else chose the password and knows it",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index("uq_people_email_lower", "people", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "sightings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sightings")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_hash", sa.LargeBinary(), nullable=False, comment="keyed hash of the address typed"),
        sa.Column("origin_hash", sa.LargeBinary(), nullable=False, comment="keyed hash of the network address"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index("ix_sign_in_attempts_account_at", "sign_in_attempts", ["account_hash", "at"], unique=False)
    op.create_index("ix_sign_in_attempts_origin_at", "sign_in_attempts", ["origin_hash", "at"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_contacts_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_contacts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_contacts_sender_ref")),
    )
    op.create_index(op.f("ix_contacts_country"), "contacts", ["country"], unique=False)
    op.create_index(op.f("ix_contacts_name"), "contacts", ["name"], unique=False)
    op.create_index(op.f("ix_contacts_organisation_id"), "contacts", ["organisation_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("dated_on", sa.String(), nullable=True, comment="YYYY[-MM[-DD]]"),
        sa.Column("from_text", sa.String(), nullable=True),
        sa.Column("to_text", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint("level IN ('public', 'internal', 'restricted', 'sealed')", name=op.f("ck_documents_level")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_documents_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_documents_sender_ref")),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_dossiers_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_dossiers_sender_ref")),
    )
    op.create_table(
        "engagements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurred_on", sa.String(), nullable=True, comment="YYYY[-MM[-DD]]; null: unknown"),
        sa.Column("date_text", sa.String(), nullable=True, comment="the date as the source words it"),
        sa.Column("sort_on", sa.Date(), nullable=False, comment="last possible day; the day of entry where unknown"),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint(
            "level IN ('public', 'internal', 'restricted', 'sealed')", name=op.f("ck_engagements_level")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_engagements_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_engagements_sender_ref")),
    )
    op.create_index(
        "ix_engagements_order",
        "engagements",
        [sa.literal_column("sort_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('legal_officer', 'coordinator', 'head', 'outside_counsel', 'administrator')",
            name=op.f("ck_person_roles_role"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "reminder_preferences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("days_before", postgresql.ARRAY(sa.INTEGER()), nullable=False),
        sa.Column("send_time", sa.Time(), nullable=False, comment="wall time in the person's zone"),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reminder_preferences_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_preferences")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="CSRF token, flashed messages; never content of a case",
        ),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="absolute limit"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sign_in_sessions_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_sessions_expires_at"), "sign_in_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sign_in_sessions_person_id"), "sign_in_sessions", ["person_id"], unique=False)
    op.create_table(
        "subjects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'entity')", name=op.f("ck_subjects_kind")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_subjects_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subjects")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_subjects_sender_ref")),
    )
    op.create_index(op.f("ix_subjects_name"), "subjects", ["name"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False, comment="for people, e.g. ICC-K7QX; random, shows no gap"),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False, comment="which version judged its last move"),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("countries", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True, comment="first current lead, for lists; memberships rule"),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "activity_at", sa.DateTime(timezone=True), nullable=False, comment="last change that its readers care about"
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column(
            "status_since", sa.String(), nullable=True, comment="YYYY[-MM[-DD]] of the event that gave the status"
        ),
        sa.Column("status_since_earliest", sa.Date(), nullable=True),
        sa.Column("status_since_latest", sa.Date(), nullable=True),
        sa.Column("left_status", sa.String(), nullable=True, comment="while paused: the status that was left"),
        sa.Column("resume_to", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column(
            "expires_on",
            sa.Date(),
            nullable=True,
            comment="end of the current period, as its opening event or a later one says",
        ),
        sa.Column("flags", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column(
            "next_due_on",
            sa.Date(),
            nullable=True,
            comment="earliest due date of an open follow-up that is no more secret than the case",
        ),
        sa.Column("gap_count", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint("level IN ('public', 'internal', 'restricted', 'sealed')", name=op.f("ck_cases_level")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_cases_created_by_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_cases_dossier_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_cases_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_cases_sender_ref")),
    )
    op.create_index(
        "ix_cases_activity",
        "cases",
        [sa.literal_column("activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_cases_countries", "cases", ["countries"], unique=False, postgresql_using="gin")
    op.create_index("ix_cases_deadline", "cases", ["next_due_on", "id"], unique=False)
    op.create_index(op.f("ix_cases_dossier_id"), "cases", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_cases_lead_id"), "cases", ["lead_id"], unique=False)
    op.create_index(
        "ix_cases_pathway_activity",
        "cases",
        ["pathway", sa.literal_column("activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_cases_pathway_status_activity",
        "cases",
        ["pathway", "status", sa.literal_column("activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_cases_phase_activity",
        "cases",
        ["phase", sa.literal_column("activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_cases_title", "cases", ["title", "id"], unique=False)
    op.create_table(
        "contact_private",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("notes_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_private_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_private")),
    )
    op.create_table(
        "engagement_participants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(contact_id IS NULL) <> (name IS NULL)", name=op.f("ck_engagement_participants_contact_or_name")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_engagement_participants_contact_id")),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagements.id"],
            name=op.f("fk_engagement_participants_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_participants")),
    )
    op.create_index(
        op.f("ix_engagement_participants_contact_id"), "engagement_participants", ["contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_engagement_participants_engagement_id"), "engagement_participants", ["engagement_id"], unique=False
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("held_from", sa.String(), nullable=True),
        sa.Column("held_to", sa.String(), nullable=True),
        sa.Column(
            "held_to_latest", sa.Date(), nullable=True, comment="last day that held_to may mean; null: still held"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_offices_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_offices_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_index(op.f("ix_offices_contact_id"), "offices", ["contact_id"], unique=False)
    op.create_index("ix_offices_title", "offices", ["title"], unique=False)
    op.create_table(
        "case_contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_contacts_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_case_contacts_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_contacts")),
        sa.UniqueConstraint("case_id", "contact_id", "role", name=op.f("uq_case_contacts_case_id_contact_id_role")),
    )
    op.create_index(op.f("ix_case_contacts_contact_id"), "case_contacts", ["contact_id"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column(
            "seq", sa.Integer(), nullable=True, comment="the place that the import file gave; the order is `place`"
        ),
        sa.Column("place", sa.Numeric(), nullable=False, comment="sort key; a later entry fits between two others"),
        sa.Column("occurred_on", sa.String(), nullable=True, comment="YYYY[-MM[-DD]]; null: unknown"),
        sa.Column("between_earliest", sa.String(), nullable=True),
        sa.Column("between_latest", sa.String(), nullable=True),
        sa.Column("earliest", sa.Date(), nullable=True, comment="first day that the date and its bounds leave open"),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("time", sa.String(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column(
            "move",
            sa.String(),
            nullable=True,
            comment="kind as judged: forward, back, suspend, resume, close, reopen, jump",
        ),
        sa.Column(
            "move_said",
            sa.Boolean(),
            nullable=False,
            comment="whether the sender said the kind; else it is what the definition gave, and an export leaves it out",
        ),
        sa.Column("resume_to", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("new_facts", sa.String(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("reference_no", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True, comment="null: the case's level"),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True, comment="null: the operator"),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('public', 'internal', 'restricted', 'sealed')",
            name=op.f("ck_case_events_level"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name=op.f("fk_case_events_entered_by_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["case_events.id"], name=op.f("fk_case_events_replaces_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["people.id"], name=op.f("fk_case_events_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index("ix_case_events_case_place", "case_events", ["case_id", "place"], unique=False)
    op.create_index(
        "uq_case_events_place",
        "case_events",
        ["case_id", "place"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_index(
        "uq_case_events_ref",
        "case_events",
        ["case_id", "ref"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL AND ref IS NOT NULL"),
    )
    op.create_table(
        "case_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_case_id", sa.Uuid(), nullable=False),
        sa.Column("to_case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('joins', 'arises_from', 'replaces', 'litigates', 'related')", name=op.f("ck_case_links_kind")
        ),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["cases.id"], name=op.f("fk_case_links_from_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_case_id"], ["cases.id"], name=op.f("fk_case_links_to_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
        sa.UniqueConstraint(
            "from_case_id", "to_case_id", "kind", name=op.f("uq_case_links_from_case_id_to_case_id_kind")
        ),
    )
    op.create_index(op.f("ix_case_links_to_case_id"), "case_links", ["to_case_id"], unique=False)
    op.create_table(
        "case_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "starts_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="by the database's clock, as the policies read it",
        ),
        sa.Column(
            "ends_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="planned end; from then on the case is not seen",
        ),
        sa.Column("given_by_id", sa.Uuid(), nullable=True, comment="null: the operator"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('lead', 'member', 'reader')", name=op.f("ck_case_memberships_kind")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_memberships_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_case_memberships_ended_by_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["people.id"], name=op.f("fk_case_memberships_given_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_memberships")),
    )
    op.create_index(
        "ix_case_memberships_person_current",
        "case_memberships",
        ["person_id", "case_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_case_memberships_current",
        "case_memberships",
        ["case_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "case_subjects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column(
            "counts",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
            comment="charges: text or a list of texts",
        ),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_subjects_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_case_subjects_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_subjects")),
        sa.UniqueConstraint("case_id", "subject_id", name=op.f("uq_case_subjects_case_id_subject_id")),
    )
    op.create_index(op.f("ix_case_subjects_subject_id"), "case_subjects", ["subject_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_contact_id", sa.Uuid(), nullable=True),
        sa.Column("by_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("by_country", sa.String(), nullable=True),
        sa.Column("by_text", sa.String(), nullable=True),
        sa.Column("to_contact_id", sa.Uuid(), nullable=True),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("to_country", sa.String(), nullable=True),
        sa.Column("to_text", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False, comment="the exact words"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ask', 'commitment', 'position', 'topic', 'internal')", name=op.f("ck_commitments_kind")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'kept', 'partly_kept', 'broken', 'superseded')", name=op.f("ck_commitments_status")
        ),
        sa.CheckConstraint(
            "num_nonnulls(by_contact_id, by_organisation_id, by_country, by_text) <= 1",
            name=op.f("ck_commitments_one_by"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(to_contact_id, to_organisation_id, to_country, to_text) <= 1",
            name=op.f("ck_commitments_one_to"),
        ),
        sa.ForeignKeyConstraint(["by_contact_id"], ["contacts.id"], name=op.f("fk_commitments_by_contact_id")),
        sa.ForeignKeyConstraint(
            ["by_organisation_id"], ["organisations.id"], name=op.f("fk_commitments_by_organisation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_commitments_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["checked_by_id"], ["people.id"], name=op.f("fk_commitments_checked_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_commitments_created_by_id")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_commitments_engagement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_contact_id"], ["contacts.id"], name=op.f("fk_commitments_to_contact_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisations.id"], name=op.f("fk_commitments_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_commitments_sender_ref")),
    )
    op.create_index(op.f("ix_commitments_by_contact_id"), "commitments", ["by_contact_id"], unique=False)
    op.create_index(op.f("ix_commitments_case_id"), "commitments", ["case_id"], unique=False)
    op.create_index(op.f("ix_commitments_engagement_id"), "commitments", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_commitments_to_contact_id"), "commitments", ["to_contact_id"], unique=False)
    op.create_table(
        "document_cases",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_document_cases_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_cases_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "case_id", name=op.f("pk_document_cases")),
    )
    op.create_index(op.f("ix_document_cases_case_id"), "document_cases", ["case_id"], unique=False)
    op.create_table(
        "engagement_cases",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_engagement_cases_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_cases_engagement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("engagement_id", "case_id", name=op.f("pk_engagement_cases")),
    )
    op.create_index(op.f("ix_engagement_cases_case_id"), "engagement_cases", ["case_id"], unique=False)
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column(
            "assignee_named",
            sa.String(),
            nullable=True,
            comment="e-mail that an import named and nobody here has: a gap",
        ),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True, comment="null: the case's level"),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "template_key", sa.String(), nullable=True, comment="which standard follow-up of the pathway this is"
        ),
        sa.Column(
            "period_key",
            sa.String(),
            nullable=True,
            comment="id of the event that opened the period: offered once per period",
        ),
        sa.Column(
            "every_days", sa.Integer(), nullable=True, comment="a standard follow-up that recurs while the status lasts"
        ),
        sa.Column(
            "next_plan_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the reminders of this row must be planned next",
        ),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('follow_up', 'deadline', 'hearing', 'renewal')", name=op.f("ck_follow_ups_kind")),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('public', 'internal', 'restricted', 'sealed')", name=op.f("ck_follow_ups_level")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'in_progress', 'waiting', 'done', 'cancelled')", name=op.f("ck_follow_ups_status")
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name=op.f("fk_follow_ups_assignee_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["completed_by_id"], ["people.id"], name=op.f("fk_follow_ups_completed_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_follow_ups_created_by_id")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_follow_ups_engagement_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("sender", "ref", name=op.f("uq_follow_ups_sender_ref")),
    )
    op.create_index(
        "ix_follow_ups_assignee_due",
        "follow_ups",
        ["assignee_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('open', 'in_progress', 'waiting')"),
    )
    op.create_index("ix_follow_ups_case_due", "follow_ups", ["case_id", "due_on", "id"], unique=False)
    op.create_index("ix_follow_ups_any_due", "follow_ups", ["due_on", "id"], unique=False)
    op.create_index("ix_follow_ups_status_due", "follow_ups", ["status", "due_on", "id"], unique=False)
    op.create_index(
        "ix_follow_ups_due",
        "follow_ups",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('open', 'in_progress', 'waiting')"),
    )
    op.create_index(op.f("ix_follow_ups_engagement_id"), "follow_ups", ["engagement_id"], unique=False)
    op.create_index(
        "ix_follow_ups_next_plan",
        "follow_ups",
        ["next_plan_at"],
        unique=False,
        postgresql_where=sa.text("next_plan_at IS NOT NULL"),
    )
    op.create_index(
        "uq_follow_ups_period",
        "follow_ups",
        ["case_id", "template_key", "period_key"],
        unique=True,
        postgresql_where=sa.text("template_key IS NOT NULL"),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="the follow-up's id"),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.String(),
            nullable=False,
            comment="assigned, before, on_the_day, overdue, escalation_lead, escalation_coordinator",
        ),
        sa.Column("due_key", sa.String(), nullable=False, comment="due_version and offset, e.g. 3:-7"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False, comment="opaque number shown for restricted and sealed cases"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "scheduled_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the rules want it sent; backoff leaves it alone",
        ),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False, comment="not before; moved by backoff"),
        sa.Column("useful_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False, comment="fixed at insert; no case data in it"),
        sa.Column("token", sa.Uuid(), nullable=True, comment="whoever claimed it"),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "last_error",
            sa.String(),
            nullable=True,
            comment="a code such as smtp_451; never an address or a text of the mail",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('planned', 'sending', 'committing', 'sent', 'dead', 'cancelled')",
            name=op.f("ck_reminders_status"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reminders_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recipient_id"], ["people.id"], name=op.f("fk_reminders_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("number", name=op.f("uq_reminders_number")),
        sa.UniqueConstraint("subject_id", "kind", "due_key", "recipient_id", name="uq_reminders_key"),
    )
    op.create_index(
        "ix_reminders_case",
        "reminders",
        ["case_id", sa.literal_column("scheduled_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_reminders_claim",
        "reminders",
        ["send_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_index(
        "ix_reminders_leases",
        "reminders",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status IN ('sending', 'committing')"),
    )
    op.create_index(
        "ix_reminders_ledger",
        "reminders",
        [sa.literal_column("scheduled_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_reminders_dead",
        "reminders",
        [sa.literal_column("scheduled_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("status = 'dead'"),
    )
    op.create_index(
        "ix_reminders_unsent",
        "reminders",
        ["scheduled_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('planned', 'sending', 'committing')"),
    )
    op.create_index(
        "ix_reminders_recipient",
        "reminders",
        ["recipient_id", sa.literal_column("scheduled_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    need_to_know = Path(__file__).parents[1] / "sql" / "0001_need_to_know.sql"
    op.get_bind().exec_driver_sql(need_to_know.read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.execute(
        """
        DO $$ DECLARE policy record; BEGIN
          FOR policy IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP POLICY %I ON %I', policy.policyname, policy.tablename);
          END LOOP;
        END $$
        """
    )
    #
    op.drop_index("ix_reminders_recipient", table_name="reminders")
    op.drop_index("ix_reminders_ledger", table_name="reminders")
    op.drop_index(
        "ix_reminders_leases", table_name="reminders", postgresql_where=sa.text("status IN ('sending', 'committing')")
    )
    op.drop_index("ix_reminders_claim", table_name="reminders", postgresql_where=sa.text("status = 'planned'"))
    op.drop_index("ix_reminders_case", table_name="reminders")
    op.drop_table("reminders")
    op.drop_index("uq_follow_ups_period", table_name="follow_ups", postgresql_where=sa.text("template_key IS NOT NULL"))
    op.drop_index(
        "ix_follow_ups_next_plan", table_name="follow_ups", postgresql_where=sa.text("next_plan_at IS NOT NULL")
    )
    op.drop_index(op.f("ix_follow_ups_engagement_id"), table_name="follow_ups")
    op.drop_index(
        "ix_follow_ups_due",
        table_name="follow_ups",
        postgresql_where=sa.text("status IN ('open', 'in_progress', 'waiting')"),
    )
    op.drop_index("ix_follow_ups_status_due", table_name="follow_ups")
    op.drop_index("ix_follow_ups_any_due", table_name="follow_ups")
    op.drop_index("ix_follow_ups_case_due", table_name="follow_ups")
    op.drop_index(
        "ix_follow_ups_assignee_due",
        table_name="follow_ups",
        postgresql_where=sa.text("status IN ('open', 'in_progress', 'waiting')"),
    )
    op.drop_table("follow_ups")
    op.drop_index(op.f("ix_engagement_cases_case_id"), table_name="engagement_cases")
    op.drop_table("engagement_cases")
    op.drop_index(op.f("ix_document_cases_case_id"), table_name="document_cases")
    op.drop_table("document_cases")
    op.drop_index(op.f("ix_commitments_to_contact_id"), table_name="commitments")
    op.drop_index(op.f("ix_commitments_engagement_id"), table_name="commitments")
    op.drop_index(op.f("ix_commitments_case_id"), table_name="commitments")
    op.drop_index(op.f("ix_commitments_by_contact_id"), table_name="commitments")
    op.drop_table("commitments")
    op.drop_index(op.f("ix_case_subjects_subject_id"), table_name="case_subjects")
    op.drop_table("case_subjects")
    op.drop_index(
        "uq_case_memberships_current", table_name="case_memberships", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(
        "ix_case_memberships_person_current",
        table_name="case_memberships",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("case_memberships")
    op.drop_index(op.f("ix_case_links_to_case_id"), table_name="case_links")
    op.drop_table("case_links")
    op.drop_index(
        "uq_case_events_ref",
        table_name="case_events",
        postgresql_where=sa.text("voided_at IS NULL AND ref IS NOT NULL"),
    )
    op.drop_index("uq_case_events_place", table_name="case_events", postgresql_where=sa.text("voided_at IS NULL"))
    op.drop_index("ix_case_events_case_place", table_name="case_events")
    op.drop_table("case_events")
    op.drop_index(op.f("ix_case_contacts_contact_id"), table_name="case_contacts")
    op.drop_table("case_contacts")
    op.drop_index("ix_offices_title", table_name="offices")
    op.drop_index(op.f("ix_offices_contact_id"), table_name="offices")
    op.drop_table("offices")
    op.drop_index(op.f("ix_engagement_participants_engagement_id"), table_name="engagement_participants")
    op.drop_index(op.f("ix_engagement_participants_contact_id"), table_name="engagement_participants")
    op.drop_table("engagement_participants")
    op.drop_table("contact_private")
    op.drop_index("ix_cases_title", table_name="cases")
    op.drop_index("ix_cases_phase_activity", table_name="cases")
    op.drop_index("ix_cases_pathway_status_activity", table_name="cases")
    op.drop_index("ix_cases_pathway_activity", table_name="cases")
    op.drop_index(op.f("ix_cases_lead_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_dossier_id"), table_name="cases")
    op.drop_index("ix_cases_deadline", table_name="cases")
    op.drop_index("ix_cases_countries", table_name="cases", postgresql_using="gin")
    op.drop_index("ix_cases_activity", table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_subjects_name"), table_name="subjects")
    op.drop_table("subjects")
    op.drop_index(op.f("ix_sign_in_sessions_person_id"), table_name="sign_in_sessions")
    op.drop_index(op.f("ix_sign_in_sessions_expires_at"), table_name="sign_in_sessions")
    op.drop_table("sign_in_sessions")
    op.drop_table("reminder_preferences")
    op.drop_table("person_roles")
    op.drop_index("ix_engagements_order", table_name="engagements")
    op.drop_table("engagements")
    op.drop_table("dossiers")
    op.drop_table("documents")
    op.drop_index(op.f("ix_contacts_organisation_id"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_name"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_country"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_sign_in_attempts_origin_at", table_name="sign_in_attempts")
    op.drop_index("ix_sign_in_attempts_account_at", table_name="sign_in_attempts")
    op.drop_table("sign_in_attempts")
    op.drop_table("sightings")
    op.drop_index("uq_people_email_lower", table_name="people")
    op.drop_table("people")
    op.drop_table("pathway_definitions")
    op.drop_index(op.f("ix_organisations_name"), table_name="organisations")
    op.drop_index(op.f("ix_organisations_country"), table_name="organisations")
    op.drop_table("organisations")
    op.drop_index("ix_audit_entries_object", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_case_id"), table_name="audit_entries")
    op.drop_index("ix_audit_entries_at_id", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.execute(
        """
        DROP FUNCTION app_person, app_has_role, app_is_staff, app_is_member, app_manages_members, app_manages_people,
          app_dossier_has_cases, app_subject_has_cases, app_engagement_has_cases, app_document_has_cases,
          app_mail_is_sealed, app_raise_level, app_hand_over_leads, app_plan_again
        """
    )
    # The roles stay: they belong to the server, and other databases on it may use them.
