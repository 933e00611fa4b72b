"""Seals or opens a stream, from stdin to stdout, in a process of its own: `… seal|open age|openpgp KEY…`.

Of its own, because the libraries keep other threads of their process waiting while they read. It knows nothing of the
tracker, and what it opens with never stands on a command line: KEY is then a file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyrage
import pysequoia

WRONG_KEY, UNREADABLE = 3, 4
SECRET_MARK = "AGE-SECRET-KEY-"  # noqa: S105  how such a file begins


def main(words: list[str]) -> int:
    """What to do, by which standard, and with which keys. The exit status says what went wrong."""
    act, standard, *keys = words
    try:
        {"seal": _seal, "open": _open}[act](standard, keys)
    except pyrage.DecryptError as error:
        return WRONG_KEY if "key" in str(error).lower() else UNREADABLE
    except BrokenPipeError:
        return UNREADABLE
    except Exception as error:
        return WRONG_KEY if "No key" in str(error) or "session key" in str(error) else UNREADABLE
    return 0


def _seal(standard: str, keys: list[str]) -> None:
    if standard == "age":
        recipients: list[Any] = [pyrage.x25519.Recipient.from_str(key) for key in keys]
        pyrage.encrypt_io(sys.stdin.buffer, sys.stdout.buffer, recipients)
        sys.stdout.buffer.flush()
    else:
        certs = [pysequoia.Cert.from_file(key) for key in keys]
        pysequoia.encrypt_file("/dev/stdin", "/dev/stdout", recipients=certs, armor=False)


def _open(standard: str, keys: list[str]) -> None:
    if standard == "age":
        lines = [line.strip() for key in keys for line in Path(key).read_text().splitlines()]
        identities: list[Any] = [
            pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(SECRET_MARK)
        ]
        pyrage.decrypt_io(sys.stdin.buffer, sys.stdout.buffer, identities)
        sys.stdout.buffer.flush()
    else:
        pysequoia.decrypt_file("/dev/stdin", "/dev/stdout", pysequoia.Tsk.from_file(keys[0]).decryptor())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
