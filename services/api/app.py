"""The application: `uvicorn services.api.app:serve --factory`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.api import lifetime, openapi, refusals
from services.api.bodies import LimitBodies
from services.api.departures import ExpectDepartures
from services.api.metrics import CountRequests, Metrics
from services.api.pages import page, sign_in
from services.api.routes import (
    conditions,
    drawings,
    export,
    health,
    metrics,
    page_scale,
    page_tasks,
    projects,
    session,
    stream,
    takeoffs,
    task_list,
    tasks,
    timeline,
    upload,
    verification,
)
from services.api.routes import openapi as openapi_route
from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings


def serve() -> FastAPI:
    """The application of the environment, for a process that serves nothing else.

    Raises:
        pydantic.ValidationError, MissingSetting: as `create_app`.
    """
    configure_logs()
    # Its lines go the way of all others: they may have an address with a code, or a traceback.
    for name in ("uvicorn", "uvicorn.access"):
        of_server = logging.getLogger(name)
        of_server.handlers.clear()
        of_server.propagate = True
    return create_app()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, with `settings` or those of the environment.

    Connects to nothing before it is started; see `services.api.lifetime`.

    Raises:
        pydantic.ValidationError, MissingSetting: the environment makes no sense, or lacks the
            database or the broker.
    """
    settings = settings or Settings()
    settings.url_for("api")
    settings.broker()
    counted = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with lifetime.running(app, settings, counted):
            yield

    app = FastAPI(
        title="Task Ledger",
        version="0.1.0",
        description="What the tasks of a construction-takeoff backend did, do and will do.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    # The list of a project's tasks comes first: its path would else be taken for a task's.
    for part in (
        task_list,
        tasks,
        verification,
        session,
        projects,
        upload,
        drawings,
        page_tasks,
        page_scale,
        conditions,
        takeoffs,
        stream,
        export,
        timeline,
        health,
        metrics,
        openapi_route,
        sign_in,
        page,
    ):
        app.include_router(part.router)
    app.add_middleware(LimitBodies)
    app.add_middleware(ExpectDepartures)
    refusals.install(app)
    app.add_middleware(CountRequests, metrics=counted)
    app.openapi = openapi.complete(app)
    return app
