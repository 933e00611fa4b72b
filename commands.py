"""`FLASK_APP` of the production image: commands work on a database that is empty or of another version, too."""

from __future__ import annotations

import click
from flask import Flask

from config import ConfigurationFault, load_settings


def create_app() -> Flask:
    """The application. Raises click's error, which prints as one sentence, when it can't start."""
    from tracker import create_app as assemble
    from tracker.core.errors import NotConfigured
    from tracker.pathways.faults import DefinitionFault

    try:
        return assemble(load_settings())
    except (ConfigurationFault, NotConfigured, DefinitionFault) as fault:
        raise click.ClickException(str(fault)) from fault
