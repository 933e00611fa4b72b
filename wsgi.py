"""The entry for gunicorn: `gunicorn wsgi:app`."""

from __future__ import annotations

import sys

from config import ConfigurationFault, load_settings
from tracker import create_app
from tracker.core.errors import NotConfigured
from tracker.core.logins import OF_WEB
from tracker.core.standing import SILENT, fault_of
from tracker.core.web import database
from tracker.pathways.faults import DefinitionFault

# gunicorn's word for "this worker can't start": the master stops instead of trying again for ever.
WORKER_BOOT_ERROR = 3

try:
    settings = load_settings().of_web
    app = create_app(settings, bound_to=OF_WEB if settings.is_production else None)
    with app.app_context():
        reason = fault_of(database())
        database().dispose()
    if reason == SILENT:
        # It may come back, and a worker that is recycled meanwhile must not end the master: /readyz tells it.
        print(reason, file=sys.stderr, flush=True)
    elif reason is not None:
        raise NotConfigured(reason)
except (ConfigurationFault, NotConfigured, DefinitionFault) as fault:
    print(fault, file=sys.stderr, flush=True)
    raise SystemExit(WORKER_BOOT_ERROR) from None
