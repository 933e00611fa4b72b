"""What `.flaskenv` names: the application for `flask …`, with a database behind it even on a fresh clone."""

from __future__ import annotations

import sys
from dataclasses import replace

import click
from flask import Flask
from flask.cli import NoAppException

from config import ConfigurationFault, Settings, load_settings
from embedded.bootstrap import ready_settings
from embedded.faults import EmbeddedServerFault
from embedded.places import Places
from embedded.postgres import Cluster

OF_FILES_ALONE = frozenset(
    {
        *(("clock", word) for word in ("check", "explain", "list")),
        *(("pathway", word) for word in ("check", "list", "show")),
        ("dossier", "schema"),
    }
)
"""Commands about rules, pathways and formats; `--installed` asks for what holds in a database."""


def create_app() -> Flask:
    """The application. Raises click's error, which prints as one sentence, when it can't start."""
    from tracker import create_app as assemble
    from tracker.core.errors import NotConfigured
    from tracker.pathways.faults import DefinitionFault

    try:
        starts_nothing = _only_asks_for_help() or _reads_files_alone(sys.argv[1:])
        return assemble(_settings_without_servers() if starts_nothing else ready_settings())
    except (ConfigurationFault, EmbeddedServerFault, NotConfigured, DefinitionFault) as fault:
        if _only_asks_for_help():
            raise NoAppException(str(fault)) from fault  # the one error that Flask's list of commands prints in short
        raise click.ClickException(str(fault)) from fault


def _only_asks_for_help() -> bool:
    return "--help" in sys.argv[1:]


def _reads_files_alone(arguments: list[str]) -> bool:
    """Whether the command answers out of what ships, and no database has to be started for it."""
    words = [word for word in arguments if not word.startswith("-")]
    return tuple(words[:2]) in OF_FILES_ALONE and "--installed" not in arguments


def _settings_without_servers() -> Settings:
    """Settings whose database nobody starts."""
    settings = load_settings()
    return replace(settings, database_url=settings.database_url or Cluster(Places(settings.data_dir)).url())
