"""Documents of office programs (OOXML, OpenDocument): without macros, programs, or anything fetched from outside."""

from __future__ import annotations

import re
import zipfile

from tracker.files.kinds import DOCX, ODP, ODS, ODT, PPTX, XLSX, Kind, Unfit, WhyNot

CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_MIME_TYPES = {
    b"application/vnd.oasis.opendocument.text": ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": ODS,
    b"application/vnd.oasis.opendocument.presentation": ODP,
}
_LARGEST_PART = 64 * 1024 * 1024
_MACRO_NAMES = re.compile(
    r"vba|macro|activex|/?basic/|/?scripts/|\.bin$|oleobject|embeddings/|object \d", re.IGNORECASE
)
_PRINTER = re.compile(r"(?:word|xl|ppt)/printerSettings/printerSettings\d{1,4}\.bin", re.IGNORECASE)
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<[\w:]*Relationship\b[^>]*>", re.IGNORECASE)
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External""", re.IGNORECASE)
_HYPERLINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", re.IGNORECASE)
_ODF_OUTSIDE = re.compile(rb"""<([\w:-]+)\b[^>]*xlink:href\s*=\s*["'](?:[a-z][a-z0-9+.-]*:|//|\\\\)""", re.IGNORECASE)
_ODF_LINKS = (b"text:a", b"draw:a")
_ODF_SCRIPTS = re.compile(
    rb"<(?:office:scripts|script:event-listener|office:event-listeners)\b[^>/]*>\s*<", re.IGNORECASE
)
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def kind_of(archive: zipfile.ZipFile) -> Kind | None:
    """The kind of document; None for an archive that is none."""
    names = set(archive.namelist())
    if CONTENT_TYPES in names:
        kind = next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
        if kind is None:
            raise Unfit(WhyNot.UNKNOWN)
        return kind
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = _MIME_TYPES.get(archive.read("mimetype").strip())
        if kind is None:
            raise Unfit(WhyNot.UNKNOWN)
        return kind
    return None


def examine(archive: zipfile.ZipFile, kind: Kind) -> None:
    """Raises Unfit."""
    for one in archive.infolist():
        if _MACRO_NAMES.search(one.filename) and not _PRINTER.fullmatch(one.filename):
            raise Unfit(WhyNot.MACROS)
        if one.filename.lower().endswith((".xml", ".rels", ".rdf", ".vml")):
            if one.file_size > _LARGEST_PART:
                raise Unfit(WhyNot.TOO_HEAVY)
            _examine_part(one.filename, archive.read(one), kind)


def _examine_part(name: str, content: bytes, kind: Kind) -> None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:4] or _OTHER_ENCODING.search(content[:200]):
        raise Unfit(WhyNot.UNKNOWN)  # in another encoding none of the looks below would see a thing
    if _ENTITIES.search(content):
        raise Unfit(WhyNot.ACTIVE)
    if name == CONTENT_TYPES and _MACRO_TYPES.search(content):
        raise Unfit(WhyNot.MACROS)
    if name.endswith(".rels"):
        _examine_relationships(content)
    if kind in (ODT, ODS, ODP):
        _examine_odf(content)


def _examine_relationships(content: bytes) -> None:
    for found in _RELATIONSHIP.finditer(content):
        if _OUTSIDE.search(found[0]) and not _HYPERLINK.search(found[0]):
            raise Unfit(WhyNot.EXTERNAL)


def _examine_odf(content: bytes) -> None:
    if _ODF_SCRIPTS.search(content):
        raise Unfit(WhyNot.MACROS)
    if any(found[1].lower() not in _ODF_LINKS for found in _ODF_OUTSIDE.finditer(content)):
        raise Unfit(WhyNot.EXTERNAL)
