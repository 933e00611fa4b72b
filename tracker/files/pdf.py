"""PDF without scripts, programs to start, or files inside.

A look at names, plain and in object streams; no proof: a reader has more ways to be led astray than can be listed.
What is given back is an attachment all the same.
"""

from __future__ import annotations

import re
import zlib

from tracker.files.kinds import Unfit, WhyNot

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEX = re.compile(rb"#([0-9a-fA-F]{2})")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToR|GoToE)(?![A-Za-z0-9])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_WORDS_BEFORE = 1024
"""Bytes before a stream in which its dictionary stands."""
MOST_INFLATED = 64 * 1024 * 1024
TAIL = 1024
"""Bytes that may follow the last mark of the end: readers look for it in the last kilobyte."""


def examine(content: bytes) -> None:
    """Raises Unfit."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unfit(WhyNot.BROKEN)
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        raise Unfit(WhyNot.MORE_BEHIND)
    _examine_names(_STREAM.sub(b"stream endstream", content))
    left = MOST_INFLATED
    for stream in _STREAM.finditer(content):
        words = _plain_names(content[max(0, stream.start() - _WORDS_BEFORE) : stream.start()])
        if b"/ObjStm" not in words.rpartition(b"obj")[2]:
            continue
        inflated = _inflated(stream[1], left)
        left -= len(inflated)
        _examine_names(inflated)


def _examine_names(content: bytes) -> None:
    names = _plain_names(content)
    if _LOCKED.search(names):
        raise Unfit(WhyNot.LOCKED)
    if _ACTIVE.search(names):
        raise Unfit(WhyNot.ACTIVE)


def _plain_names(content: bytes) -> bytes:
    """`/J#61vaScript` is a way to write `/JavaScript`."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), content)


def _inflated(packed: bytes, most: int) -> bytes:
    packer = zlib.decompressobj()
    try:
        plain = packer.decompress(packed, most + 1)
    except zlib.error as error:
        raise Unfit(WhyNot.BROKEN) from error
    if len(plain) > most:
        raise Unfit(WhyNot.BOMB)
    return plain
