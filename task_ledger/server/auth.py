"""Authentication of requests and required roles. Only this module sets a request's actor."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from task_ledger import access, acting_as
from task_ledger.access import Identity, NotAuthenticated, Role
from task_ledger.errors import LedgerUnavailable
from task_ledger.server.host_auth import authenticated
from task_ledger.server.problems import ProblemError
from task_ledger.server.resources import Shared

COOKIE: Final = "task_ledger_session"

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(
        HTTPBearer(
            auto_error=False, description="A token; create one with `task-ledger token create`."
        )
    ),
]
Cookie = Annotated[
    str | None,
    Depends(
        APIKeyCookie(
            name=COOKIE,
            auto_error=False,
            description="A browser session, opened by a sign-in link.",
        )
    ),
]


async def require_identity(
    request: Request, shared: Shared, bearer: Bearer, cookie: Cookie
) -> AsyncIterator[Identity]:
    """Authenticate the request; its caller becomes the actor of all events it causes.

    Raises:
        NotAuthenticated: the request has no active token or session.
        Exception: raised by the host's `authenticate`, if it is set.
        ProblemError: 403, for a write from another site's page.
    """
    identity = await identify(request, shared, bearer, cookie)
    with acting_as(identity.name):
        yield identity


async def known(request: Request, shared: Shared, bearer: Bearer, cookie: Cookie) -> bool:
    """Whether a request that needs no authentication has an active token or session.

    Also False while the database is unreachable.
    """
    try:
        await identify(request, shared, bearer, cookie)
    except (NotAuthenticated, LedgerUnavailable, ProblemError, HTTPException):
        return False
    return True


async def identify(request: Request, shared: Shared, bearer: Bearer, cookie: Cookie) -> Identity:
    """Authenticate the request again, for long-lived connections."""
    if shared.authenticate is not None:
        if _sent_by_browser(request):
            check_origin(request)
        return await authenticated(shared.authenticate, request)
    if bearer is not None:
        secret = bearer.credentials
        return await shared.read(lambda connection: access.authenticate(connection, secret))
    if cookie is None or "authorization" in request.headers:
        raise NotAuthenticated
    check_origin(request)
    return await shared.read(lambda connection: access.authenticate_session(connection, cookie))


def check_origin(request: Request) -> None:
    """Refuse a write unless the browser states that it comes from a page of this site.

    Raises:
        ProblemError: 403, it comes from another site's page or does not state its origin.
    """
    if request.method not in _SAFE and not _from_own_page(request):
        raise ProblemError(
            403,
            "other_site",
            "A browser's session may only write from this site's own pages. Use a token instead.",
        )


def _sent_by_browser(request: Request) -> bool:
    return "sec-fetch-site" in request.headers or "origin" in request.headers


def _from_own_page(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


Caller = Annotated[Identity, Depends(require_identity)]
Known = Annotated[bool, Depends(known)]


def allowed(*roles: Role) -> Callable[[Identity], Identity]:
    """A dependency that requires one of these roles."""

    def check(identity: Caller) -> Identity:
        if identity.role not in roles:
            raise ProblemError(
                403,
                "role",
                f"The role {identity.role} may not do this; it needs {' or '.join(roles)}.",
            )
        return identity

    return check


Operating = Annotated[Identity, Depends(allowed("operator", "admin"))]
Exporting = Annotated[Identity, Depends(allowed("auditor", "admin"))]
Administering = Annotated[Identity, Depends(allowed("admin"))]
