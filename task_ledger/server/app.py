"""The application: `uvicorn task_ledger.server.app:serve --factory`."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin, load_plugins
from task_ledger.server import cross_origin, error_handlers, lifetime, openapi
from task_ledger.server.body_limit import LimitBodies
from task_ledger.server.disconnects import IgnoreDisconnects
from task_ledger.server.host_auth import Authenticate
from task_ledger.server.identity_provider import provider_of
from task_ledger.server.metrics import CountRequests, Metrics
from task_ledger.server.routes import (
    access_log,
    acting,
    actions,
    activity,
    all_tasks,
    evidence,
    export,
    failures,
    health,
    metrics,
    notification_rules,
    notifications,
    page,
    projects,
    query_fields,
    queues,
    retired,
    saved_views,
    schedules,
    seals,
    session,
    sign_in,
    stream,
    task_list,
    tasks,
    timeline,
    tokens,
    tree,
    verification,
    workers,
)
from task_ledger.server.routes import openapi as openapi_route
from task_ledger.server.security_headers import AddSecurityHeaders
from task_ledger.server.sign_in_settings import SignInSettings
from task_ledger.server.slow_clients import LimitSlowClients


def serve(plugins: Sequence[Plugin] | None = None) -> FastAPI:
    """The application configured by the environment, for a process that serves nothing else.

    Raises:
        pydantic.ValidationError, MissingSetting, InvalidPlugin: as `create_app`.
    """
    configure_logs()
    # uvicorn's log lines go through our own logging, because they may contain a sign-in code or a
    # traceback.
    for name in ("uvicorn", "uvicorn.access"):
        of_server = logging.getLogger(name)
        of_server.handlers.clear()
        of_server.propagate = True
    return create_app(plugins=plugins)


def create_app(
    settings: Settings | None = None,
    *,
    authenticate: Authenticate | None = None,
    plugins: Sequence[Plugin] | None = None,
    sign_in_settings: SignInSettings | None = None,
) -> FastAPI:
    """Create the application. It connects to nothing before it is started; see
    `task_ledger.server.lifetime`.

    Args:
        settings: the settings. Default: from the environment.
        authenticate: replaces tokens and sessions; see `task_ledger.server.mounting.ledger_app`.
        plugins: the plug-ins. Default: those named by the settings.
        sign_in_settings: the settings of sign-in. Default: from the environment. Not used with
            `authenticate`.

    Raises:
        pydantic.ValidationError, MissingSetting: a setting is invalid, or the URL of the database
            or broker is missing, or that of the page, which sign-in through a provider needs.
        MissingPackages: sign-in through a provider needs `task-ledger[sign-in]`.
        InvalidPlugin: a plug-in named by the settings cannot be used.
    """
    settings = settings or Settings()
    settings.url_for("api")
    settings.broker()
    if plugins is None:
        plugins = load_plugins(settings.plugins)
    provider = None
    if authenticate is None:
        provider = provider_of(settings, sign_in_settings or SignInSettings())
    counted = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with lifetime.running(
            app, settings, counted, plugins, authenticate=authenticate, provider=provider
        ):
            yield

    app = FastAPI(
        title="Task Ledger",
        version="0.1.0",
        description="The recorded history and current state of an application's Celery tasks.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    # The list of a project's tasks comes first, or its path would match the route of a task.
    answering = (task_list, tasks, verification, seals, session, projects, stream, export, timeline)
    console = (acting, actions, tree, all_tasks, failures, activity)
    others = (
        notification_rules,
        notifications,
        saved_views,
        evidence,
        access_log,
        query_fields,
        retired,
        queues,
        workers,
        schedules,
    )
    for part in (*answering, *console, *others):
        app.include_router(part.router)
    for router in (router for plugin in plugins for router in plugin.routers()):
        app.include_router(router)
    for part in (health, metrics, openapi_route, page):
        app.include_router(part.router)
    if authenticate is None:
        app.include_router(tokens.router)
        app.include_router(sign_in.router)
    if provider is not None:
        from task_ledger.server.routes import provider_sign_in

        app.include_router(provider_sign_in.router)
    app.add_middleware(LimitBodies)
    app.add_middleware(IgnoreDisconnects)
    error_handlers.install(app, [plugin.problems() for plugin in plugins])
    app.add_middleware(CountRequests, metrics=counted)
    app.add_middleware(AddSecurityHeaders)
    app.add_middleware(LimitSlowClients)
    if origins := settings.allowed_origins():
        cross_origin.allow(app, origins)
    app.openapi = openapi.complete(app, secured=authenticate is None)
    return app
