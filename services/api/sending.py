"""The tasks that the api asks for, by the names under which the workers have registered them."""

from dataclasses import dataclass
from typing import Any, Final

from celery import Celery, Signature

from services.queues import FIRST, priority, queues
from task_ledger.celery.app import LedgerCelery


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task whose code is with the workers.

    Attributes:
        name: as registered.
        max_attempts: its retries and one. What asks a provider is tried again where the provider
            may answer later; rules over a page's text answer the same each time.
        queue: where the workers that run it listen.
    """

    name: str
    task_type: str
    max_attempts: int
    queue: str = "celery"

    def signature(self, sender: Celery, **arguments: Any) -> Signature:
        """The task with its arguments, for `enqueue`."""
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
    """An application that builds messages for a broker, and neither sends nor connects."""
    sender = LedgerCelery("task_ledger_api", set_as_current=False, broker=broker_url)
    sender.conf.task_queues = queues()
    return sender
