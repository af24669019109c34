"""The tasks that the API registers, by their names in the workers."""

from dataclasses import dataclass
from typing import Any, Final

from celery import Celery, Signature

from services.queues import FIRST, priority, queues
from task_ledger.celery.app import LedgerCelery


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task whose code only the workers have.

    Attributes:
        name: as registered.
        max_attempts: its retries plus one. Tasks that call a provider are retried, because it may
            answer later; rules over a page's text are deterministic.
        queue: the queue of the workers that run it.
    """

    name: str
    task_type: str
    max_attempts: int
    queue: str = "celery"

    def signature(self, sender: Celery, **arguments: Any) -> Signature:
        """Return the task with its arguments, for `enqueue`."""
        first = priority(sender, FIRST)
        return sender.signature(self.name, kwargs=arguments, queue=self.queue, priority=first)


PROCESS_DOCUMENT: Final = AskedTask("takeoff.process_document", "document_processing", 4)
DELETE_DOCUMENT_FILES: Final = AskedTask("takeoff.delete_document_files", "document_deletion", 4)
PROCESS_PAGE_OCR: Final = AskedTask("takeoff.process_page_ocr", "ocr_processing", 4, "ocr")
CLASSIFY_PAGE: Final = AskedTask("takeoff.classify_page", "page_classification", 1)
CLASSIFY_PAGE_BY_VISION: Final = AskedTask("takeoff.classify_page", "page_classification", 4)
DETECT_PAGE_SCALE: Final = AskedTask("takeoff.detect_page_scale", "scale_detection", 3)
GENERATE_AI_TAKEOFF: Final = AskedTask("takeoff.generate_ai_takeoff", "ai_takeoff", 4)
AUTONOMOUS_AI_TAKEOFF: Final = AskedTask(
    "takeoff.autonomous_ai_takeoff", "autonomous_ai_takeoff", 4
)
COMPARE_PROVIDERS: Final = AskedTask("takeoff.compare_providers", "provider_comparison", 1)
BATCH_AI_TAKEOFF: Final = AskedTask("takeoff.batch_ai_takeoff", "batch_ai_takeoff", 1)


def make_sender(broker_url: str) -> Celery:
    """Return an application that builds messages for a broker without sending or connecting."""
    sender = LedgerCelery("task_ledger_api", set_as_current=False, broker=broker_url)
    sender.conf.task_queues = queues()
    return sender
