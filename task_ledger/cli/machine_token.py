"""The token that `up` creates for the local machine, stored in the var folder."""

import re
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from task_ledger import access
from task_ledger.cli.connection import connected
from task_ledger.cli.discovery import write_private
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.ops.settings import Settings

NAME: Final = "this-machine"
"""The name, and so the actor, of the first token; the next one ends in -2."""

_OWN: Final = re.compile(rf"{NAME}(?:-\d+)?")


def token_file(var_dir: Path) -> Path:
    """The file with the token, readable only by this user."""
    return var_dir / "token"


def read_token(var_dir: Path) -> str:
    """The token in the var folder.

    Raises:
        CommandFailed: there is none.
    """
    try:
        return token_file(var_dir).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CommandFailed(
            f"There is no token in {token_file(var_dir)}: start `task-ledger up` first.", USAGE
        ) from error


def machine_token(settings: Settings) -> str:
    """The token in the var folder, or a new one if it is missing or no longer active.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    file = token_file(settings.var_dir)
    with connected("owner", known=settings) as connection:
        if file.exists():
            secret = file.read_text(encoding="utf-8").strip()
            try:
                if _OWN.fullmatch(access.authenticate(connection, secret).name):
                    return secret
            except access.NotAuthenticated:
                pass
        own = _own_tokens(connection)
        for each in own:
            if each.revoked_at is None:
                access.revoke(connection, each.name)
        name = f"{NAME}-{len(own) + 1}" if own else NAME
        secret = access.create(connection, name, "admin")
    write_private(file, f"{secret}\n")
    return secret


def _own_tokens(connection: Connection[Any]) -> list[access.Token]:
    """All tokens created for this machine, newest first."""
    return [each for each in access.list_tokens(connection) if _OWN.fullmatch(each.name)]


def sign_in_address(settings: Settings) -> str:
    """A sign-in link to the page, valid once and for an hour.

    Raises:
        UnknownToken: the machine's token was revoked.
    """
    with connected("owner", known=settings) as connection:
        in_force = [each.name for each in _own_tokens(connection) if each.revoked_at is None]
        code = access.create_link(connection, in_force[0] if in_force else NAME)
    return f"{api_address(settings)}/sign-in?code={code}"


def api_address(settings: Settings) -> str:
    """The address of this machine's API."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
