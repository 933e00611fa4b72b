"""Pictures: one frame, not too many pixels, nothing behind their end; and new ones without what a camera wrote in."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from tracker.files.kinds import JPEG, PNG, Kind, Unfit, WhyNot

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_JPEG_QUALITY = 92
PORTRAIT = 128
"""Pixels of each side."""
_PORTRAIT_QUALITY = 85


def examine_png(content: bytes) -> None:
    """Raises Unfit."""
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND":
            break
    else:
        raise Unfit(WhyNot.BROKEN)
    if place != len(content):
        raise Unfit(WhyNot.MORE_BEHIND)
    _decoded(content, "PNG")


def examine_jpeg(content: bytes) -> None:
    """Raises Unfit."""
    if not content.endswith(b"\xff\xd9"):
        raise Unfit(WhyNot.MORE_BEHIND)
    _decoded(content, "JPEG")


def examine_gif(content: bytes) -> None:
    """Raises Unfit."""
    if not content.endswith(b"\x3b"):
        raise Unfit(WhyNot.MORE_BEHIND)
    _decoded(content, "GIF")


def examine_webp(content: bytes) -> None:
    """Raises Unfit."""
    if int.from_bytes(content[4:8], "little") + 8 != len(content):
        raise Unfit(WhyNot.MORE_BEHIND)
    _decoded(content, "WEBP")


def cleaned(content: bytes, kind: Kind) -> bytes:
    """The same picture drawn anew: without place, camera, thumbnail or anything else that is no pixel. Raises Unfit."""
    picture = ImageOps.exif_transpose(_decoded(content, kind.key.upper()))
    drawn = BytesIO()
    if kind is JPEG:
        picture.convert("RGB").save(drawn, "JPEG", quality=_JPEG_QUALITY)
    else:
        plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        plain.save(drawn, "PNG" if kind is PNG else kind.key.upper())
    return drawn.getvalue()


def portrait(content: bytes, kind: Kind) -> bytes:
    """The middle of the picture as a small square, drawn anew as JPEG on white. Raises Unfit."""
    whole = _decoded(content, kind.key.upper())
    whole.thumbnail((4 * PORTRAIT, 4 * PORTRAIT))
    small = ImageOps.fit(ImageOps.exif_transpose(whole).convert("RGBA"), (PORTRAIT, PORTRAIT))
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A"))
    drawn = BytesIO()
    ground.save(drawn, "JPEG", quality=_PORTRAIT_QUALITY)
    return drawn.getvalue()


def _decoded(content: bytes, form: str) -> Image.Image:
    """The picture. Its size is looked at before a pixel is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(BytesIO(content), formats=_FORMATS)
            _require_fit(picture, form)
            picture.load()
        except Image.DecompressionBombError as error:
            raise Unfit(WhyNot.PIXELS) from error
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
        ) as error:
            raise Unfit(WhyNot.BROKEN) from error
    picture.info = {}
    return picture


def _require_fit(picture: Image.Image, form: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Unfit(WhyNot.PIXELS)
    if picture.format != form:
        raise Unfit(WhyNot.BROKEN)
    if getattr(picture, "n_frames", 1) > 1:
        raise Unfit(WhyNot.ANIMATED)
