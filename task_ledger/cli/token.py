"""`task-ledger token`: create, list, rotate and revoke tokens for the HTTP API."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from task_ledger import access
from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.machine_token import api_address
from task_ledger.cli.options import Json, Limit
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Create, list, rotate and revoke API tokens, and create sign-in links.",
)


class Role(StrEnum):
    """What a token may do."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


@app.command()
def create(
    name: Annotated[
        str,
        typer.Argument(help="The token's name, recorded as the actor of everything done with it."),
    ],
    role: Annotated[Role, typer.Option(help="The token's role.")],
    project: Annotated[
        list[str] | None,
        typer.Option(
            "--project", help="Limit the token to this project; repeatable. Default: all projects."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Create a token and print it once; only its hash is stored."""
    with connected("owner") as connection:
        secret = access.create(connection, name, role.value, project or None)
    if json:
        print_json({"name": name, "role": role, "projects": project or None, "token": secret})
        return
    print_line(secret)
    say("Keep it safe: it is not shown again.")


@app.command("list")
def list_(
    active: Annotated[
        bool, typer.Option("--active", help="Without revoked and expired tokens.")
    ] = False,
    limit: Limit = 100,
    after: Annotated[
        UUID | None, typer.Option(metavar="ID", help="Only tokens after this one.")
    ] = None,
    json: Json = False,
) -> None:
    """List tokens, newest first, without their secrets."""
    with connected("owner") as connection:
        if after is not None and access.find_token(connection, after) is None:
            raise CommandFailed(f"There is no token {after}.")
        found = access.list_tokens(connection, limit=limit + 1, after=after, active=active)
    tokens = found[:limit]
    if len(found) > limit:
        say(f"More: --after {tokens[-1].id}")
    if json:
        print_json(tokens)
        return
    print_table(
        ("name", "role", "projects", "created", "used", "expires", "state"),
        [
            (
                shown(each.name),
                each.role,
                "all" if each.projects is None else shown(", ".join(sorted(each.projects))),
                time_of(each.created_at),
                time_of(each.used_at),
                time_of(each.expires_at),
                _state(each),
            )
            for each in tokens
        ],
    )


@app.command("link")
def link_(
    name: Annotated[str, typer.Argument(help="The token's name.")],
    minutes: Annotated[
        int, typer.Option(min=1, max=24 * 60, help="Minutes until the link expires.")
    ] = 60,
    address: Annotated[
        str | None,
        typer.Option(help="Public address of the page. Default: the API on this machine."),
    ] = None,
    json: Json = False,
) -> None:
    """Print a link that signs one browser in with a token, once."""
    with connected("owner") as connection:
        code = access.create_link(connection, name, link_lifetime=timedelta(minutes=minutes))
    link = f"{(address or api_address(settings())).rstrip('/')}/sign-in?code={code}"
    if json:
        print_json({"name": name, "link": link, "minutes": minutes})
        return
    print_line(link)
    say(f"It signs one browser in, once, within {minutes} minutes.")


@app.command()
def rotate(
    name: Annotated[str, typer.Argument(help="The token's name.")], json: Json = False
) -> None:
    """Give a token a new secret, print it once, and end the old one and every session at once."""
    with connected("owner") as connection:
        secret = access.rotate(connection, name)
    if json:
        print_json({"name": name, "token": secret})
        return
    print_line(secret)
    say("Keep it safe: it is not shown again. The old secret opens nothing any more.")


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")], json: Json = False
) -> None:
    """Revoke a token and end every session opened with it, from the next request on."""
    with connected("owner") as connection:
        access.revoke(connection, name)
    if json:
        print_json({"name": name, "revoked": True})
        return
    print_line(f"{shown(name)} is revoked")


def _state(token: access.Token) -> str:
    if token.revoked_at is not None:
        return f"revoked {time_of(token.revoked_at)}"
    if token.expires_at is not None and token.expires_at <= datetime.now(UTC):
        return "expired"
    return "in force"
