"""`task-ledger token`: make, list and revoke the tokens of the HTTP API."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from services.cli.options import Json
from services.cli.printing import print_json, print_line, print_table, say, shown, time_of
from services.cli.surroundings import connected
from task_ledger import access

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke tokens of the HTTP API.")


class Role(StrEnum):
    """What a token may do."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The actor of everything done with it.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="A project within its reach, repeatable. Default: all."),
    ] = None,
    json: Json = False,
) -> None:
    """Make a token and print it. It is stored hashed, so it cannot be shown again."""
    with connected("owner") as connection:
        secret = access.create(connection, name, role.value, project or None)
    if json:
        print_json({"name": name, "role": role, "projects": project or None, "token": secret})
        return
    print_line(secret)
    say("Keep it safe: it is not shown again.")


@app.command("list")
def list_(json: Json = False) -> None:
    """List every token that was ever made, never the secret."""
    with connected("owner") as connection:
        tokens = access.listing(connection)
    if json:
        print_json(tokens)
        return
    print_table(
        ("name", "role", "projects", "created", "expires", "state"),
        [
            (
                shown(each.name),
                each.role,
                "all" if each.projects is None else shown(", ".join(sorted(each.projects))),
                time_of(each.created_at),
                time_of(each.expires_at),
                _state(each),
            )
            for each in tokens
        ],
    )


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")], json: Json = False
) -> None:
    """End a token, and every session that was opened with it, from the next request on."""
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
