"""Reads, classifies and scales one page of a set."""

from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from celery.exceptions import SoftTimeLimitExceeded

from services.page_sets import was_cancelled
from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.pages import page_and_document
from services.workers.reading_pages import classify_by_text, find_scale, read_text, store_text
from services.workers.time_limits import OCR_LIMIT_S, TO_END_S
from takeoff.errors import TakeoffError
from takeoff.ocr import OcrMode
from task_ledger import LedgerTask
from task_ledger.errors import LedgerError
from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.database import CONNECT, libpq_url
from task_ledger.ops.settings import Settings

log = structlog.get_logger(__name__)

_RETRIES: Final = 2
_CANCELLED: Final = "The set was cancelled."
_TOO_LONG: Final = (
    f"It was not read within {OCR_LIMIT_S} s. Upload its drawing with fewer pixels, or give the OCR"
    " worker more processors."
)


@app.task(
    name="takeoff.process_page",
    task_type="page_processing",
    max_retries=_RETRIES,
    soft_time_limit=OCR_LIMIT_S,
    time_limit=OCR_LIMIT_S + TO_END_S,
)
def process_page(
    self: LedgerTask, page_id: str, set_id: str, ocr_mode: str = "fast"
) -> dict[str, Any]:
    """Do what the page lacks: read its text and title block, classify it, find its scale.

    What cannot be done after three attempts is the result's `failed`: the set names it, and its
    other pages go on. If the set was cancelled, so is this task, and it stores nothing.
    """
    try:
        return _processed(self, page_id, set_id, OcrMode(ocr_mode))
    except LedgerError:
        raise  # a cancel, or another attempt that has the task
    except NotFound as error:
        return _failed(page_id, error.message)
    except SoftTimeLimitExceeded:
        return _failed(page_id, _TOO_LONG)
    except Exception as error:
        if self.request.retries < _RETRIES:
            raise self.retry(exc=error, countdown=2**self.request.retries) from error
        log.warning("page_failed", page_id=page_id, set_id=set_id, error=type(error).__name__)
        self.session.rollback()
        return _failed(page_id, _reason(error))


def _processed(task: LedgerTask, page_id: str, set_id: str, mode: OcrMode) -> dict[str, Any]:
    _end_with_the_set(task, set_id)
    task.progress(5, "Loading page data")
    page, document = page_and_document(task.session, page_id)
    done: list[str] = []
    if page.ocr_text is None or mode is OcrMode.ACCURATE:
        task.progress(10, "Reading text")

        def watch(part: int, parts: int) -> None:
            _end_with_the_set(task, set_id)
            detail = f"part {part + 1} of {parts}"
            task.progress(10 + 60 * part / parts, "Reading text", detail, current=part, total=parts)

        read = read_text(page, document, mode, watch)
        store_text(task.session, page, document, read)
        done.append("read")
    if page.classification is None:
        task.progress(70, "Classifying")
        classify_by_text(task.session, page, document, UUID(task.request.id))
        done.append("classified")
    if page.scale_detection is None or mode is OcrMode.ACCURATE:
        task.progress(80, "Detecting scale")
        page = find_scale(task.session, page, document)
        done.append("scaled")
    task.progress(95, "Saving results")
    return {
        "page_id": page_id,
        "page": page.number,
        "done": done,
        "sheet_number": page.sheet_number,
        "calibrated": page.calibrated,
    }


def _end_with_the_set(task: LedgerTask, set_id: str) -> None:
    """Cancel this task if its set was cancelled: the next progress report ends it."""
    if not was_cancelled(task.session, UUID(set_id)):
        return
    # On its own connection: the report waits for the task's lock, which the session would hold.
    url = libpq_url(Settings().url_for("worker"))
    with psycopg.connect(url, autocommit=True, **CONNECT) as connection:
        request_cancel(connection, UUID(task.request.id), str(task.request.hostname), _CANCELLED)


def _failed(page_id: str, reason: str) -> dict[str, Any]:
    return {"page_id": page_id, "failed": reason}


def _reason(error: Exception) -> str:
    """Words for people. Other errors may quote what is on the drawing, so only their kind."""
    return error.message if isinstance(error, TakeoffError) else f"{type(error).__name__}."
