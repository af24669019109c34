"""Signing in through the OpenID Connect provider: there and back."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from task_ledger.server.addresses import address_of
from task_ledger.server.document import page_router
from task_ledger.server.oidc.attempt import LIFETIME_S, Attempt, begin, read
from task_ledger.server.oidc.errors import OidcError, ProviderUnavailable, SignInRefused
from task_ledger.server.oidc.person import open_session
from task_ledger.server.oidc.provider import Provider
from task_ledger.server.problems import not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.return_path import FIRST, ReturnTo, local
from task_ledger.server.session_cookie import is_secure, signed_in
from task_ledger.server.sign_in_document import sign_in_document

ATTEMPT_COOKIE: Final = "task_ledger_sign_in"

_GOES_ON: Final = "Tokens, links and open sessions keep working."

_log: Final = structlog.get_logger()

router = page_router()

Given = Annotated[str | None, Query(max_length=4000)]


@router.get("/sign-in/provider")
async def leave(request: Request, shared: Shared, to: ReturnTo = FIRST) -> Response:
    """Send the browser to the provider, with a new attempt in a cookie."""
    provider, attempt = _provider(shared), begin(local(to))

    async def go() -> Response:
        answer = _redirect(await provider.address(attempt))
        answer.set_cookie(
            ATTEMPT_COOKIE,
            attempt.cookie(),
            max_age=LIFETIME_S,
            path=_cookie_path(request),
            httponly=True,
            samesite="lax",
            secure=is_secure(request, shared),
        )
        return answer

    return await _told(request, shared, attempt.to, go)


@router.get("/sign-in/callback")
async def come_back(
    request: Request,
    shared: Shared,
    *,
    code: Given = None,
    state: Given = None,
    error: Given = None,
    iss: Given = None,
) -> Response:
    """Redeem the provider's code, open the person's session, and return to where it began."""
    provider = _provider(shared)
    to = FIRST

    async def enter() -> Response:
        nonlocal to
        attempt = read(request.cookies.get(ATTEMPT_COOKIE))
        to = attempt.to
        person = await provider.person(attempt, _checked(attempt, code, state, error), iss)
        session = await shared.read(
            lambda connection: open_session(connection, person, provider.settings.lifetime)
        )
        return await signed_in(request, shared, session, to)

    answer = await _told(request, shared, lambda: to, enter)
    # Used or not: a code is redeemed once, and a failed sign-in begins again.
    answer.delete_cookie(ATTEMPT_COOKIE, path=_cookie_path(request), httponly=True, samesite="lax")
    return answer


@router.get("/sign-in/provider-sign-out")
async def end_there(request: Request, shared: Shared) -> Response:
    """Send the browser to where it ends its session with the provider."""
    provider = _provider(shared)

    async def go() -> Response:
        page = (shared.settings.page_url or "").rstrip("/")
        address = await provider.sign_out_address(f"{page}/sign-in")
        if address is None:
            raise SignInRefused(
                f"{provider.settings.label} has no address for signing out; do it there yourself."
            )
        return _redirect(address)

    return await _told(request, shared, FIRST, go)


def _checked(attempt: Attempt, code: str | None, state: str | None, error: str | None) -> str:
    """The code of an answer to this attempt.

    Raises:
        SignInRefused: it answers another one, or the provider has refused.
    """
    if state is None or not attempt.is_answered_by(state):
        raise SignInRefused("The answer is to a sign-in that this browser did not begin last.")
    if error is not None or not code:
        known = (error or "").replace("_", "").isalnum() and len(error or "") <= 60
        raise SignInRefused(
            "The sign-in provider did not sign you in" + (f" ({error})." if known else ".")
        )
    return code


async def _told(
    request: Request,
    shared: Resources,
    to: str | Callable[[], str],
    act: Callable[[], Awaitable[Response]],
) -> Response:
    """What `act` answers, or the sign-in page with why it failed."""
    try:
        return await act()
    except OidcError as error:
        away = isinstance(error, ProviderUnavailable)
        cause = type(error.__cause__).__name__ if error.__cause__ is not None else None
        _log.warning("sign_in_failed", error=type(error).__name__, cause=cause, reason=str(error))
        text = str(error)
        return sign_in_document(
            request,
            to if isinstance(to, str) else to(),
            label=shared.provider_label,
            told=f"{text} {_GOES_ON}" if away else text,
            status=HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.FORBIDDEN,
        )


def _provider(shared: Resources) -> Provider:
    if shared.provider is None:
        raise not_found("address")
    return shared.provider


def _cookie_path(request: Request) -> str:
    return address_of(request, "/sign-in")


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
