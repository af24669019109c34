"""The ledger's server inside another ASGI application."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin
from task_ledger.server.app import create_app
from task_ledger.server.host_auth import Authenticate


def ledger_app(
    settings: Settings | None = None,
    *,
    authenticate: Authenticate | None = None,
    plugins: Sequence[Plugin] | None = None,
) -> FastAPI:
    """The HTTP API and the page as an ASGI application, for `host.mount("/ledger", …)`.

    It connects to nothing until the host's lifespan enters `ledger_lifespan`. Every address in
    its answers begins with the prefix under which it is mounted.

    Args:
        settings: default: those of the environment.
        authenticate: given each request, returns the `Identity` that makes it, or raises:
            `NotAuthenticated` for a 401, `fastapi.HTTPException` for any other status. A plain
            function is called in a thread. It is called again every 15 s while a stream is
            open, which ends when it raises. With it, tokens, cookies and sign-in links are not
            looked at, and writes that a browser makes from another site's page are refused: 403.
            Default: the ledger's own tokens and sessions.
        plugins: what applications add. Default: those that the settings name.

    Raises:
        pydantic.ValidationError, MissingSetting: a setting makes no sense, or the database's or
            the broker's address is missing.
        InvalidPlugin: a plugin that the settings name cannot be used.
    """
    return create_app(settings, authenticate=authenticate, plugins=plugins)


@asynccontextmanager
async def ledger_lifespan(ledger: FastAPI) -> AsyncGenerator[None]:
    """Open what the mounted application needs, and close it; part of the host's lifespan.

    A framework does not run the lifespan of a mounted application. Enter it in the main thread:
    SIGTERM and SIGINT then end streams and long polls at once, so that the host can stop.

    Args:
        ledger: what `ledger_app` returned. One that is not running can be entered again.
    """
    async with ledger.router.lifespan_context(ledger):
        yield
