"""`task-ledger mcp`: answer an assistant's questions about tasks."""

import os
from importlib.metadata import version
from typing import Annotated

import typer

from task_ledger.cli.exits import USAGE, CommandFailed


def mcp(
    server: Annotated[
        str,
        typer.Option(envvar="TASK_LEDGER_SERVER_URL", help="The address of the ledger's server."),
    ] = "http://127.0.0.1:8000",
) -> None:
    """Answer an assistant's questions by the Model Context Protocol, on standard input and output.

    Reads only, from the HTTP API, with the token in TASK_LEDGER_TOKEN: a viewer's token for the
    projects that the assistant may see.
    """
    try:
        import anyio

        from task_ledger.mcp.api import LedgerApi
        from task_ledger.mcp.server import ledger_server
    except ImportError as error:
        raise CommandFailed(
            f"{error.name} is not installed: install task-ledger[mcp].", USAGE
        ) from error
    token = os.environ.get("TASK_LEDGER_TOKEN")
    if not token:
        raise CommandFailed(
            "TASK_LEDGER_TOKEN is not set: create a token with"
            " `task-ledger token create NAME --role viewer`, and set it.",
            USAGE,
        )

    async def answer() -> None:
        async with LedgerApi(server, token) as api:
            await ledger_server(api, version("task-ledger")).run_stdio_async()

    anyio.run(answer)
