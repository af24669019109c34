"""Signing in with a one-time link or a token, and signing out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from task_ledger import access
from task_ledger.access import NotAuthenticated
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Cookie, check_origin, require_identity
from task_ledger.server.document import page_router
from task_ledger.server.resources import Shared
from task_ledger.server.return_path import FIRST, ReturnTo, local
from task_ledger.server.session_cookie import forget, signed_in
from task_ledger.server.sign_in_document import link_document, sign_in_document

router = page_router()


Code = Annotated[str, Query(max_length=100)]


@router.get("/sign-in")
async def ask_to_sign_in(
    request: Request,
    shared: Shared,
    code: Code = "",
    to: ReturnTo = FIRST,
    signed_out: bool = False,
) -> HTMLResponse:
    """With a code, a page with a button that signs in; without, every way to sign in.

    Opening it does not consume a link, because mail and chat programs open links to preview them.
    """
    if code:
        access.check_form(code)
        return link_document(request, code, local(to))
    return sign_in_document(request, local(to), label=shared.provider_label, signed_out=signed_out)


@router.post("/sign-in", dependencies=[Depends(check_origin)])
async def sign_in(
    request: Request, shared: Shared, code: Code = "", to: ReturnTo = FIRST
) -> Response:
    """Redeem the link, set the session cookie, and return to `to`."""
    session = await shared.read(lambda connection: access.sign_in(connection, code))
    return await signed_in(request, shared, session, local(to))


@router.post("/sign-in/token", dependencies=[Depends(check_origin)])
async def sign_in_with_token(
    request: Request, shared: Shared, token: Annotated[str, Form()] = "", to: ReturnTo = FIRST
) -> Response:
    """Open a session of the token in the form, and return to `to`."""
    secret = token.strip()
    try:
        session = await shared.read(
            lambda connection: access.sign_in_with_token(connection, secret)
        )
    except NotAuthenticated:
        return sign_in_document(
            request,
            local(to),
            label=shared.provider_label,
            told="This token is not valid: it is mistyped, revoked or expired.",
            status=HTTPStatus.UNAUTHORIZED,
        )
    return await signed_in(request, shared, session, local(to))


@router.post("/sign-out", dependencies=[Depends(require_identity)])
async def sign_out(request: Request, shared: Shared, cookie: Cookie) -> Response:
    """End the session on the server and delete the cookie."""
    if cookie is not None:
        await shared.read(lambda connection: access.sign_out(connection, cookie))
    path = FIRST if shared.provider is None else "/sign-in?signed_out=true"
    answer = RedirectResponse(address_of(request, path), status_code=303)
    forget(request, answer)
    return answer
