"""Resources shared by the takeoff's routes: database sessions, storage, and limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from anyio import CapacityLimiter
from celery import Celery
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from services.api.sending import make_sender
from services.api.upload.places import UploadPlaces
from services.settings import TakeoffSettings
from takeoff.storage import Storage, open_storage
from task_ledger.eventlog.answered import AnsweredAsyncConnection
from task_ledger.eventlog.database import libpq_url, sqlalchemy_url
from task_ledger.server.resources import Resources, Shared, connect_options

PLUGIN = "takeoff"

INSPECTIONS = 2
"""Maximum number of concurrent inspections of uploaded files; each may need 1.5 GB."""

THUMBNAILS = 2
"""Maximum number of page images scaled concurrently; each may need 80 MB."""

MARKINGS = 1
"""Maximum number of marked documents written concurrently; each may need 2 GB."""


@dataclass(frozen=True)
class TakeoffResources:
    """The takeoff's resources, open while the application runs.

    Attributes:
        settings: the takeoff's own.
        uploads_folder: folder for files while they are received and inspected.
        sessions: for routes that store domain rows and enqueue in one transaction.
        sender: builds task messages without sending them.
    """

    settings: TakeoffSettings
    uploads_folder: Path
    sessions: async_sessionmaker[AsyncSession]
    storage: Storage
    sender: Celery
    uploads: UploadPlaces = field(default_factory=UploadPlaces)
    inspections: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(INSPECTIONS))
    thumbnails: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THUMBNAILS))
    markings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MARKINGS))


@asynccontextmanager
async def opened(server: Resources) -> AsyncIterator[TakeoffResources]:
    """Open the takeoff's resources for the lifetime of the server. Connects to nothing by
    itself."""
    settings = server.settings
    own = TakeoffSettings()
    url = settings.url_for("api")
    engine = create_async_engine(
        sqlalchemy_url(url),
        async_creator=lambda: AnsweredAsyncConnection.connect(
            libpq_url(url), **connect_options(settings)
        ),
        pool_size=settings.pool_max_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_s,
        pool_pre_ping=True,
    )
    try:
        yield TakeoffResources(
            settings=own,
            uploads_folder=settings.var_dir / "uploads",
            sessions=async_sessionmaker(engine, expire_on_commit=False),
            storage=open_storage(own.storage(settings.var_dir)),
            sender=make_sender(settings.broker()),
        )
    finally:
        await engine.dispose()


def takeoff_resources(shared: Shared) -> TakeoffResources:
    """The takeoff's resources."""
    return shared.of(PLUGIN)


Takeoff = Annotated[TakeoffResources, Depends(takeoff_resources)]
