"""Receives an upload into a local file and inspects it."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio
from anyio import from_thread, to_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from services.api.resources import TakeoffResources
from services.api.upload.multipart import FilePart
from takeoff.intake import Inspected, Received, inspect, receive
from takeoff.limits import IntakeLimits
from takeoff.refusals import FileTooLarge
from task_ledger.ops.private_files import make_private_folder
from task_ledger.server.problems import ProblemError

OVERHEAD_BYTES: Final = 16 * 1024
"""Bytes that the multipart form may add to the file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An accepted drawing, in a temporary folder."""

    file_name: str
    received: Received
    inspected: Inspected


@asynccontextmanager
async def uploaded(
    request: Request, takeoff: TakeoffResources, token: str
) -> AsyncIterator[Upload]:
    """Receive and inspect the request's file; it is deleted when the block ends.

    Holds at most 1 MiB in memory, and reads nothing beyond the size limit.

    Args:
        token: the name of the uploading token.

    Raises:
        FileRefused: the file is too large, or is not a drawing.
        HTTPException: 408, the client was too slow.
        ProblemError: the form is malformed, the client disconnected, or no slot became free.
    """
    limits = IntakeLimits(max_bytes=takeoff.settings.max_upload_bytes)
    _refuse_announced(request, limits.max_bytes)
    part = FilePart(request.headers.get("content-type"), request.stream())
    folder = await to_thread.run_sync(_folder, takeoff)
    try:
        target = Path(folder.name) / "upload"
        async with takeoff.uploads.taken(token):
            received = await to_thread.run_sync(
                receive, _pieces(part), target, limits.max_bytes, limiter=anyio.CapacityLimiter(1)
            )
        inspected = await to_thread.run_sync(inspect, target, limits, limiter=takeoff.inspections)
        yield Upload(part.file_name or "unnamed", received, inspected)
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(folder.cleanup)


def _folder(takeoff: TakeoffResources) -> tempfile.TemporaryDirectory[str]:
    parent = takeoff.uploads_folder
    make_private_folder(parent)
    return tempfile.TemporaryDirectory(prefix="upload-", dir=parent)


def _refuse_announced(request: Request, max_bytes: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes + OVERHEAD_BYTES:
        raise FileTooLarge(
            f"The file is larger than {max_bytes:,} bytes. Split the set into smaller files, or "
            "ask the operator to raise the limit."
        )


def _pieces(part: FilePart) -> Iterator[bytes]:
    # Runs in the thread that writes the file, and gets the next chunk from the event loop.
    while piece := from_thread.run(_next, part):
        yield piece


async def _next(part: FilePart) -> bytes:
    try:
        return await part.read()
    except ClientDisconnect:
        raise ProblemError(
            400, "upload_cut_off", "The connection was closed before the whole file was received."
        ) from None
