"""Says what a page shows."""

import time
from typing import Any
from uuid import UUID

from services.workers.app import app
from services.workers.pages import page_and_document, words_of
from takeoff.classification import classify
from takeoff.models import ClassificationHistory
from takeoff.terms import ConcreteRelevance
from task_ledger.celery import LedgerTask

BY_TEXT = "ocr"
"""The provider of a classification by rules over the text that was read."""


@app.task(name="takeoff.classify_page", task_type="page_classification", max_retries=0)
def classify_page(self: LedgerTask, page_id: str) -> dict[str, Any]:
    """Store discipline, page type and how much it says about concrete, with the evidence."""
    self.progress(10, "Loading page data")
    page, document = page_and_document(self.session, page_id)
    words = words_of(page, document)
    self.progress(30, "Running OCR classification")
    started = time.monotonic()
    shown = classify(words, page.width_px, page.height_px)
    latency_ms = round((time.monotonic() - started) * 1000)
    self.progress(70, "Updating page record")
    relevance = shown.concrete_relevance.value
    page.discipline, page.page_type = shown.discipline.value, shown.page_type.value
    page.concrete_relevance = ConcreteRelevance(relevance) if relevance else None
    page.classification = shown.as_json()
    self.progress(90, "Saving classification history")
    self.session.add(
        ClassificationHistory(
            page_id=page.id,
            task_id=UUID(self.request.id),
            provider=BY_TEXT,
            used_vision=False,
            discipline=page.discipline,
            page_type=page.page_type,
            concrete_relevance=page.concrete_relevance,
            confidence=shown.confidence,
            latency_ms=latency_ms,
            evidence=shown.as_json(),
        )
    )
    return {
        "page_id": page_id,
        "discipline": page.discipline,
        "page_type": page.page_type,
        "concrete_relevance": page.concrete_relevance,
        "provider": BY_TEXT,
    }
