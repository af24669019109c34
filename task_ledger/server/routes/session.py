"""The caller's identity, and the server's time."""

from datetime import UTC, datetime

from task_ledger.server.auth import Caller
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.session import SessionAnswer

router = api_router("session")


@router.get("/session")
async def get_session(identity: Caller, shared: Shared) -> SessionAnswer:
    """The name, role and projects of the current token or session, the page's views, where traces
    are shown, and the server's time."""
    return SessionAnswer(
        name=identity.name,
        role=identity.role,
        projects=sorted(identity.projects) if identity.projects is not None else None,
        views=list(shared.views),
        trace_url=shared.settings.trace_url,
        server_time=datetime.now(UTC),
    )
