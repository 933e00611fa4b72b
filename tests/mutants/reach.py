"""Which functions of the program something runs through: a check is looked for only where it is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tests.mutants.code import ROOT
from tests.mutants.taking_away import forget_statements

Place = tuple[str, str]
"""A file of the project, and the function in it, as a Check names them."""
_OURS = str(ROOT / "tracker") + "/"


@contextmanager
def noting(places: set[Place]) -> Iterator[None]:
    """Put into `places` every function of `tracker` that is called; statements are made anew."""

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_OURS):
            places.add((code.co_filename.removeprefix(f"{ROOT}/"), code.co_qualname.partition(".<locals>")[0]))

    forget_statements()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)
