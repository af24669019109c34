"""Deletes the files of a deleted document."""

from typing import Any
from uuid import UUID

from services.workers.app import app
from services.workers.errors import NotDeleted
from services.workers.storage import storage
from takeoff.models import Document
from takeoff.storage import document_folder
from task_ledger import LedgerTask


@app.task(
    name="takeoff.delete_document_files",
    task_type="document_deletion",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotDeleted,),
    retry_backoff=2,
)
def delete_document_files(self: LedgerTask, document_id: str) -> dict[str, Any]:
    """Delete the uploaded file, the page images and their smaller copies from the storage."""
    self.progress(10, "Checking that the document is deleted")
    if self.session.get(Document, UUID(document_id)) is not None:
        raise NotDeleted(f"document {document_id} still exists, so its files are kept")
    self.progress(30, "Deleting files")
    deleted = storage().delete_below(document_folder(UUID(document_id)))
    return {"document_id": document_id, "files_deleted": deleted}
