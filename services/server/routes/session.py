"""Who asks, and what time it is here."""

from datetime import UTC, datetime

from services.server.auth import Asking
from services.server.resources import Shared
from services.server.routes.router import api_router
from services.server.schemas.session import SessionAnswer

router = api_router("session")


@router.get("/session")
async def get_session(identity: Asking, shared: Shared) -> SessionAnswer:
    """The name, role and projects of the token or session in use, the page's views, and the
    server's time."""
    return SessionAnswer(
        name=identity.name,
        role=identity.role,
        projects=sorted(identity.projects) if identity.projects is not None else None,
        views=list(shared.views),
        server_time=datetime.now(UTC),
    )
