"""Which change of status asks for which permission."""

from __future__ import annotations

import pytest

from tracker.access.policy import Action
from tracker.cases.policy import action_of_move


@pytest.mark.parametrize(
    ("kind", "before", "after", "action"),
    [
        ("close", "open", "closed", Action.CLOSE),
        ("close", "closed", "closed", Action.CLOSE),
        ("jump", "open", "closed", Action.CLOSE),
        ("jump", None, "closed", Action.CLOSE),
        ("reopen", "closed", "open", Action.REOPEN),
        ("jump", "closed", "open", Action.REOPEN),
        ("jump", "closed", "closed", Action.MOVE_STATUS),
        ("jump", "open", "open", Action.MOVE_STATUS),
        ("forward", "open", "closed", Action.MOVE_STATUS),
        ("forward", "closed", "open", Action.MOVE_STATUS),
        ("forward", "open", "open", Action.MOVE_STATUS),
    ],
)
def test_closing_and_reopening_ask_for_more_than_moving(
    kind: str, before: str | None, after: str, action: Action
) -> None:
    assert action_of_move(kind, before, after) == action
