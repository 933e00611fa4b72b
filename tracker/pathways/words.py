"""The words of the closed lists that people meet: kinds of moves and phases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KIND_WORDS = {
    "forward": _l("Step forward"),
    "back": _l("Step back"),
    "suspend": _l("Suspension"),
    "resume": _l("Resumption"),
    "close": _l("Closing"),
    "reopen": _l("Reopening"),
    "jump": _l("Jump"),
}
PHASE_WORDS = {
    "prep": _l("Preparation"),
    "open": _l("Open"),
    "paused": _l("Paused"),
    "decided": _l("Decided"),
    "closed": _l("Closed"),
}
