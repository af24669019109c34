"""Registers the processing of all pages of a document or a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import uuid_utils.compat
from celery import Celery, Signature, chord
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from services.page_sets.lacking import LACKS
from services.page_sets.states import running
from services.queues import FIRST, LAST, OCR, TASKS, priority
from takeoff.errors import TakeoffError
from takeoff.models import Document, Page
from takeoff.ocr.page_text import ENOUGH_CHARACTERS
from task_ledger import Enqueued, enqueue, step

MAX_PAGES: Final = 1000
"""The maximum number of tasks that one task can wait for."""

_ORDERS: Final = ((2, 0), (8, 3), (24, 6))
_LOADED: Final = (
    *(Page.id, Page.document_id, Page.number, Page.sheet_number, Page.text_characters),
)


class NotSplit(TakeoffError):
    """The document has not been split into pages yet."""

    code = "not_split"


class TooManyPages(TakeoffError):
    """More pages need processing than one task can wait for."""

    code = "too_many_pages"


@dataclass(frozen=True)
class AskedSet:
    """A set of pages being processed.

    Attributes:
        task_id: id of the task that ends the set.
        registered: the registered task; None if the set was requested earlier and is still running.
        pages: number of pages that this call registered; pages that lack nothing are skipped.
    """

    task_id: UUID
    registered: Enqueued | None
    pages: int


def ask_for_document(
    session: Session, app: Celery, document_id: UUID, actor: str, ocr_mode: str = "fast"
) -> AskedSet:
    """Register the processing that the document's pages lack; returns the running set if there is
    one.

    Locks the document's row and writes in the session's transaction; commits nothing.

    Raises:
        NotSplit: the document has not been split into pages yet.
        LedgerError: the tasks cannot be registered.
    """
    (document,) = _locked(session, Document.id == document_id)
    if document.page_count is None:
        raise NotSplit("The document has not been split into pages yet. Try again later.")
    busy = running(session, _sets_of([document]))
    if busy:
        return AskedSet(busy.pop(), None, 0)
    name = f"Process {document.file_name}"
    entity = ("document", str(document.id))
    return _Request(session, app, actor, ocr_mode).register([document], name, entity)


def ask_for_project(
    session: Session, app: Celery, project_id: str, actor: str, ocr_mode: str = "fast"
) -> AskedSet:
    """Register the processing that the pages of a project's documents lack, as
    :func:`ask_for_document`.

    Skips documents already being processed by a set, and documents not yet split into pages.

    Raises:
        NotSplit: no document of the project has pages.
        TooManyPages: more than 1,000 pages lack something.
        LedgerError: the tasks cannot be registered.
    """
    found = _locked(session, Document.project_id == project_id)
    documents = [each for each in found if each.page_count is not None]
    if not documents:
        raise NotSplit(
            "No drawing of the project has been split into pages yet. Upload one, or wait."
        )
    busy = running(session, _sets_of(documents))
    idle = [each for each in documents if each.processing_task_id not in busy]
    if not idle:
        return AskedSet(max(busy), None, 0)
    entity = ("project", project_id)
    name = f"Process {len(idle)} drawing sets" if len(idle) > 1 else f"Process {idle[0].file_name}"
    return _Request(session, app, actor, ocr_mode).register(idle, name, entity)


def queue_of(page: Page, ocr_mode: str = "fast") -> str:
    """Return the queue for reading `page`: pages that need OCR have their own."""
    has_text = (page.text_characters or 0) >= ENOUGH_CHARACTERS
    return TASKS if has_text and ocr_mode == "fast" else OCR


@dataclass(frozen=True)
class _Request:
    session: Session
    app: Celery
    actor: str
    ocr_mode: str

    def register(
        self, documents: Sequence[Document], name: str, entity: tuple[str, str]
    ) -> AskedSet:
        set_id = uuid_utils.compat.uuid7()
        pages = self._lacking(documents)
        if len(pages) > MAX_PAGES:
            raise TooManyPages(
                f"{len(pages)} pages need processing, and at most {MAX_PAGES} can be processed at "
                "a time. Process each document separately."
            )
        names = {each.id: each.file_name for each in documents}
        members = [
            self._member(set_id, page, names[page.document_id], place)
            for place, page in enumerate(pages)
        ]
        count = sum(each.page_count or 0 for each in documents)
        arguments = {"pages": count, "document_ids": [str(each.id) for each in documents]}
        body = step(
            self.app.signature(
                "takeoff.process_pages",
                kwargs=arguments,
                queue=TASKS,
                priority=priority(self.app, FIRST),
                immutable=True,
            ),
            name=name,
            metadata={"pages": count, "asked_pages": len(pages)},
            entity=entity,
            task_type="set_processing",
            max_attempts=4,
            after_failures=bool(members),
        )
        whole = chord(members, body, app=self.app) if members else body
        project_id = documents[0].project_id
        registered = enqueue(
            self.session, whole, project_id=project_id, actor=self.actor, task_id=set_id
        )
        for document in documents:
            document.processing_task_id = set_id
        self.session.flush()
        return AskedSet(set_id, registered, len(pages))

    def _lacking(self, documents: Sequence[Document]) -> Sequence[Page]:
        statement = select(Page).where(Page.document_id.in_([each.id for each in documents]))
        if self.ocr_mode == "fast":
            statement = statement.where(LACKS)
        ordered = statement.order_by(Page.document_id, Page.number)
        return self.session.scalars(ordered.options(load_only(*_LOADED))).all()

    def _member(self, set_id: UUID, page: Page, file_name: str, place: int) -> Signature:
        arguments = {"page_id": str(page.id), "set_id": str(set_id), "ocr_mode": self.ocr_mode}
        called = page.sheet_number or f"page {page.number} of {file_name}"
        return step(
            self.app.signature(
                "takeoff.process_page",
                kwargs=arguments,
                queue=queue_of(page, self.ocr_mode),
                priority=priority(self.app, _order(place)),
            ),
            name=f"Process {called}",
            metadata={"page": page.number, "file_name": file_name, "set": str(set_id)},
            entity=("page", str(page.id)),
            task_type="page_processing",
            max_attempts=3,
        )


def _order(place: int) -> int:
    """Return the delivery order of a set's page at `place`. The first pages of every set precede
    the rest of all others, so that no project waits for the whole set of another.
    """
    return next((order for below, order in _ORDERS if place < below), LAST)


def _locked(session: Session, which: object) -> Sequence[Document]:
    statement = select(Document).where(which).order_by(Document.id)  # type: ignore[arg-type]
    # Key share, because the task that splits a document locks its row until it has ended.
    locked = statement.with_for_update(key_share=True)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _sets_of(documents: Sequence[Document]) -> list[UUID]:
    return [each.processing_task_id for each in documents if each.processing_task_id is not None]
