"""The relay's other door: what did you accept (the look-up), and what are you to do wrong next. HTTP, on loopback."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chaos.sink.faults import PHASES, FaultPlan
from chaos.sink.state import Freeze, State

Answer = tuple[int, Any]


class Asked:
    """Answers one request a connection."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.looked_up = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        try:
            line, *headers = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = line.split(" ", 2)
            lengths = [header.partition(":")[2] for header in headers if header.lower().startswith("content-length:")]
            body = await reader.readexactly(int(lengths[0])) if lengths else b""
            status, answer = self._answer(method, target, body)
        except (asyncio.IncompleteReadError, ValueError, KeyError) as error:
            status, answer = 400, {"error": str(error)}
        content = json.dumps(answer).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + content)
        writer.close()

    def _answer(self, method: str, target: str, body: bytes) -> Answer:
        parts = urlsplit(target)
        asked = parse_qs(parts.query)
        if method in ("GET", "HEAD"):
            return self._told(parts.path, asked)
        return self._ordered(parts.path, json.loads(body or b"{}"))

    def _told(self, path: str, asked: dict[str, list[str]]) -> Answer:
        state = self._state
        if path == "/accepted" and "message_id" in asked:
            self.looked_up += 1
            known = state.log.knows(asked["message_id"][0])
            return (200 if known else 404), {"accepted": known}
        if path == "/accepted":
            after = int(asked.get("after", ["0"])[0])
            return 200, [asdict(one) for one in state.log.accepted[after:]]
        if path == "/endings":
            return 200, [asdict(ending) for ending in state.endings]
        if path == "/refused":
            return 200, state.refused
        if path == "/state":
            return 200, state.as_json() | {"looked_up": self.looked_up}
        return 404, {}

    def _ordered(self, path: str, given: dict[str, Any]) -> Answer:
        state = self._state
        if path == "/faults":
            before = state.plan
            state.plan = FaultPlan.read(given)
            state.plan.given = before.given
            if given.get("goes_on"):  # what a script still has to play is played
                state.plan.take_over(before)
            for name in ("idle_s", "hang_s", "slow_s"):
                setattr(state, name, float(given.get(name, getattr(state, name))))
            state.offers_starttls = bool(given.get("offers_starttls", state.offers_starttls))
        elif path == "/freeze":
            if given["phase"] not in PHASES:
                raise ValueError(f"No such phase; there are {', '.join(PHASES)}.")
            state.freeze = Freeze(given["phase"], int(given.get("times", 1)))
        elif path == "/release":
            state.freeze = None
            held, state.held = state.held, []
            for one in held:
                (one.hang_up if given.get("hang_up") else one.go_on)()
            return 200, {"released": len(held)}
        else:
            return 404, {}
        return 200, {}
