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

    It connects to nothing until the host's lifespan enters `ledger_lifespan`. All URLs in its
    responses include the prefix under which it is mounted.

    Args:
        settings: the settings. Default: from the environment.
        authenticate: a function that takes each request and returns the caller's `Identity`, or
            raises `NotAuthenticated` for a 401, or `fastapi.HTTPException` for any other status. A
            synchronous function is called in a thread. It is called again every 15 s while a stream
            is open; if it raises, the stream ends. With it, the ledger's tokens, cookies and
            sign-in links are not used, and writes that a browser sends from another site's page are
            refused with a 403. Default: the ledger's own tokens and sessions.
        plugins: the plug-ins. Default: those named by the settings.

    Raises:
        pydantic.ValidationError, MissingSetting: a setting is invalid, or the URL of the database
            or broker is missing.
        InvalidPlugin: a plug-in named by the settings cannot be used.
    """
    return create_app(settings, authenticate=authenticate, plugins=plugins)


@asynccontextmanager
async def ledger_lifespan(ledger: FastAPI) -> AsyncGenerator[None]:
    """Open and close the mounted application's resources; enter it in the host's lifespan.

    Frameworks do not run the lifespan of a mounted application. Enter this in the main thread:
    SIGTERM and SIGINT then end streams and long polls at once, so that the host can stop.

    Args:
        ledger: the application returned by `ledger_app`. It can be entered again after it has
            stopped.
    """
    async with ledger.router.lifespan_context(ledger):
        yield
