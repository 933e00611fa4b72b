"""Holidays that a forum publishes year by year, out of files that an installation keeps: each list with its source.

A year of which no list was entered is known as well as it was before; nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tracker.core.errors import NotConfigured
from tracker.pathways.schema import Record, Words


class CourtList(Record):
    """What one file says: the holidays of one forum in one year, after `source`. Week-ends are free without it."""

    calendar: Literal["ICC", "CJEU", "EU"]
    year: Annotated[StrictInt, Field(ge=1998, le=2999)]
    source: Words
    holidays: Annotated[tuple[date, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _of_its_year(self) -> CourtList:
        if other := [day.isoformat() for day in self.holidays if day.year != self.year]:
            raise ValueError(f"not in {self.year}: {', '.join(other)}")
        return self


@dataclass(frozen=True, slots=True)
class EnteredYears:
    """The lists of one forum by their years."""

    lists: Mapping[int, CourtList]

    def holidays(self, year: int) -> frozenset[date] | None:
        """None where no list was entered."""
        return frozenset(self.lists[year].holidays) if year in self.lists else None

    @property
    def years(self) -> str:
        return ", ".join(map(str, sorted(self.lists)))

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(f"{year}: {self.lists[year].source}" for year in sorted(self.lists))


def read_lists(folder: Path | None) -> tuple[CourtList, ...]:
    """Every list in the folder. Raises NotConfigured with the file and what is wrong in it."""
    found: dict[tuple[str, int], CourtList] = {}
    for file in sorted(folder.glob("*.yaml")) if folder is not None else ():
        try:
            one = CourtList.model_validate(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            raise NotConfigured(f"{file}: {'; '.join(_fault(fault) for fault in error.errors())}") from error
        except (YAMLError, UnicodeDecodeError) as error:
            raise NotConfigured(f"{file}: this is no YAML in UTF-8.") from error
        if (one.calendar, one.year) in found:
            raise NotConfigured(f"{file}: a second list of {one.calendar} for {one.year}.")
        found[one.calendar, one.year] = one
    return tuple(found.values())


def _fault(fault: Mapping[str, Any]) -> str:
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])


def entered_years(lists: Sequence[CourtList], code: str) -> EnteredYears:
    """Those of one forum."""
    return EnteredYears({one.year: one for one in lists if one.calendar == code})
