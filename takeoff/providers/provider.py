"""The interface of takeoff providers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from takeoff.classification import PageType
from takeoff.reading.word import Word
from takeoff.terms import ConcreteRelevance, MeasurementType, Unit
from takeoff.title_block import Discipline

if TYPE_CHECKING:
    from takeoff.geometry.shape import Shape

_LABEL_SHOWN = 80


@dataclass(frozen=True)
class Sheet:
    """A page as passed to a provider.

    ``image`` is the PNG of ``width_px`` x ``height_px``; ``source`` is its PDF and ``number`` the
    page in it (from 1); None for an uploaded image. ``words`` are placed on the image.
    ``feet_per_pixel`` is the page's trusted scale.
    """

    image: Path
    width_px: int
    height_px: int
    source: Path | None
    number: int
    words: tuple[Word, ...]
    feet_per_pixel: float


@dataclass(frozen=True)
class Subject:
    """What to look for: a condition, by its name. ``depth_in`` is in inches."""

    name: str
    measurement_type: MeasurementType
    unit: Unit
    depth_in: float | None = None


@dataclass(frozen=True)
class Element:
    """One thing found. ``confidence`` is between 0 and 1; ``evidence`` is what it is based on."""

    shape: Shape
    confidence: float
    evidence: str
    label: str | None = None


@dataclass(frozen=True)
class Withheld:
    """Something seen but not measured, and why; ``at`` is in pixels of the image."""

    reason: str
    label: str | None = None
    at: tuple[float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as shown in a result, with a long label truncated."""
        label = self.label
        if label is not None and len(label) > _LABEL_SHOWN:
            label = f"{label[:_LABEL_SHOWN]}…"
        at = None if self.at is None else [round(part, 1) for part in self.at]
        return {"reason": self.reason, "label": label, "at": at}


@dataclass(frozen=True)
class Answered:
    """Who answered, how long it took, and its cost in tokens (None if not reported)."""

    provider: str
    model: str
    latency_ms: int
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Detection:
    """What was found for one subject."""

    answered: Answered
    elements: tuple[Element, ...]
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True)
class ElementType:
    """A kind of element that a survey found, in the terms of a condition for it."""

    subject: Subject
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Survey:
    """Everything measurable that was found on a sheet, by kind."""

    answered: Answered
    types: tuple[ElementType, ...]
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True)
class SeenClassification:
    """A provider's classification of a sheet's image; None where unclear.

    ``confidence`` is between 0 and 1; ``evidence`` lists the words or things it is based on.
    """

    answered: Answered
    discipline: Discipline | None
    page_type: PageType | None
    concrete_relevance: ConcreteRelevance | None
    confidence: float
    evidence: tuple[str, ...] = field(default=())


class Provider(Protocol):
    """Finds what is on a sheet. Calls block and are not retried internally.

    Every method raises:
        ProviderUnavailable: unreachable, overloaded or silent; has the wait that the provider asked
            for.
        ProviderAnswerUnusable: the answer does not match the request.
        ProviderRefused: a permanent refusal, such as for a wrong key.
        CannotSee: the provider does not read images.
    """

    @property
    def name(self) -> str:
        """The name by which the provider is chosen and recorded."""
        ...

    @property
    def model(self) -> str:
        """The model or set of rules that answers."""
        ...

    def classify(self, image: Path) -> SeenClassification:
        """Classify the sheet on the PNG or JPEG ``image``."""
        ...

    def find(self, sheet: Sheet, subject: Subject) -> Detection:
        """Find every element of one subject."""
        ...

    def survey(self, sheet: Sheet) -> Survey:
        """Find everything measurable on the sheet."""
        ...
