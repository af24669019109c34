"""The application of docs/how-to/mount.md, as uvicorn imports it."""

from pathlib import Path
from typing import Any

from task_ledger.server import Identity
from task_ledger.server.routes import stream
from tests.docs.test_links import REPOSITORY


def documented() -> dict[str, Any]:
    """What the code of the page defines."""
    page: Path = REPOSITORY / "docs" / "how-to" / "mount.md"
    code = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("\n```")[0]
    defined: dict[str, Any] = {}
    exec(compile(code, page, "exec"), defined)
    return defined


def host() -> Any:
    """The host, with routes of its own; who has a stream open is asked every half second."""
    stream.CHECK_EVERY_S = 0.5  # pyright: ignore[reportAttributeAccessIssue]
    defined = documented()
    app, users = defined["app"], defined["USERS"]

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "the host's"}

    @app.post("/withdraw")
    def withdraw() -> None:
        users["anna-key"] = Identity(name="anna", role="operator", projects=frozenset({"harbour"}))

    return app
