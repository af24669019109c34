"""Manual deletion of documents: deletes the rows; the caller deletes the files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import LockNotAvailable
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import DocumentBusy, NotThere
from takeoff.corrections.revisions import bridged, mark_superseded
from takeoff.corrections.rows import as_json
from takeoff.models import Change, ClassificationHistory, Condition, Document, Measurement, Page
from takeoff.totals import counted_anew

_LOCK_TIMEOUT_MS = 2000


def delete_document(session: Session, document_id: uuid.UUID, by: str) -> Change:
    """Delete a document with its pages and their measurements.

    Writes in the session's transaction and commits nothing. Conditions stay, with new totals. A
    sheet that one of its pages superseded becomes current again. The history keeps the document's
    row and the number of pages and measurements deleted with it.

    Raises:
        NotThere: there is no such document.
        DocumentBusy: a task held a lock on the document or one of its pages for two seconds.
    """
    session.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}"))
    with _not_waiting_for_long():
        document = session.scalar(
            select(Document).where(Document.id == document_id).with_for_update()
        )
        if document is None:
            raise NotThere("The document no longer exists.")
        of_document = Page.document_id == document_id
        pages = session.scalars(
            select(Page.id).where(of_document).order_by(Page.id).with_for_update()
        ).all()
        on_pages = select(Page.id).where(of_document)
        measured = Measurement.page_id.in_(on_pages)
        current_again = bridged(session, pages)
        changed = measured | Measurement.page_id.in_(current_again)
        conditions = session.scalars(
            select(Condition.id)
            .where(Condition.id.in_(select(Measurement.condition_id).where(changed)))
            .order_by(Condition.id)
            .with_for_update()
        ).all()
        measurements = session.scalar(select(func.count()).select_from(Measurement).where(measured))
        for page_id in current_again:
            mark_superseded(session, page_id, superseded=False)
        counts = {"pages": len(pages), "measurements": measurements}
        for rows in (
            delete(Measurement).where(measured),
            delete(ClassificationHistory).where(ClassificationHistory.page_id.in_(on_pages)),
            delete(Page).where(of_document),
            delete(Document).where(Document.id == document_id),
        ):
            session.execute(rows.execution_options(synchronize_session=False))
        session.execute(counted_anew(Condition.id.in_(conditions)))
    before = {**as_json(document), "deleted": counts}
    session.expunge(document)
    return history.of_deleted_document(session, document, before, by)


@contextmanager
def _not_waiting_for_long() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise DocumentBusy(
            "A task is working on the document. Wait until it has ended, or cancel it, and delete "
            "the document then."
        ) from error
