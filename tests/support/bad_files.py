"""Files that must be refused, and some that must not: made here, none is kept."""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from functools import cache
from io import BytesIO

from PIL import Image

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types><Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), exif: bool = False) -> bytes:
    """A small picture; with the place where it was taken, if `exif`."""
    made, drawn = BytesIO(), Image.new("RGB", size, "teal")
    said = Image.Exif()
    if exif:
        said[0x010F] = "ACME Camera"
        said[0x8825] = {1: "N", 2: (53.0, 54.0, 0.0)}
    drawn.save(made, form, **({"exif": said} if exif else {}))
    return made.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels, of which there are next to none."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\x00" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def animated() -> bytes:
    """A GIF of many frames."""
    made = BytesIO()
    frames = [Image.new("RGB", (8, 8), (number * 8, 0, 0)) for number in range(30)]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])
    return made.getvalue()


def archive(entries: Iterable[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these names and contents."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", packing) as file:
        for name, content in entries:
            file.writestr(name, content)
    return made.getvalue()


def linked() -> bytes:
    """A zip with a symbolic link out of it."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        file.writestr(entry, "/etc/passwd")
    return made.getvalue()


def lying(made: bytes, which: int = 0, **said: int) -> bytes:
    """A zip whose directory says something else of its entry `which`: `flags`, `packed`, `size`, `place`."""
    fields = {"flags": (8, "<H"), "packed": (20, "<I"), "size": (24, "<I"), "place": (42, "<I")}
    changed = bytearray(made)
    entry = [found.start() for found in re.finditer(b"PK\x01\x02", made)][which]
    for name, value in said.items():
        place, form = fields[name]
        struct.pack_into(form, changed, entry + place, value)
    return bytes(changed)


def twice_of_one_name() -> bytes:
    """A zip with two entries of the same name."""
    with warnings.catch_warnings(action="ignore"):
        return archive([("a.txt", b"harmless"), ("a.txt", b"another")])


def docx(*more: tuple[str, bytes], types: str = "", relationships: str = "") -> bytes:
    """A document of a word processor, with parts added."""
    parts = [
        ("[Content_Types].xml", CONTENT_TYPES.format(types).encode()),
        ("word/document.xml", b'<?xml version="1.0" encoding="UTF-8"?><w:document>A word</w:document>'),
        ("word/_rels/document.xml.rels", f"<Relationships>{relationships}</Relationships>".encode()),
    ]
    return archive([*parts, *more])


def odt(content: str = "", *more: tuple[str, bytes]) -> bytes:
    """A text of OpenDocument."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content>{content}</office:document-content>'
    kind = b"application/vnd.oasis.opendocument.text"
    return archive([("mimetype", kind), ("content.xml", body.encode()), *more])


def pdf(words: bytes = b"", stream: bytes | None = None, stream_words: bytes = b"") -> bytes:
    """A PDF with these words in its catalogue, and a stream."""
    made = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + words + b" >>\nendobj\n"
    if stream is not None:
        packed = zlib.compress(stream)
        made += (
            b"2 0 obj\n<< /Filter /FlateDecode " + stream_words + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n"
        )
    return made + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def external(kind: str) -> str:
    """A relationship to something outside."""
    where = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="r1" Type="{where}/{kind}" Target="https://evil.example/x" TargetMode="External"/>'


GOOD: dict[str, tuple[str, bytes]] = {
    "png": ("png", picture()),
    "jpeg": ("jpeg", picture("JPEG")),
    "gif": ("gif", picture("GIF")),
    "webp": ("webp", picture("WEBP")),
    "pdf": ("pdf", pdf(stream=b"a page")),
    "pdf whose picture holds the letters of a script": ("pdf", pdf(stream=b"/JS /Launch")),
    "docx": ("docx", docx(relationships=external("hyperlink"))),
    "docx with the settings of two printers": (
        "docx",
        docx(*((f"word/printerSettings/printerSettings{number}.bin", b"x") for number in (1, 2))),
    ),
    "odt": ("odt", odt('<text:a xlink:href="https://example.org/">link</text:a>')),
    "zip": ("zip", archive([("one.txt", b"1"), ("folder/two.txt", b"2")])),
    "text": ("text", "Ліст ад 3 мая\nі адказ < 5 старонак\n".encode()),
}
"""What is taken: name -> kind and content."""


@cache
def bad_files() -> dict[str, tuple[str, bytes]]:
    """What is refused: name -> reason and content."""
    bomb = b"\x00" * (70 * 1024 * 1024)
    two = archive([("a.txt", b"one"), ("b.txt", b"two")])
    return {
        "nothing": ("empty", b""),
        "more than allowed": ("too_large", b"a" * (20 * 1024 * 1024 + 1)),
        "program for Windows": ("unknown", b"MZ\x90\x00" + b"\x00" * 300),
        "program for Linux": ("unknown", b"\x7fELF\x02\x01\x01" + b"\x00" * 300),
        "HTML": ("markup", b"<!doctype html><script>alert(1)</script>"),
        "HTML after white space": ("markup", b"\n\n   \t<HTML><body onload=alert(1)>"),
        "SVG": ("markup", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        "XML": ("markup", b'<?xml version="1.0"?><x/>'),
        "UTF-16": ("unknown", "<script>".encode("utf-16")),
        "PNG with HTML behind": ("more_behind", picture() + b"<script>alert(1)</script>"),
        "PNG with a zip behind": ("more_behind", picture() + archive([("a", b"1")])),
        "JPEG with HTML behind": ("more_behind", picture("JPEG") + b"<script>"),
        "JPEG with a zip behind": ("more_behind", picture("JPEG") + archive([("a", b"1")])),
        "GIF with HTML behind": ("more_behind", picture("GIF") + b"<script>"),
        "WebP with HTML behind": ("more_behind", picture("WEBP") + b"<script>"),
        "GIF that is a script": ("broken", b"GIF89a=1;alert(1);"),
        "GIF of many frames": ("animated", animated()),
        "PNG cut short": ("broken", picture()[:60]),
        "PNG of 2,500 million pixels": ("pixels", png_of(50_000, 50_000)),
        "PNG of one very long row": ("pixels", png_of(2_000_000, 1)),
        "PDF with a zip behind": ("more_behind", pdf() + archive([("a", b"1")])),
        "PDF that is a zip as well": ("more_behind", pdf().replace(b"trailer", archive([("a", b"1")]) + b"\ntrailer")),
        "PDF with HTML behind": ("more_behind", pdf() + b"<html>"),
        "PDF without an end": ("broken", b"%PDF-1.7\n1 0 obj"),
        "PDF with a script": ("active", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
        "PDF with a script in disguise": ("active", pdf(b"/OpenAction << /S /J#61vaScr#69pt >>")),
        "PDF that starts a program": ("active", pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>")),
        "PDF with a file inside": ("active", pdf(b"/Names << /EmbeddedFiles 3 0 R >>")),
        "PDF with a script in an object stream": (
            "active",
            pdf(stream=b"<< /S /JavaScript >>", stream_words=b"/Type /ObjStm"),
        ),
        "PDF whose object stream is a bomb": ("bomb", pdf(stream=bomb, stream_words=b"/Type /ObjStm")),
        "PDF with a password": ("locked", pdf(b"/Encrypt 5 0 R")),
        "zip bomb": ("bomb", archive([("bomb", bomb)])),
        "zip of many bombs": ("bomb", archive([(f"{number}", b"\x00" * 1_500_000) for number in range(20)])),
        "zip that lies about sizes": ("broken", lying(archive([("a.txt", b"a" * 5_000_000)]), size=1000)),
        "zip of two that are too much together": (
            "bomb",
            lying(lying(two, 0, size=110 << 20, packed=2 << 20), 1, size=110 << 20, packed=2 << 20),
        ),
        "zip whose entries lie on one another": ("bomb", lying(two, 1, place=0)),
        "zip with a password": ("locked", lying(two, flags=1)),
        "zip that is packed as nobody does": ("unknown", archive([("a.txt", b"one")], zipfile.ZIP_BZIP2)),
        "zip with two of one name": ("broken", twice_of_one_name()),
        "zip in a zip": ("nested", archive([("inner.zip", archive([("a", b"1")]))])),
        "gzip in a zip": ("nested", archive([("inner.gz", b"\x1f\x8b\x08\x00")])),
        "zip of too many": ("too_many", archive([(f"{number}", b"") for number in range(2001)])),
        "zip with a way out": ("paths", archive([("../../etc/cron.d/x", b"1")])),
        "zip from the root": ("paths", archive([("/etc/passwd", b"1")])),
        "zip with a drive": ("paths", archive([("C:/x", b"1")])),
        "zip with backslashes": ("paths", archive([("..\\x", b"1")])),
        "zip with a link": ("paths", linked()),
        "zip with something before": ("unknown", b"#!/bin/sh\x00" + archive([("a", b"1")])),
        "zip with something behind": ("more_behind", archive([("a", b"1")]) + b"more"),
        "office document of no known program": ("unknown", archive([("[Content_Types].xml", b"<Types/>")])),
        "drawing of OpenDocument": ("unknown", archive([("mimetype", b"application/vnd.oasis.opendocument.graphics")])),
        "docx with macros": ("macros", docx(("word/vbaProject.bin", b"x"))),
        "docx that says it has macros": (
            "macros",
            docx(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        ),
        "docx with an object named as settings": (
            "macros",
            docx(("word/embeddings/printerSettings1.bin", b"x")),
        ),
        "docx with an object": ("macros", docx(("word/embeddings/oleObject1.bin", b"x"))),
        "docx with a template from outside": ("external", docx(relationships=external("attachedTemplate"))),
        "docx with a picture from outside": ("external", docx(relationships=external("image"))),
        "docx with entities": ("active", docx(("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'))),
        "docx in another encoding": ("unknown", docx(("word/x.xml", "<x/>".encode("utf-16")))),
        "odt with macros": ("macros", odt("", ("Basic/Standard/Module1.xml", b"<x/>"))),
        "odt with a script of its own": (
            "macros",
            odt("<office:scripts><office:script>x</office:script></office:scripts>"),
        ),
        "odt with a picture from outside": ("external", odt('<draw:image xlink:href="https://evil.example/x.png"/>')),
    }
