"""API tokens in responses, without their secrets."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.access import Role, Token


class TokenAnswer(BaseModel):
    """A token."""

    id: UUID
    name: str = Field(description="The actor recorded for everything done with it.")
    role: Role
    projects: list[str] | None = Field(description="The projects that it may see; null for all.")
    created_at: datetime
    created_by: str = Field(description="A token, a person, or `login` and a database login.")
    used_at: datetime | None = Field(description="Its last use, up to five minutes too early.")
    expires_at: datetime | None
    rotated_at: datetime | None = Field(description="When it got a new secret last.")
    revoked_at: datetime | None
    revoked_by: str | None


class TokensAnswer(BaseModel):
    """A page of the tokens, the newest first."""

    tokens: list[TokenAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )


class SecretAnswer(BaseModel):
    """A token's new secret, which cannot be read again."""

    name: str
    secret: str


def token_answer(token: Token) -> TokenAnswer:
    """The token as an API response."""
    return TokenAnswer(
        id=token.id,
        name=token.name,
        role=token.role,
        projects=None if token.projects is None else sorted(token.projects),
        created_at=token.created_at,
        created_by=token.created_by,
        used_at=token.used_at,
        expires_at=token.expires_at,
        rotated_at=token.rotated_at,
        revoked_at=token.revoked_at,
        revoked_by=token.revoked_by,
    )
