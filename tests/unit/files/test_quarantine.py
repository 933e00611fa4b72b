"""What nobody has found clean is given to nobody."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy.orm import Session

from tracker.core.errors import NotVisible
from tracker.files.models import StoredFile
from tracker.files.store import content_of


@pytest.mark.parametrize("state", ["waiting", "infected", "destroyed"])
def test_what_is_not_clean_has_no_content(state: str) -> None:
    with pytest.raises(NotVisible):
        content_of(cast(Session, None), StoredFile(state=state))
