"""`flask …`: each command parses, calls one service as the operator, and prints."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

COMMAND_GROUPS = {
    "tracker.cli.audit": "audit_group",
    "tracker.cli.backup": "backup_group",
    "tracker.cli.case": "case_group",
    "tracker.cli.clock": "clock_group",
    "tracker.cli.doctor": "doctor_command",
    "tracker.cli.dossier": "dossier_group",
    "tracker.cli.file": "file_group",
    "tracker.cli.keys": "keys_group",
    "tracker.cli.pathway": "pathway_group",
    "tracker.cli.person": "person_group",
    "tracker.cli.reminders": "reminders_group",
    "tracker.cli.retention": "retention_group",
    "tracker.cli.sample": "sample_group",
    "tracker.cli.user": "user_group",
}


def init_app(app: Flask) -> None:
    """Register every group of commands."""
    for module, group in COMMAND_GROUPS.items():
        app.cli.add_command(getattr(import_module(module), group))
