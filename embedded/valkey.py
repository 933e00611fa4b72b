"""The embedded broker: Valkey on a Unix socket, no TCP port, its queue kept in the data folder."""

from __future__ import annotations

from pathlib import Path

from embedded.binaries import valkey_server
from embedded.places import Places, private_folder


def socket_path(places: Places) -> Path:
    """Valkey's socket."""
    return private_folder(places.sockets / "valkey") / "valkey.sock"


def broker_url(places: Places) -> str:
    """The address as Celery writes it."""
    return f"redis+socket://{socket_path(places)}?virtual_host=0"


def command(places: Places) -> list[str]:
    """The command line that runs Valkey in the foreground. Raises EmbeddedServerFault."""
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(places)),
        "unixsocketperm": "700",
        "dir": str(places.valkey),
        "appendonly": "yes",
        "appendfsync": "everysec",
        # A queue must not lose its oldest work because memory is short: refuse new work instead.
        "maxmemory-policy": "noeviction",
        "save": "",
        "daemonize": "no",
        "set-proc-title": "no",
    }
    return [str(valkey_server()), *(word for name, value in settings.items() for word in (f"--{name}", value))]
