"""Asking ClamAV about a file, over its Unix socket (INSTREAM)."""

from __future__ import annotations

import socket
from enum import StrEnum
from pathlib import Path

TIMEOUT_S = 20.0
PING_TIMEOUT_S = 5.0
_PIECE = 64 * 1024


class Finding(StrEnum):
    """What the scanner says; `silent`: nothing that can be relied on; `unreadable`: it could not be asked."""

    CLEAN = "clean"
    INFECTED = "infected"
    SILENT = "silent"
    UNREADABLE = "unreadable"


def scan(path: Path, content: bytes) -> Finding:
    """Never raises for what the scanner does."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT_S)
            line.connect(str(path))
            line.sendall(b"zINSTREAM\0")
            for place in range(0, len(content), _PIECE):
                piece = content[place : place + _PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = _answer(line)
    except OSError:
        return Finding.SILENT
    if answer == b"stream: OK":
        return Finding.CLEAN
    return Finding.INFECTED if answer.endswith(b" FOUND") else Finding.SILENT


def is_there(path: Path) -> bool:
    """Whether the scanner answers at all."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PING_TIMEOUT_S)
            line.connect(str(path))
            line.sendall(b"zPING\0")
            return _answer(line) == b"PONG"
    except OSError:
        return False


def _answer(line: socket.socket) -> bytes:
    said = b""
    while len(said) < 4096 and (piece := line.recv(4096)):
        said += piece
        if said.endswith(b"\0"):
            break
    return said.strip(b"\0\n ")
