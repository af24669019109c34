"""Who asks, and what time it is here."""

from datetime import UTC, datetime

from services.api.answers.session import SessionAnswer
from services.api.asking import Asking
from services.api.routes.router import api_router

router = api_router("session")


@router.get("/session")
async def get_session(identity: Asking) -> SessionAnswer:
    """The name, role and projects of the token or session in use, and the server's time."""
    return SessionAnswer(
        name=identity.name,
        role=identity.role,
        projects=sorted(identity.projects) if identity.projects is not None else None,
        server_time=datetime.now(UTC),
    )
