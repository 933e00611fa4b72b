"""`python -m tracker.cli.sealed keys FILE …`, `… verify FILE …`: what was sealed, on a machine that knows no setting.

`flask` starts with the right keys and a database only; whoever opens a backup elsewhere, or looks for the keys of a
lost server, has neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tracker.backup.faults import BackupFault
from tracker.backup.keys import read_keys
from tracker.backup.restoring import verify_backup

file_argument = click.argument("file", type=click.Path(path_type=Path))
identity_option = click.option("--identity", type=click.Path(path_type=Path), required=True, help="What opens FILE.")


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except BackupFault as fault:
        raise click.ClickException(str(fault)) from fault


@click.group()
def main() -> None:
    """What `flask backup create` sealed, without any setting."""


@main.command()
@file_argument
@identity_option
def keys(*, file: Path, identity: Path) -> None:
    """Print the settings sealed in FILE by --keys-to, as lines of an environment file."""
    with _told_in_a_sentence():
        for name, value in read_keys(file, identity).items():
            click.echo(f"{name}={value}")


@main.command()
@file_argument
@identity_option
def verify(*, file: Path, identity: Path) -> None:
    """Open the backup FILE to its end and hold it against its manifest. Nothing is written anywhere."""
    with _told_in_a_sentence():
        found = verify_backup(file, identity)
    taken_at = found.taken_at.isoformat(timespec="seconds")
    click.echo(f"whole: {sum(found.rows.values())} rows, taken at {taken_at}, revision {found.revision}")


if __name__ == "__main__":
    main()
