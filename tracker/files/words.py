"""Why a file is refused, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.files.kinds import LARGEST, WhyNot

WORDS = {
    WhyNot.EMPTY: _l("This file is empty."),
    WhyNot.TOO_LARGE: _l("This file is larger than %(number)s MB.", number=LARGEST // 1024 // 1024),
    WhyNot.UNKNOWN: _l(
        "This kind of file is not taken. Taken are PDF, pictures, office documents, plain text and ZIP."
    ),
    WhyNot.MARKUP: _l("Web pages and drawings of a browser are not taken. Print it as a PDF."),
    WhyNot.BROKEN: _l("This file is broken. Open it, save it anew and try again."),
    WhyNot.MORE_BEHIND: _l(
        "Something is hidden before or after this file's own content. Open it, save it anew and try again."
    ),
    WhyNot.PIXELS: _l("This picture is too large. Save it with fewer pixels."),
    WhyNot.ANIMATED: _l("Moving pictures are not taken."),
    WhyNot.BOMB: _l("This file would unpack to far more than it seems."),
    WhyNot.TOO_MANY: _l("This archive holds nothing, or too many files."),
    WhyNot.NESTED: _l("There is an archive inside this archive. Give its files by themselves."),
    WhyNot.PATHS: _l("This archive holds names that lead out of its folder."),
    WhyNot.LOCKED: _l("This file has a password, so nobody can look whether it is harmless."),
    WhyNot.MACROS: _l("There are macros or programs in this document. Save it without them, or as a PDF."),
    WhyNot.EXTERNAL: _l("This document fetches something from outside when it is opened. Save it as a PDF."),
    WhyNot.ACTIVE: _l("There are scripts or files inside this document. Print it as a PDF anew."),
    WhyNot.TOO_HEAVY: _l("Looking at this file takes too long."),
    WhyNot.NO_PICTURE: _l("This is no picture. Taken are PNG, JPEG, GIF and WebP."),
    WhyNot.NO_DOSSIER: _l("This is no dossier file. Give one as YAML or JSON, in UTF-8."),
    WhyNot.NO_TABLE: _l("This is no table. Give one as CSV, in UTF-8, or as XLSX."),
    WhyNot.TOO_MUCH: _l("This table has too many rows or columns, or too much text."),
    WhyNot.INFECTED: _l("The scanner found something harmful in this file."),
}
