"""What kinds of files are taken, and why one is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind by its key; `endings`: what its name may end with, the first where the given name has none of them."""

    key: str
    endings: tuple[str, ...]


PDF = Kind("pdf", (".pdf",))
PNG = Kind("png", (".png",))
JPEG = Kind("jpeg", (".jpg", ".jpeg"))
GIF = Kind("gif", (".gif",))
WEBP = Kind("webp", (".webp",))
DOCX = Kind("docx", (".docx",))
XLSX = Kind("xlsx", (".xlsx",))
PPTX = Kind("pptx", (".pptx",))
ODT = Kind("odt", (".odt",))
ODS = Kind("ods", (".ods",))
ODP = Kind("odp", (".odp",))
ZIP = Kind("zip", (".zip",))
TEXT = Kind("text", (".txt", ".csv", ".md", ".json", ".yaml", ".yml"))

KINDS = {one.key: one for one in (PDF, PNG, JPEG, GIF, WEBP, DOCX, XLSX, PPTX, ODT, ODS, ODP, ZIP, TEXT)}


class WhyNot(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    MARKUP = "markup"
    BROKEN = "broken"
    MORE_BEHIND = "more_behind"
    PIXELS = "pixels"
    ANIMATED = "animated"
    BOMB = "bomb"
    TOO_MANY = "too_many"
    NESTED = "nested"
    PATHS = "paths"
    LOCKED = "locked"
    MACROS = "macros"
    EXTERNAL = "external"
    ACTIVE = "active"
    TOO_HEAVY = "too_heavy"
    INFECTED = "infected"
    NO_PICTURE = "no_picture"
    NO_DOSSIER = "no_dossier"
    NO_TABLE = "no_table"
    TOO_MUCH = "too_much"


class Unfit(Exception):
    """The file can't be taken; `why` is for words."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why = why
