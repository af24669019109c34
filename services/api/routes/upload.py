"""Uploading a drawing set: stored, registered and enqueued in one transaction."""

import uuid
from typing import Any, Final

import anyio
import structlog
import uuid_utils.compat
from anyio import to_thread
from fastapi import Request, Response

from services.api.authorization import MadeProjectInReach
from services.api.resources import Takeoff, TakeoffResources
from services.api.schemas.registered import EnqueuedAnswer
from services.api.sending import PROCESS_DOCUMENT
from services.api.upload.receiving import Upload, uploaded
from takeoff.models import Document
from takeoff.storage import document_key
from task_ledger import Enqueued, enqueue
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Operating
from task_ledger.server.body_limit import with_own_body_limit
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import PREFIX, api_router

router = api_router("drawings")
_log: Final = structlog.get_logger()

_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A PDF, PNG, JPEG or TIFF file.",
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/projects/{project_id}/documents",
    status_code=202,
    responses=declared(403, 404, 408, 413, 415, 422, 429),
    openapi_extra=_FORM,
)
@with_own_body_limit
async def upload_document(
    request: Request,
    identity: Operating,
    project_id: MadeProjectInReach,
    takeoff: Takeoff,
    response: Response,
) -> EnqueuedAnswer:
    """Upload a drawing set and start processing it. A refused upload stores nothing. Needs the role
    operator or admin."""
    async with uploaded(request, takeoff, identity.name) as upload:
        document_id = uuid_utils.compat.uuid7()
        key = document_key(document_id, upload.inspected.content_type)
        try:
            await to_thread.run_sync(takeoff.storage.put_file, key, upload.received.path)
            task = await _enqueued(takeoff, project_id, document_id, key, upload)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await _take_back(takeoff, document_id, key)
            raise
    response.headers["Location"] = address_of(request, f"{PREFIX}/tasks/{task.task_id}")
    return EnqueuedAnswer(
        task_id=task.task_id,
        version=task.version,
        task_type=task.task_type,
        task_name=task.task_name,
        message=f"{upload.file_name} was stored and will be processed.",
        document_id=document_id,
    )


async def _enqueued(
    takeoff: TakeoffResources, project_id: str, document_id: uuid.UUID, key: str, upload: Upload
) -> Enqueued:
    async with takeoff.sessions() as session:
        session.add(
            Document(
                id=document_id,
                project_id=project_id,
                file_name=upload.file_name,
                content_type=upload.inspected.content_type,
                sha256=upload.received.sha256,
                size_bytes=upload.received.size_bytes,
                storage_key=key,
                uploaded_by=current_actor(),
            )
        )
        await session.flush()
        task = await enqueue(
            session,
            PROCESS_DOCUMENT.signature(
                takeoff.sender, document_id=str(document_id), project_id=project_id
            ),
            project_id=project_id,
            name=f"Process {upload.file_name}",
            metadata={"file_name": upload.file_name, "size_bytes": upload.received.size_bytes},
            entity=("document", str(document_id)),
            task_type=PROCESS_DOCUMENT.task_type,
            max_attempts=PROCESS_DOCUMENT.max_attempts,
        )
        await session.commit()
        return task


async def _take_back(takeoff: TakeoffResources, document_id: uuid.UUID, key: str) -> None:
    # A commit whose reply was lost may have succeeded: then the object is the drawing, otherwise it
    # is an orphan. If this cannot be determined, keep it: an orphan does less harm.
    try:
        async with takeoff.sessions() as session:
            if await session.get(Document, document_id) is not None:
                return
        await to_thread.run_sync(takeoff.storage.delete, key)
    except Exception as error:  # noqa: BLE001 (what failed first is what the client is told)
        _log.warning("object_kept", key=key, error=type(error).__name__)
