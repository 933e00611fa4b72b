"""The entry for gunicorn: `gunicorn wsgi:app`."""

from __future__ import annotations

import sys

from config import ConfigurationFault, load_settings
from tracker import create_app
from tracker.core.errors import NotConfigured

# gunicorn's word for "this worker can't start": the master stops instead of trying again for ever.
WORKER_BOOT_ERROR = 3

try:
    app = create_app(load_settings())
except (ConfigurationFault, NotConfigured) as fault:
    print(fault, file=sys.stderr, flush=True)
    raise SystemExit(WORKER_BOOT_ERROR) from None
