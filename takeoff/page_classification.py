"""Classifies a page by its text or by a vision model, in one form for storage."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from takeoff.classification import Answer, Classification, classify, places_of
from takeoff.models import ClassificationHistory, Page
from takeoff.providers import Provider
from takeoff.reading.word import Word
from takeoff.terms import ConcreteRelevance

BY_TEXT = "ocr"
"""The provider name of classifications by rules over the text."""


@dataclass(frozen=True)
class Classified:
    """A classification and its provider. ``model`` is None for rules over text."""

    shown: Classification
    provider: str
    model: str | None
    used_vision: bool
    latency_ms: int

    @property
    def concrete_relevance(self) -> ConcreteRelevance | None:
        """How much the page says about concrete."""
        value = self.shown.concrete_relevance.value
        return None if value is None else ConcreteRelevance(value)

    def put_on(self, page: Page) -> None:
        """Store this classification, with its evidence, in the row ``page``."""
        page.discipline = self.shown.discipline.value
        page.page_type = self.shown.page_type.value
        page.concrete_relevance = self.concrete_relevance
        page.classification = self._evidence()

    def as_history(self, page_id: UUID, task_id: UUID) -> ClassificationHistory:
        """Return it as a row of the page's history, made by the task ``task_id``."""
        return ClassificationHistory(
            page_id=page_id,
            task_id=task_id,
            provider=self.provider,
            model=self.model,
            used_vision=self.used_vision,
            discipline=self.shown.discipline.value,
            page_type=self.shown.page_type.value,
            concrete_relevance=self.concrete_relevance,
            confidence=self.shown.confidence,
            latency_ms=self.latency_ms,
            evidence=self._evidence(),
        )

    def _evidence(self) -> dict[str, Any]:
        return self.shown.as_json() | {"provider": self.provider, "model": self.model}


def by_text(words: Sequence[Word], width_px: int, height_px: int) -> Classified:
    """Classify a page by rules over its words."""
    began = time.monotonic()
    shown = classify(words, width_px, height_px)
    return Classified(shown, BY_TEXT, None, used_vision=False, latency_ms=_since(began))


def by_vision(provider: Provider, image: Path, words: Sequence[Word]) -> Classified:
    """Classify a page by its image with ``provider``.

    The words that it names as evidence are located among ``words``. Blocks until it has answered.

    Raises:
        ProviderError: it gave no usable answer.
    """
    seen = provider.classify(image)
    rule = f"seen by {seen.answered.model}"
    boxes = places_of(seen.evidence, words)
    answers = (
        Answer(value, 0.0 if value is None else seen.confidence, rule, seen.evidence, boxes)
        for value in (seen.discipline, seen.page_type, seen.concrete_relevance)
    )
    answered = seen.answered
    return Classified(
        Classification(*answers),
        answered.provider,
        answered.model,
        used_vision=True,
        latency_ms=answered.latency_ms,
    )


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
