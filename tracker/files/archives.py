"""Archives, and the documents that are archives: counted and measured before anything of them is unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO

from tracker.files import office
from tracker.files.kinds import ZIP, Kind, Unfit, WhyNot

MOST_ENTRIES = 2000
MOST_UNPACKED = 200 * 1024 * 1024
HIGHEST_RATIO = 120
RATIO_FROM = 1024 * 1024
"""Bytes unpacked, from which the ratio is asked about: what is small may be as dense as it likes."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_INNER_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_PIECE = 64 * 1024


def examine(content: bytes) -> Kind:
    """A document of an office program, or a plain archive. Raises Unfit."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _require_alone(content, archive)
            _require_measure(archive.infolist())
            kind = office.kind_of(archive)
            _require_as_declared(archive, may_nest=kind is not None)
            if kind is None:
                return ZIP
            office.examine(archive, kind)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Unfit(WhyNot.BROKEN) from error


def _require_alone(content: bytes, archive: zipfile.ZipFile) -> None:
    """Nothing before the first entry, nothing after the end."""
    first = min((one.header_offset for one in archive.infolist()), default=0)
    end = content.rfind(b"PK\x05\x06")
    if first != 0 or end < 0 or end + 22 + int.from_bytes(content[end + 20 : end + 22], "little") != len(content):
        raise Unfit(WhyNot.MORE_BEHIND)


def _require_measure(entries: list[zipfile.ZipInfo]) -> None:
    if not entries or len(entries) > MOST_ENTRIES:
        raise Unfit(WhyNot.TOO_MANY)
    if len({one.filename for one in entries}) != len(entries):
        raise Unfit(WhyNot.BROKEN)  # two entries of one name: which one a program takes is its own affair
    offsets = [one.header_offset for one in entries]
    if len(set(offsets)) != len(offsets):
        raise Unfit(WhyNot.BOMB)  # entries that lie on one another
    for one in entries:
        _require_entry(one)
    if sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise Unfit(WhyNot.BOMB)


def _require_entry(one: zipfile.ZipInfo) -> None:
    name = one.filename
    parts = name.replace("\\", "/").split("/")
    is_link = stat.S_ISLNK(one.external_attr >> 16)
    if "\\" in name or name.startswith("/") or ".." in parts or ":" in name or is_link or not name.isprintable():
        raise Unfit(WhyNot.PATHS)
    if one.flag_bits & 0x1:
        raise Unfit(WhyNot.LOCKED)
    if one.compress_type not in _PACKINGS:
        raise Unfit(WhyNot.UNKNOWN)
    if one.file_size > RATIO_FROM and one.file_size > HIGHEST_RATIO * max(one.compress_size, 1):
        raise Unfit(WhyNot.BOMB)


def _require_as_declared(archive: zipfile.ZipFile, *, may_nest: bool) -> None:
    """Unpack piece by piece: an entry that is larger than it says ends there, and an archive inside is seen."""
    for one in archive.infolist():
        with archive.open(one) as entry:
            beginning = entry.read(8)
            if not may_nest and beginning.startswith(_INNER_ARCHIVES):
                raise Unfit(WhyNot.NESTED)
            size = len(beginning)
            while piece := entry.read(_PIECE):
                size += len(piece)
                if size > one.file_size:
                    raise Unfit(WhyNot.BOMB)
