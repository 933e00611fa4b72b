"""What somebody reads on a page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any


def words(answer: Any) -> str:
    """The words of an answer below its frame, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[-1])).split())
