"""What `.flaskenv` names: the application for `flask …`, with a database behind it even on a fresh clone."""

from __future__ import annotations

import sys

import click
from flask import Flask

from config import ConfigurationFault, load_settings
from embedded.bootstrap import ready_settings
from embedded.faults import EmbeddedServerFault


def create_app() -> Flask:
    """The application. Raises click's error, which prints as one sentence, when it can't start."""
    from tracker import create_app as assemble

    try:
        return assemble(load_settings() if _only_asks_for_help() else ready_settings())
    except (ConfigurationFault, EmbeddedServerFault) as fault:
        raise click.ClickException(str(fault)) from fault


def _only_asks_for_help() -> bool:
    return "--help" in sys.argv[1:]
