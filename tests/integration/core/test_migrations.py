"""Every migration goes both ways, and what they make is what the models say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.support.processes import ROOT
from tracker.core.migrate import current, downgrade, head, upgrade
from tracker.models import metadata

_SHAPE = """
    SELECT 'column', table_name, column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'policy', tablename, policyname, concat_ws(' ', roles, cmd, qual, with_check) FROM pg_policies
    UNION ALL SELECT 'function', proname, pg_get_function_identity_arguments(oid), md5(prosrc) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
      WHERE NOT tgisinternal
    UNION ALL SELECT 'grant', table_name, column_name, concat_ws(' ', grantee, privilege_type)
      FROM information_schema.column_privileges WHERE table_schema = 'public' AND grantee LIKE 'tracker%'
    ORDER BY 1, 2, 3, 4
"""


def _shape(url: str) -> set[tuple[str, ...]]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        return set(connection.execute(_SHAPE).fetchall())


@pytest.fixture
def empty_url(cluster):
    yield cluster.empty("migrations_both_ways")
    cluster.drop("migrations_both_ways")


def test_each_migration_can_be_taken_back_and_leaves_what_stood_before(empty_url):
    out_of_turn = (
        "0027",
        "0025",
        "0029",
        "0026",
        "0023",
        "0024",
        "0028",
        "0036",
        "0032",
        "0037",
        "0034",
        "0038",
        "0030",
        "0035",
        "0040",
        "0031",
        "0042",
        "0033",
        "0044",
        "0045",
        "0046",
        "0047",
        "0048",
        "0041",
        "0055",
        "0056",
        "0054",
        "0049",
        "0051",
        "0052",
        "0053",
    )
    revisions = [*(f"{n:04}" for n in range(1, 23)), *out_of_turn]
    assert revisions[-1] == head()
    shapes = {}
    for revision in revisions:
        upgrade(empty_url, revision)
        shapes[revision] = _shape(empty_url)
    for revision in reversed(revisions[:-1]):
        downgrade(empty_url, revision)
        assert _shape(empty_url) ^ shapes[revision] == set(), f"taken back to {revision}"
    downgrade(empty_url, "base")
    assert current(empty_url) is None
    upgrade(empty_url)
    assert _shape(empty_url) == shapes[revisions[-1]]


COUNTED = ("cases", "case_events", "follow_ups", "engagements", "commitments", "contacts", "documents", "audit_entries")


def test_going_back_to_the_first_release_and_up_again_loses_nothing_that_it_knew(empty_url, tmp_path):
    upgrade(empty_url)
    _load_the_sample(empty_url, tmp_path)
    before = _counts(empty_url)
    assert all(before[table] for table in ("cases", "case_events", "follow_ups"))
    downgrade(empty_url, "0001")
    upgrade(empty_url)
    assert _counts(empty_url) == before


def _load_the_sample(url: str, data_dir: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")} | {
        "DATABASE_URL": url,
        "TRACKER_DATA_DIR": str(data_dir),
        "FLASK_APP": "embedded.entry:create_app",
    }
    words = [sys.executable, "-m", "flask", "sample", "load"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def _counts(url: str) -> dict[str, int]:
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)  # noqa: S608
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        row = connection.execute(f"SELECT {counts}").fetchone()
    assert row is not None
    return dict(zip(COUNTED, row, strict=True))


def test_the_models_say_what_the_migrations_make(empty_url):
    upgrade(empty_url)
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_mapped})
        # Indexes that only the migrations name serve single queries; all else must be the same.
        assert [found for found in compare_metadata(context, metadata) if found[0] != "remove_index"] == []


def _is_mapped(thing, name, kind, reflected, compare_to):
    """Tables that triggers alone fill (the search entries) have no model; so have what belongs to them."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not (reflected and compare_to is None and (table or "").startswith(("search_", "alembic_")))
