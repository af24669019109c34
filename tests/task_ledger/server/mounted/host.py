"""The application of docs/how-to/mount.md, as uvicorn imports it."""

from pathlib import Path
from typing import Any

from tests.docs.test_links import REPOSITORY


def documented() -> dict[str, Any]:
    """What the code of the page defines."""
    page: Path = REPOSITORY / "docs" / "how-to" / "mount.md"
    code = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("\n```")[0]
    defined: dict[str, Any] = {}
    exec(compile(code, page, "exec"), defined)
    return defined


def host() -> Any:
    """The host, with a route of its own."""
    app = documented()["app"]

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "the host's"}

    return app
