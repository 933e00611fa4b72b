"""What people enter about their key."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import TextAreaField

from tracker.core.page_forms import PageForm
from tracker.openpgp.certs import LONGEST, WhyNot

WORDS = {
    WhyNot.TOO_LARGE: _l(
        "This is larger than %(number)s KB. Export the key without signatures of others.", number=LONGEST // 1024
    ),
    WhyNot.SECRET: _l("This is a private key. It was not kept; nobody but you may have it. Export the public key."),
    WhyNot.NOT_A_KEY: _l("This is no OpenPGP public key. Export it as text or as a file, and give it whole."),
    WhyNot.SEVERAL: _l("These are several keys. Export yours alone."),
    WhyNot.REVOKED: _l("This key was revoked. Give the one that you use now."),
    WhyNot.EXPIRED: _l("This key has expired. Extend it in your mail program, and export it again."),
    WhyNot.CANT_ENCRYPT: _l(
        "Nothing can be encrypted to this key. It needs a part for encryption that has not expired."
    ),
}


class KeyForm(PageForm):
    key = TextAreaField(_l("Your public key, as text"))
    file = FileField(_l("Or the file with it"))

    def content(self) -> bytes:
        """What was given; a file goes before text. At most one byte more than a key may have."""
        if self.file.data:
            return bytes(self.file.data.read(LONGEST + 1))
        return (self.key.data or "").encode()[: LONGEST + 1]
