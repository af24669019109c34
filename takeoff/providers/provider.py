"""What every provider of takeoffs can be asked, and how it answers."""

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
    """A page as a provider sees it.

    ``image`` is the PNG of ``width_px`` x ``height_px``; ``source`` the PDF whose page ``number``
    (from 1) it is, None for an uploaded image. ``words`` are placed on the image.
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
    """What to look for: a condition, as its author named it. ``depth_in`` is in inches."""

    name: str
    measurement_type: MeasurementType
    unit: Unit
    depth_in: float | None = None


@dataclass(frozen=True)
class Element:
    """One thing found. ``confidence`` is between 0 and 1; ``evidence`` says on what it rests."""

    shape: Shape
    confidence: float
    evidence: str
    label: str | None = None


@dataclass(frozen=True)
class Withheld:
    """Something that was seen and is not measured, and why; ``at`` is in pixels of the image."""

    reason: str
    label: str | None = None
    at: tuple[float, float] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as a result shows it, a long label cut."""
        label = self.label
        if label is not None and len(label) > _LABEL_SHOWN:
            label = f"{label[:_LABEL_SHOWN]}…"
        at = None if self.at is None else [round(part, 1) for part in self.at]
        return {"reason": self.reason, "label": label, "at": at}


@dataclass(frozen=True)
class Answered:
    """Who answered, how long it took, and what it cost in tokens (None: it counts none)."""

    provider: str
    model: str
    latency_ms: int
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Detection:
    """What was found of one subject."""

    answered: Answered
    elements: tuple[Element, ...]
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True)
class ElementType:
    """A kind of element that a survey found; what a condition for it would say."""

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
    """What a provider sees on the image of a sheet; None where it cannot tell.

    ``confidence`` is between 0 and 1; ``evidence`` are the words or things it rests on.
    """

    answered: Answered
    discipline: Discipline | None
    page_type: PageType | None
    concrete_relevance: ConcreteRelevance | None
    confidence: float
    evidence: tuple[str, ...] = field(default=())


class Provider(Protocol):
    """Finds what is on a sheet. Calls block; none is retried inside.

    Every method raises:
        ProviderUnavailable: away, overloaded or silent; says how long to wait if it was told.
        ProviderAnswerUnusable: an answer that is not what was asked for.
        ProviderRefused: a refusal that will be repeated, as for a wrong key.
        CannotSee: it does not look at images at all.
    """

    @property
    def name(self) -> str:
        """By which it is chosen and recorded."""
        ...

    @property
    def model(self) -> str:
        """Which model, or which rules, answer."""
        ...

    def classify(self, image: Path) -> SeenClassification:
        """Say what the sheet on the PNG or JPEG ``image`` shows."""
        ...

    def find(self, sheet: Sheet, subject: Subject) -> Detection:
        """Find every element of one subject."""
        ...

    def survey(self, sheet: Sheet) -> Survey:
        """Find everything that can be measured, without being told what."""
        ...
