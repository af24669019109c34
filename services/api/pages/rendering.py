"""Renders a template into a page that may load nothing from elsewhere."""

import secrets
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.api.pages import wording

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("services.api.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    age=wording.age,
    clock=wording.clock,
    countdown=wording.countdown,
    duration=wording.duration,
    exact=wording.exact,
    first_line=wording.first_line,
    short=wording.short,
    value=wording.value,
)


def page_router() -> APIRouter:
    """A router for pages; they are no part of the API's document."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def render(template: str, http_status: int = 200, **values: Any) -> HTMLResponse:
    """The template as a page. Only its own style and script, by nonce, are run."""
    nonce = secrets.token_urlsafe(16)
    html = _ENVIRONMENT.get_template(template).render(nonce=nonce, now=datetime.now(UTC), **values)
    return HTMLResponse(
        html,
        status_code=http_status,
        headers={
            "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; "
            f"script-src 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
