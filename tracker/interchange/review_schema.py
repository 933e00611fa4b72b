"""What a dossier file says of a review: recommendations with their assessments, and figures that assessors state."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tracker.interchange.fields import Country, Name, Reference, Sequence, Text, VagueDate
from tracker.interchange.file_object import FileObject

Count = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class AssessmentObject(FileObject):
    """What one assessor says of one recommendation."""

    assessor: Name
    assessment: Literal["implemented", "partially", "not", "not_assessed"]
    assessed_on: VagueDate | None = None
    source: Text | None = None
    note: Text | None = None


class RepeatedObject(FileObject):
    """A recommendation of the cycle before that this one repeats, by the ref of its case and its own."""

    case: Reference
    ref: Reference


class RecommendationObject(FileObject):
    """One recommendation of a review, and the position of the State under review."""

    ref: Reference
    cycle: Sequence | None = None
    number: Text | None = None
    states: list[Country] | None = None
    text: Name | None = None
    position: Literal["supported", "supported_in_part", "considered_already_implemented", "noted", "unknown"] | None = (
        None
    )
    theme: Text | None = None
    note: Text | None = None
    repeats: list[RepeatedObject] | None = None
    assessments: list[AssessmentObject] | None = None


class StatedFiguresObject(FileObject):
    """The figures that an assessor states for a whole review. They need not add up."""

    ref: Reference
    assessor: Name | None = None
    stated_on: VagueDate | None = None
    total: Count | None = None
    assessed: Count | None = None
    implemented: Count | None = None
    partially: Count | None = None
    not_implemented: Count | None = None
    not_assessed: Count | None = None
    source: Text | None = None
    note: Text | None = None
