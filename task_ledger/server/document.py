"""The page's HTML document. It gets its data from the API, so it needs no session itself."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from task_ledger.server.addresses import root_path
from task_ledger.server.problems import ProblemError

BUILT: Final = Path(__file__).with_name("page")
"""Where `make run` and `make test` build the page; it is at the same place in a wheel."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; form-action 'self'; "
    "base-uri 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

_NOT_BUILT: Final = (
    "<!doctype html><title>Task Ledger</title><p>The page has not been built here. "
    "`make run` builds it; the API is at {root}/api/v1."
)
_PROBLEM: Final = '<meta name="task-ledger-problem" content="">'

_HOST_SIGNS_IN: Final = '<meta name="task-ledger-sign-in" content="host">'


def page_router() -> APIRouter:
    """A router for pages that a browser opens; not part of the OpenAPI document."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def document(request: Request, problem: ProblemError | None = None) -> HTMLResponse:
    """The document; given a problem, it shows the problem instead of the view at its URL.

    Its base URL is the prefix under which the server is mounted; the page's files, the API and all
    links are relative to it.
    """
    html, root = _html(), escape(root_path(request))
    if html is None:
        status = problem.status if problem else 503
        further = dict(problem.headers or {}) if problem else {}
        return HTMLResponse(_NOT_BUILT.format(root=root), status, HEADERS | further)
    head = f'<head>\n    <base href="{root}/">'
    if _host_signs_in(request):
        head += f"\n    {_HOST_SIGNS_IN}"
    html = html.replace("<head>", head, 1)
    if problem is None:
        return HTMLResponse(html, headers=HEADERS)
    told = escape(f"{problem.status} {problem.detail}")
    html = html.replace(_PROBLEM, _PROBLEM.replace('""', f'"{told}"'))
    return HTMLResponse(html, problem.status, HEADERS | dict(problem.headers or {}))


def _host_signs_in(request: Request) -> bool:
    shared = getattr(request.app.state, "resources", None)
    return shared is not None and shared.authenticate is not None


@cache
def _read(changed_ns: int) -> str:
    del changed_ns
    return (BUILT / "index.html").read_text(encoding="utf-8")


def _html() -> str | None:
    try:
        return _read((BUILT / "index.html").stat().st_mtime_ns)
    except FileNotFoundError:
        return None
