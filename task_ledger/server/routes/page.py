"""The page's URLs and its files."""

import mimetypes
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import FileResponse, HTMLResponse

from task_ledger.server.document import BUILT, HEADERS, document, page_router
from task_ledger.server.problems import not_found

router = page_router()


@router.get("/")
@router.get("/charts")
@router.get("/failures")
@router.get("/notifications")
@router.get("/queues")
@router.get("/schedules")
@router.get("/tasks")
@router.get("/tokens")
@router.get("/workers")
@router.get("/projects/{rest:path}")
@router.get("/tasks/{rest:path}")
async def page(request: Request) -> HTMLResponse:
    """The page; its client-side router shows the view for the URL."""
    return document(request)


@router.get("/assets/{name}")
async def asset(
    name: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")],
) -> FileResponse:
    """A file of the page. Its name contains a hash of its content, so it may be cached forever."""
    file = BUILT / "assets" / name
    if not file.is_file():
        raise not_found("file")
    return FileResponse(
        file,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": HEADERS["X-Content-Type-Options"],
        },
    )
