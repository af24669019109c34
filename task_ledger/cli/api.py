"""`task-ledger api`: replace this process by the HTTP server."""

from typing import Annotated

import typer

from task_ledger.cli.connection import refuse_mismatch
from task_ledger.cli.discovery import plugins
from task_ledger.cli.spawn import become, check_server, server_arguments, settings_of


def api(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on. Default: PORT.")
    ] = None,
) -> None:
    """Run the HTTP API and the web page."""
    check_server()
    told = settings_of("api", broker=True)
    # Report a plug-in that cannot be imported here, instead of with the server's traceback.
    plugins()
    refuse_mismatch("api", told)
    become(*server_arguments(host or told.host, port or told.port, told.trusted_proxies))
