"""Which kind of file some bytes are, and whether such a file is taken. Names and declared types are not asked.

Runs in a process of its own with little memory and time (examining_child): what it reads was made by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import puremagic

from tracker.files import archives, images, pdf
from tracker.files.kinds import GIF, JPEG, LARGEST, PDF, PNG, TEXT, WEBP, ZIP, Kind, Unfit, WhyNot

_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"PK\x03\x04", ZIP),
)
_MARKUP = re.compile(rb"<(?:!doctype|\?xml|html|svg|script|head|body|iframe|object|embed|math)\b", re.IGNORECASE)
_LOOKED_AT = 4096
"""Bytes at the beginning of a text in which a browser would look for markup, and some more."""
_END_OF_ZIP = b"PK\x05\x06"
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def examine(content: bytes) -> Kind:
    """The kind. Raises Unfit."""
    if not content:
        raise Unfit(WhyNot.EMPTY)
    if len(content) > LARGEST:
        raise Unfit(WhyNot.TOO_LARGE)
    kind = _by_beginning(content)
    if kind is None:
        return _text(content)
    if kind is ZIP:
        return archives.examine(content)
    _require_agreement(content, kind)
    if _END_OF_ZIP in content[-66_000:]:
        raise Unfit(WhyNot.MORE_BEHIND)  # an archive that hides behind another file
    _EXAMINE[kind.key](content)
    return kind


def _by_beginning(content: bytes) -> Kind | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), None)


def _require_agreement(content: bytes, kind: Kind) -> None:
    """A second opinion, by a table that is not ours."""
    try:
        found = {one.extension for one in puremagic.magic_string(content[:65_536])}
    except (puremagic.PureError, ValueError) as error:
        raise Unfit(WhyNot.UNKNOWN) from error
    if not found & set(kind.endings):
        raise Unfit(WhyNot.UNKNOWN)


def _text(content: bytes) -> Kind:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unfit(WhyNot.UNKNOWN) from error
    if _CONTROLS.search(content):
        raise Unfit(WhyNot.UNKNOWN)
    if _MARKUP.search(content[:_LOOKED_AT]):
        raise Unfit(WhyNot.MARKUP)
    return TEXT


_EXAMINE: dict[str, Callable[[bytes], None]] = {
    PDF.key: pdf.examine,
    PNG.key: images.examine_png,
    JPEG.key: images.examine_jpeg,
    GIF.key: images.examine_gif,
    WEBP.key: images.examine_webp,
}
