"""`python -m embedded.start_check`: why the application can't start, in words; nothing and exit 0 when it can."""

from __future__ import annotations

import sys

from config import ConfigurationFault, load_settings


def main() -> int:
    from tracker import create_app
    from tracker.core.errors import NotConfigured
    from tracker.pathways.faults import DefinitionFault

    try:
        create_app(load_settings())
    except (ConfigurationFault, NotConfigured, DefinitionFault) as fault:
        print(fault)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
