"""How long the house keeps what passes, as it says in one setting."""

from __future__ import annotations

import pytest

from configuration.retention import DEFAULTS, periods
from tracker.retention.sorts import SORTS


def test_what_the_house_does_not_say_stays_as_we_chose() -> None:
    faults: list[str] = []
    said = periods({"TRACKER_RETENTION": " drafts = 14, notices=730 ,links=never"}, faults)
    assert (said["drafts"], said["notices"], said["links"], faults) == (14, 730, None, [])
    assert {key: said[key] for key in DEFAULTS if key not in ("drafts", "notices", "links")} == {
        key: DEFAULTS[key] for key in DEFAULTS if key not in ("drafts", "notices", "links")
    }


@pytest.mark.parametrize("said", ["audit=30", "drafts", "drafts=0", "drafts=-1", "notices=30", "drafts=1.5"])
def test_what_can_not_be_kept_so_is_refused_by_name(said: str) -> None:
    faults: list[str] = []
    periods({"TRACKER_RETENTION": said}, faults)
    assert len(faults) == 1 and said.partition("=")[0] in faults[0]


def test_each_period_has_its_sort() -> None:
    assert list(SORTS) == list(DEFAULTS)
