"""`python -m chaos.sink FOLDER [--smtp-port N] [--http-port N] [--faults JSON]`: the relay as a process of its own.

Prints one line of JSON with its addresses when it listens. The accept log lies in FOLDER; a killed
relay that is started again on it knows what it accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from chaos.sink.accept_log import AcceptLog
from chaos.sink.asked import Asked
from chaos.sink.conversation import Conversation
from chaos.sink.faults import FaultPlan
from chaos.sink.state import State


async def serve(arguments: argparse.Namespace) -> None:
    """Listen until this process is ended."""
    arguments.folder.mkdir(parents=True, exist_ok=True)
    given = json.loads(arguments.faults)
    state = State(AcceptLog(arguments.folder / "accepted.jsonl", safe=arguments.safe), FaultPlan.read(given))
    for name in ("idle_s", "hang_s", "slow_s"):
        setattr(state, name, float(given.get(name, getattr(state, name))))
    state.offers_starttls = bool(given.get("offers_starttls"))
    loop = asyncio.get_running_loop()
    relay = await loop.create_server(lambda: Conversation(state), "127.0.0.1", arguments.smtp_port)
    asked = await asyncio.start_server(Asked(state).serve, "127.0.0.1", arguments.http_port)
    smtp_port, http_port = (server.sockets[0].getsockname()[1] for server in (relay, asked))
    addresses = {
        "pid": os.getpid(),
        "smtp_url": f"smtp://127.0.0.1:{smtp_port}",
        "lookup_url": f"http://127.0.0.1:{http_port}/accepted",
        "http_port": http_port,
        "smtp_port": smtp_port,
    }
    print(json.dumps(addresses), flush=True)
    await asyncio.gather(relay.serve_forever(), asked.serve_forever())


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m chaos.sink", description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--smtp-port", type=int, default=0)
    words.add_argument("--http-port", type=int, default=0)
    words.add_argument("--faults", default="{}", help="JSON: chance, seed, weights, script, most_refusals, idle_s, …")
    words.add_argument("--safe", action="store_true", help="fdatasync before each 250")
    try:
        asyncio.run(serve(words.parse_args()))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
