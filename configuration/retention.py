"""How long the house keeps what passes: one setting, a period for each sort of thing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFAULTS: Mapping[str, int | None] = MappingProxyType(
    {
        "drafts": 30,
        "sessions": 1,
        "guesses": 1,
        "links": 365,
        "calendars": 30,
        "imports": 365,
        "refused_files": 30,
        "notices": None,
    }
)
"""Days after which each goes; None: never. Choices of ours, no law: the house sets its own."""
FEWEST = {"sessions": 1, "guesses": 1, "notices": 90}
"""Days below which something would break: who signs in again, the throttle, a notice told twice."""
MOST = 36_500


def periods(values: Mapping[str, str], faults: list[str]) -> Mapping[str, int | None]:
    """Days by sort, from `TRACKER_RETENTION`, such as `drafts=14,notices=never`."""
    kept = dict(DEFAULTS)
    for part in filter(None, (one.strip() for one in values.get("TRACKER_RETENTION", "").split(","))):
        key, _equals, said = (word.strip() for word in part.partition("="))
        if key not in DEFAULTS:
            faults.append(f"TRACKER_RETENTION names {key!r}; it can name {', '.join(DEFAULTS)}.")
        elif said == "never":
            kept[key] = None
        elif said.isascii() and said.isdigit() and FEWEST.get(key, 1) <= int(said) <= MOST:
            kept[key] = int(said)
        else:
            days = f"whole days from {FEWEST.get(key, 1)} to {MOST}"
            faults.append(f"TRACKER_RETENTION keeps {key} {said!r}; it can be never, or {days}.")
    return MappingProxyType(kept)
