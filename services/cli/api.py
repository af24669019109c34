"""`task-ledger api`: the HTTP API in this process's place."""

from typing import Annotated

import typer

from services.cli.starting import become, told_enough


def api(
    host: Annotated[str | None, typer.Option(help="Where it listens; or HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Or PORT.")] = None,
) -> None:
    """Run the HTTP API and the web page."""
    told = told_enough("api", broker=True)
    become(
        "uvicorn",
        *("services.api.app:serve", "--factory"),
        *("--host", host or told.host, "--port", str(port or told.port)),
        *("--timeout-graceful-shutdown", "5", "--no-access-log"),
    )
