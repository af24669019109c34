"""Classifies a page."""

from typing import Any
from uuid import UUID

from services.workers.app import app
from services.workers.pages import known_words, page_and_document, words_of
from services.workers.providers import TRY_AGAIN, provider_for
from services.workers.storage import local_copy
from takeoff.page_classification import by_text, by_vision
from task_ledger import LedgerTask


@app.task(
    name="takeoff.classify_page",
    task_type="page_classification",
    max_retries=3,
    autoretry_for=TRY_AGAIN,
    retry_backoff=2,
)
def classify_page(
    self: LedgerTask, page_id: str, provider: str | None = None, use_vision: bool = False
) -> dict[str, Any]:
    """Store discipline, page type and relevance to concrete work, with the evidence.

    Uses rules over the page's text, without a provider. With `use_vision`, `provider` or the
    configured default classifies the page's image; only then is the task retried, if the provider
    may answer later.
    """
    self.progress(10, "Loading page data")
    page, document = page_and_document(self.session, page_id)
    if use_vision:
        with provider_for(self, provider) as asked, local_copy(page.image_key) as image:
            self.progress(30, "Running vision classification")
            classified = by_vision(asked, image, known_words(page))
    else:
        words = words_of(page, document)
        self.progress(30, "Running OCR classification")
        classified = by_text(words, page.width_px, page.height_px)
    self.progress(70, "Updating page record")
    classified.put_on(page)
    self.progress(90, "Saving classification history")
    self.session.add(classified.as_history(page.id, UUID(self.request.id)))
    return {
        "page_id": page_id,
        "discipline": page.discipline,
        "page_type": page.page_type,
        "concrete_relevance": page.concrete_relevance,
        "provider": classified.provider,
    }
