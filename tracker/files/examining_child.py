"""Examines one file, from stdin, in a process of its own with little memory and time: `… [clean|portrait|table]`.

It answers one line of JSON, `{"kind": …}` or `{"why": …}`, after it what was asked for: the picture drawn anew, or the
rows of the table as JSON.
"""

from __future__ import annotations

import json
import resource
import sys

MEMORY = 480 * 1024 * 1024
SECONDS = 20


def main(words: list[str]) -> int:
    """The exit status is 0 whenever there is an answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from tracker.files.examining import examine
    from tracker.files.images import cleaned, portrait
    from tracker.files.kinds import GIF, JPEG, LARGEST, PNG, WEBP, Unfit, WhyNot
    from tracker.files.tables import read_table

    content = sys.stdin.buffer.read(LARGEST + 1)
    drawn = b""
    try:
        kind = examine(content)
        if words == ["table"]:
            drawn = json.dumps(read_table(content, kind)).encode()
        elif words and kind in (PNG, JPEG, GIF, WEBP):
            drawn = portrait(content, kind) if words == ["portrait"] else cleaned(content, kind)
        elif words == ["portrait"]:
            raise Unfit(WhyNot.NO_PICTURE)
        answer = {"kind": kind.key}
    except Unfit as unfit:
        answer = {"why": unfit.why}
    except (MemoryError, RecursionError):
        answer = {"why": WhyNot.TOO_HEAVY}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + drawn)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
