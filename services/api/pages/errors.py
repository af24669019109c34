"""A problem as a page; without a session: how to sign in."""

from fastapi.responses import HTMLResponse

from services.api.pages.rendering import render
from services.api.problems import TITLES, ProblemError


def error_page(problem: ProblemError) -> HTMLResponse:
    """The problem as a page."""
    template = "signed_out.html" if problem.status == 401 else "problem.html"
    page = render(
        template,
        problem.status,
        title=TITLES.get(problem.status, "Error"),
        detail=problem.detail,
        status=problem.status,
    )
    page.headers.update(problem.headers or {})
    return page
