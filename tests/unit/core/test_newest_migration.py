"""The newest revision is the one that none comes after, whatever the numbers of the files."""

from __future__ import annotations

from pathlib import Path

from migrations.newest import newest_revision
from tracker.core.migrate import head


def test_it_is_the_one_that_alembic_ends_with() -> None:
    assert newest_revision() == head()


def test_a_lower_number_that_comes_after_a_higher_one_is_the_newest(tmp_path: Path) -> None:
    for revision, before in (("0001", "None"), ("0003", '"0001"'), ("0002", '"0003"')):
        (tmp_path / f"{revision}_step.py").write_text(f'revision = "{revision}"\ndown_revision = {before}\n')
    assert newest_revision(tmp_path) == "0002"
