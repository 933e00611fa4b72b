"""The accountability tracker. `create_app` assembles; it decides nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from flask import Flask

from config import Settings
from tracker.core.addresses import AddressedFlask
from tracker.core.jinja import QuickEnvironment
from tracker.core.uploads import UploadRequest

ROOT = Path(__file__).resolve().parents[1]

FEATURES_WITH_PAGES = (
    "tracker.accounts.views",
    "tracker.approvals.views",
    "tracker.clocks.views",
    "tracker.lists.views",
    "tracker.openpgp.views",
    "tracker.files.picture_views",
    "tracker.cases.views",
    "tracker.followups.views",
    "tracker.contacts.views",
    "tracker.documents.views",
    "tracker.limitation.views",
    "tracker.periods.views",
    "tracker.recommendations.views",
    "tracker.engagements.views",
    "tracker.reminders.pages.views",
    "tracker.search.views",
    "tracker.interchange.import_views",
    "tracker.sittings.views",
    "tracker.feeds.views",
    "tracker.pages.views",
    "tracker.pages.health",
)
"""Modules that each hold a `blueprint`."""


def create_app(settings: Settings, bound_to: frozenset[str] | None = None) -> Flask:
    """The Flask application for `settings`. Raises NotConfigured or ConfigurationFault when it must not start.

    `bound_to`: the roles that its login may become, where it must not be the owner's (`tracker.core.logins`).
    """
    app = AddressedFlask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "tracker" / "static")
    )
    app.jinja_environment = QuickEnvironment
    app.request_class = UploadRequest
    app.extensions["tracker.settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=4 * 1024 * 1024, MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024
    )
    _assemble_ground(app, settings, bound_to)
    _assemble_web(app)
    for name in FEATURES_WITH_PAGES:
        app.register_blueprint(import_module(name).blueprint)
    import_module("tracker.cli").init_app(app)
    return app


def _assemble_ground(app: Flask, settings: Settings, bound_to: frozenset[str] | None) -> None:
    from tracker import models  # noqa: F401  every table must be known before the first mapper is used
    from tracker.clocks.calendars import use_lists
    from tracker.core import encryption, languages, tokens, web
    from tracker.core.database import Database
    from tracker.core.errors import NotConfigured
    from tracker.core.key_checks import refuse_wrong_keys
    from tracker.core.key_watch import watch_keys
    from tracker.pathways.store import DefinitionStore, use_store
    from tracker.wiring import HANDLERS

    if settings.only_ticks:
        raise NotConfigured("TRACKER_ONLY_TICKS is set: that is for beat alone.")
    if settings.database_url is None:
        raise NotConfigured(
            "No database: set DATABASE_URL, or start one with `make run`. (In production commands run where it is "
            "known: `docker compose run --rm migrate flask …`.)"
        )
    encryption.use_ring(
        encryption.KeyRing(settings.field_keys[0].id, {key.id: key.secret for key in settings.field_keys}),
        settings.field_keys_file,
    )
    tokens.use_secret(settings.secret_key)
    database = Database(settings.database_url, settings.database_app_url, handlers=HANDLERS, bound_to=bound_to)
    web.init_app(app, database)
    languages.init_app(app)  # services too say words: to a page, to a mail, to the command line
    use_store(DefinitionStore(database, settings.pathway_dir))
    use_lists(settings.calendar_dir)
    refuse_wrong_keys(database)
    if settings.field_keys_file is not None:
        watch_keys(database)


def _assemble_web(app: Flask) -> None:
    for name in (
        "tracker.core.web_assets",
        "tracker.accounts.sign_in",
        "tracker.pages.frame",
        "tracker.pages.reading",
        "tracker.pages.volume",
        "tracker.reminders.nudge",
    ):
        import_module(name).init_app(app)
