"""The schema in which vision providers must answer; other answers are refused.

Every field is required and no other is allowed, so that servers can enforce the same schema during
generation. Bounds are checked here, because not every server supports their keywords.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from takeoff.classification import PageType
from takeoff.terms import ConcreteRelevance, MeasurementType
from takeoff.title_block import Discipline

_MAX_ELEMENTS = 2000
_MAX_TEXT = 500


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("must be between 0 and 1")
    return value


def _depth(value: float | None) -> float | None:
    if value is not None and not 0 < value < 10_000:
        raise ValueError("must be above 0 and below 10,000")
    return value


def _cut(text: str) -> str:
    return text[:_MAX_TEXT]


def _named(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 200:
        raise ValueError("must have 1 to 200 characters")
    return name


def _few(values: list[FoundElement]) -> list[FoundElement]:
    if len(values) > _MAX_ELEMENTS:
        raise ValueError(f"must have {_MAX_ELEMENTS} entries or fewer")
    return values


Share = Annotated[float, AfterValidator(_share)]
Cut = Annotated[str, AfterValidator(_cut)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class At(_Answer):
    """A point on the image as sent, in pixels from its top left corner."""

    x: float
    y: float


class FoundElement(_Answer):
    """One element: the corners of a polygon, the vertices of a polyline, or one point."""

    shape: Literal["polygon", "polyline", "point"]
    points: list[At]
    label: Cut | None
    confidence: Share
    evidence: Cut


class LeftOut(_Answer):
    """Something seen that could not be outlined, and why."""

    label: Cut | None
    reason: Cut


class FoundElements(_Answer):
    """All elements of the requested subject."""

    elements: Annotated[list[FoundElement], AfterValidator(_few)]
    withheld: list[LeftOut]


class FoundType(_Answer):
    """One kind of element. The depth is in inches, null where the drawing states none."""

    name: Annotated[str, AfterValidator(_named)]
    measurement_type: MeasurementType
    depth_in: Annotated[float | None, AfterValidator(_depth)]
    elements: Annotated[list[FoundElement], AfterValidator(_few)]


class FoundTypes(_Answer):
    """All kinds of elements on the sheet."""

    types: list[FoundType]
    withheld: list[LeftOut]


class SeenSheet(_Answer):
    """What the sheet shows; null where it cannot be told."""

    discipline: Discipline | None
    page_type: PageType | None
    concrete_relevance: ConcreteRelevance | None
    confidence: Share
    evidence: list[Cut]
