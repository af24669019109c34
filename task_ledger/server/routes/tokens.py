"""API tokens, administered by admins of all projects. Not served behind a host's authentication."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from task_ledger import access
from task_ledger.access import Identity, InvalidToken, Role, Token, UnknownToken
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Administering
from task_ledger.server.cursors import id_of, text_cursor_of
from task_ledger.server.parameters import Limit, NextText, ProjectId, Text, Time
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.token import (
    SecretAnswer,
    TokenAnswer,
    TokensAnswer,
    token_answer,
)

router = api_router("tokens")


class NewToken(BaseModel):
    """A token to create."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=100)]
    role: Role
    projects: Annotated[list[ProjectId], Field(min_length=1, max_length=1000)] | None = Field(
        default=None, description="The projects that it may see. Default: all, also future ones."
    )
    expires_at: Time | None = Field(default=None, description="Default: never.")


def of_all_projects(identity: Administering) -> Identity:
    """Require an admin of all projects: a token could reach more than who creates it.

    Raises:
        ProblemError: 403.
    """
    if identity.projects is not None:
        raise ProblemError(
            403, "reach", "Tokens are administered with access to all projects. Yours is limited."
        )
    return identity


Admin = Annotated[Identity, Depends(of_all_projects)]


@router.get("/tokens", responses=declared(403))
async def list_tokens(
    _: Admin,
    shared: Shared,
    limit: Limit = 100,
    cursor: NextText = None,
    active: Annotated[bool, Query(description="Without revoked and expired ones.")] = False,
) -> TokensAnswer:
    """Tokens, newest first, without their secrets. Needs the role admin and access to all
    projects."""
    scope = f"tokens {active}"
    after = id_of(cursor, scope) if cursor is not None else None
    found = await shared.read(
        lambda connection: access.list_tokens(
            connection,
            limit=limit + 1,
            after=after,
            active=active,
        )
    )
    return TokensAnswer(
        tokens=[token_answer(each) for each in found[:limit]],
        next=text_cursor_of(str(found[limit - 1].id), scope) if len(found) > limit else None,
    )


@router.post("/tokens", status_code=201, responses=declared(403, 408, 409, 413, 422))
async def create_token(new: NewToken, _: Admin, shared: Shared) -> SecretAnswer:
    """Create a token; its secret is in this response only. Needs the role admin and access to all
    projects."""
    if new.expires_at is not None and new.expires_at <= datetime.now(UTC):
        raise ProblemError(422, "invalid_token", "A token must expire in the future.")
    actor = current_actor()
    try:
        secret = await shared.read(
            lambda connection: access.create(
                connection, new.name, new.role, new.projects, new.expires_at, actor=actor
            )
        )
    except InvalidToken as error:
        taken = "already existed" in str(error)
        code = "token_exists" if taken else "invalid_token"
        text = f"{str(error)[0].upper()}{str(error)[1:]}."
        raise ProblemError(409 if taken else 422, code, text) from error
    return SecretAnswer(name=new.name, secret=secret)


@router.post("/tokens/{token_id}/rotate", responses=declared(403, 404))
async def rotate_token(token_id: UUID, _: Admin, shared: Shared) -> SecretAnswer:
    """Give a token a new secret, which is in this response only; the old one and all sessions end
    at once. Needs the role admin and access to all projects."""
    actor, token = current_actor(), await _active(shared, token_id)
    try:
        secret = await shared.read(
            lambda connection: access.rotate(connection, token.name, actor=actor)
        )
    except UnknownToken as error:
        raise not_found("active token") from error
    return SecretAnswer(name=token.name, secret=secret)


@router.post("/tokens/{token_id}/revoke", responses=declared(403, 404))
async def revoke_token(token_id: UUID, _: Admin, shared: Shared) -> TokenAnswer:
    """Revoke a token; it and all its sessions end at once. Needs the role admin and access to all
    projects."""
    actor, token = current_actor(), await _active(shared, token_id)
    try:
        await shared.read(lambda connection: access.revoke(connection, token.name, actor=actor))
    except UnknownToken as error:
        raise not_found("active token") from error
    return token_answer(await _found(shared, token_id))


async def _active(shared: Resources, token_id: UUID) -> Token:
    token = await _found(shared, token_id)
    if token.revoked_at is not None:
        raise not_found("active token")
    return token


async def _found(shared: Resources, token_id: UUID) -> Token:
    token = await shared.read(lambda connection: access.find_token(connection, token_id))
    if token is None:
        raise not_found("active token")
    return token
