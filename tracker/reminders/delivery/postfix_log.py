"""Which mails a Postfix took, by its log.

`cleanup[…]: QUEUE-ID: message-id=<…>` is written while the mail still comes in, so it proves nothing: the client may
hang up before the dot, or a milter refuse. That the mail was taken over shows in what follows for this queue id: the
queue manager's `from=<…>, … (queue active)`, a delivery's `status=…`, or `removed`. Queue ids are used again, so only
lines after the message-id count, and another message-id takes the queue id over.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_MESSAGE_ID = re.compile(rb"postfix[^\s\[]*/cleanup\[\d+\]: ([0-9A-Za-z]+): (?:resent-)?message-id=<([^>\s]+)>")
_TAKEN_OVER = re.compile(
    rb"postfix[^\s\[]*/[a-z]+\[\d+\]: ([0-9A-Za-z]+): "
    rb"(?:from=<[^>]*>, size=|removed|.*\bstatus=(?:sent|deferred|bounced|expired))"
)


def accepted_in(log: Path, wanted: set[str]) -> set[str]:
    """Those of `wanted` (Message-IDs without brackets) that the log shows as taken. Raises OSError without a log."""
    return accepted_by(_lines(log), wanted)


def accepted_by(lines: Iterable[bytes], wanted: set[str]) -> set[str]:
    """The same for the log's lines, oldest first."""
    sought = {one.encode("ascii", "replace") for one in wanted}
    queued: dict[bytes, bytes] = {}
    accepted: set[bytes] = set()
    for line in lines:
        if b"message-id=" in line:
            if found := _MESSAGE_ID.search(line):
                queue_id, message_id = found.groups()
                queued.pop(queue_id, None)
                if message_id in sought:
                    queued[queue_id] = message_id
        elif queued and (found := _TAKEN_OVER.search(line)) and found[1] in queued:
            accepted.add(queued.pop(found[1]))
    return {one.decode("ascii") for one in accepted}


def _lines(log: Path) -> Iterator[bytes]:
    """The rotated file, then the log itself."""
    rotated, packed = log.with_name(log.name + ".1"), log.with_name(log.name + ".1.gz")
    if rotated.exists():
        with rotated.open("rb") as file:
            yield from file
    elif packed.exists():
        with gzip.open(packed, "rb") as file:
            yield from file
    with log.open("rb") as file:
        yield from file
