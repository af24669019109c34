"""Deleting a document: its rows at once, its files by a task registered in the same transaction."""

from fastapi import Request, Response

from services.api.authorization import DocumentInReach
from services.api.resources import Takeoff
from services.api.schemas.registered import EnqueuedAnswer
from services.api.sending import DELETE_DOCUMENT_FILES
from takeoff.corrections import delete_document
from task_ledger import enqueue
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Operating
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import PREFIX, api_router

router = api_router("drawings")


@router.delete("/documents/{document_id}", status_code=202, responses=declared(403, 404, 409))
async def remove_document(
    document: DocumentInReach, _: Operating, takeoff: Takeoff, request: Request, response: Response
) -> EnqueuedAnswer:
    """Delete a document with its pages and all measurements on them. This takes effect at once and
    cannot be undone; a task deletes its files. Needs the role operator or admin."""
    by = current_actor()
    async with takeoff.sessions() as session:
        await session.run_sync(lambda within: delete_document(within, document.id, by))
        task = await enqueue(
            session,
            DELETE_DOCUMENT_FILES.signature(takeoff.sender, document_id=str(document.id)),
            project_id=document.project_id,
            name=f"Delete the files of {document.file_name}",
            metadata={"file_name": document.file_name, "size_bytes": document.size_bytes},
            entity=("document", str(document.id)),
            task_type=DELETE_DOCUMENT_FILES.task_type,
            max_attempts=DELETE_DOCUMENT_FILES.max_attempts,
        )
        await session.commit()
    response.headers["Location"] = address_of(request, f"{PREFIX}/tasks/{task.task_id}")
    return EnqueuedAnswer(
        task_id=task.task_id,
        version=task.version,
        task_type=task.task_type,
        task_name=task.task_name,
        message=f"{document.file_name} was deleted. Its files will be.",
        document_id=document.id,
    )
