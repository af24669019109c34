"""The cookie of a browser session. Every sign-in sets a new one and ends the browser's session
before it."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from task_ledger import access
from task_ledger.access import Session
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import COOKIE
from task_ledger.server.resources import Resources


def is_secure(request: Request, shared: Resources) -> bool:
    """Whether browsers reach the page by TLS."""
    public = shared.settings.page_url or ""
    return request.url.scheme == "https" or public.startswith("https:")


async def signed_in(
    request: Request, shared: Resources, session: Session, to: str
) -> RedirectResponse:
    """The answer that gives the browser its new session and sends it to the local path `to`."""
    before = request.cookies.get(COOKIE)
    if before is not None:
        await shared.read(lambda connection: access.sign_out(connection, before))
    answer = RedirectResponse(
        address_of(request, to), status_code=303, headers={"Cache-Control": "no-store"}
    )
    answer.set_cookie(
        COOKIE,
        session.cookie,
        expires=session.expires_at,
        path=address_of(request, "/"),
        httponly=True,
        samesite="lax",
        secure=is_secure(request, shared),
    )
    return answer


def forget(request: Request, answer: Response) -> None:
    """Delete the cookie."""
    answer.delete_cookie(COOKIE, path=address_of(request, "/"), httponly=True, samesite="lax")
