"""`python -m tracker.cli.sealed_keys FILE --identity KEYFILE`: the keys that `flask backup create --keys-to` sealed.

For a new machine, where no setting is known yet and no database answers; `flask` starts with the right keys only.
"""

from __future__ import annotations

from pathlib import Path

import click

from tracker.backup.faults import BackupFault
from tracker.backup.keys import read_keys


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--identity", type=click.Path(path_type=Path), required=True, help="What opens FILE.")
def main(*, file: Path, identity: Path) -> None:
    """Print the settings sealed in FILE, as lines of an environment file."""
    try:
        found = read_keys(file, identity)
    except BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    for name, value in found.items():
        click.echo(f"{name}={value}")


if __name__ == "__main__":
    main()
