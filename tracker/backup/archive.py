"""What lies in the sealed file: a compressed tar with a heading, the tables in pieces, and a manifest at the end.

The manifest says of every table how many rows it has and what their bytes digest to; a file without one was cut short.
`age -d FILE | tar tz` and `gpg -d FILE | tar tz` list it without the tracker.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any, cast

from tracker.backup.faults import BackupFault

FORMAT = 1
PIECE_BYTES = 4 * 1024 * 1024
LARGEST_MEMBER = 8 * 1024 * 1024
HEADING, MANIFEST = "heading.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class Heading:
    """What has to be known before the first row. `taken_at`: the snapshot's time, ISO 8601, UTC."""

    revision: str
    taken_at: str
    tables: dict[str, list[str]]
    sequences: dict[str, int]
    format: int = FORMAT


@dataclass(slots=True)
class Sum:
    """Of one table: rows and a running digest of their bytes."""

    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        """One more piece; in COPY's text format each row ends with the only line feed in it."""
        self.rows += piece.count(b"\n")
        self.digest.update(piece)

    def told(self) -> dict[str, Any]:
        """As the manifest says it."""
        return {"rows": self.rows, "sha256": self.digest.hexdigest()}


class ArchiveWriter:
    """Writes heading and tables as they come, the manifest when `finish` is called."""

    def __init__(self, tar: tarfile.TarFile, heading: Heading) -> None:
        self._tar = tar
        self._sums = {table: Sum() for table in heading.tables}
        self._pieces = 0
        self._put(HEADING, json.dumps(asdict(heading)).encode())

    def add(self, table: str, piece: bytes) -> None:
        """A piece of `table`, of whole rows or not."""
        self._sums[table].add(piece)
        self._pieces += 1
        self._put(f"{table}/{self._pieces:07}", piece)

    def finish(self) -> dict[str, int]:
        """Write the manifest: rows by table."""
        told = {table: total.told() for table, total in self._sums.items()}
        self._put(MANIFEST, json.dumps(told).encode())
        return {table: total.rows for table, total in self._sums.items()}

    def _put(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        self._tar.addfile(member, io.BytesIO(content))


@contextmanager
def writing(stream: IO[bytes], heading: Heading) -> Iterator[ArchiveWriter]:
    """An archive into `stream`."""
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", bufsize=1024 * 1024) as tar,
    ):
        yield ArchiveWriter(tar, heading)


class ArchiveReader:
    """Reads what ArchiveWriter wrote, and holds it against the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        name, content = self._next()
        if name != HEADING:
            raise BackupFault("This is no backup of the tracker.")
        try:
            self.heading = Heading(**json.loads(content))
        except (ValueError, TypeError) as error:
            raise BackupFault("This backup was made by another version of the tracker, which can read it.") from error
        if self.heading.format != FORMAT:
            raise BackupFault("This backup was made by another version of the tracker, which can read it.")
        self._sums = {table: Sum() for table in self.heading.tables}

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        """(table, bytes) in the order of the archive. Raises BackupFault at the end when anything is missing."""
        while True:
            name, content = self._next()
            if name == MANIFEST:
                break
            table = name.partition("/")[0]
            if table not in self._sums:
                raise BackupFault("The backup names a table that its heading does not.")
            self._sums[table].add(content)
            yield table, content
        if json.loads(content) != {table: total.told() for table, total in self._sums.items()}:
            raise BackupFault("The backup does not hold what its manifest says.")

    def rows(self) -> dict[str, int]:
        """Rows by table, of what was read."""
        return {table: total.rows for table, total in self._sums.items()}

    def _next(self) -> tuple[str, bytes]:
        member = self._tar.next()
        if member is None:
            raise BackupFault("The backup was cut short: it has no manifest.")
        if not member.isfile() or member.size > LARGEST_MEMBER:
            raise BackupFault("This is no backup of the tracker.")
        content = cast(IO[bytes], self._tar.extractfile(member)).read()
        vars(self._tar)["members"].clear()  # a list of all pieces, which would grow with the archive
        return member.name, content


@contextmanager
def reading(stream: IO[bytes]) -> Iterator[ArchiveReader]:
    """The archive in `stream`. Raises BackupFault for what is none."""
    try:
        with (
            gzip.GzipFile(fileobj=stream, mode="rb") as packed,
            tarfile.open(fileobj=packed, mode="r|", bufsize=1024 * 1024) as tar,
        ):
            yield ArchiveReader(tar)
            packed.read()
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, ValueError) as error:
        raise BackupFault("This is no backup of the tracker, or it was cut short.") from error
