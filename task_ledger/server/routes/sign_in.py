"""Signing in with a one-time link, and signing out."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from task_ledger import access
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import COOKIE, Cookie, check_origin, require_identity
from task_ledger.server.document import page_router
from task_ledger.server.resources import Shared
from task_ledger.server.sign_in_document import sign_in_document

router = page_router()


Code = Annotated[str, Query(max_length=100)]


@router.get("/sign-in")
async def ask_to_sign_in(request: Request, code: Code = "") -> HTMLResponse:
    """A page with a button that signs in. Opening it does not consume the link, because mail and
    chat programs open links to preview them.
    """
    access.check_form(code)
    return sign_in_document(request, code)


@router.post("/sign-in", dependencies=[Depends(check_origin)])
async def sign_in(request: Request, shared: Shared, code: Code = "") -> Response:
    """Redeem the link, set the session cookie, and show the projects."""
    session = await shared.read(lambda connection: access.sign_in(connection, code))
    root = address_of(request, "/")
    answer = RedirectResponse(root, status_code=303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        session.cookie,
        expires=session.expires_at,
        path=root,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out", dependencies=[Depends(require_identity)])
async def sign_out(request: Request, shared: Shared, cookie: Cookie) -> Response:
    """End the session on the server and delete the cookie."""
    if cookie is not None:
        await shared.read(lambda connection: access.sign_out(connection, cookie))
    root = address_of(request, "/")
    answer = RedirectResponse(root, status_code=303)
    answer.delete_cookie(COOKIE, path=root, httponly=True, samesite="lax")
    return answer
