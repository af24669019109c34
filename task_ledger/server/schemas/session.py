"""The caller's identity in API responses."""

from datetime import datetime

from pydantic import BaseModel, Field

from task_ledger.access import Role


class SessionAnswer(BaseModel):
    """The token or session used by the request."""

    name: str = Field(description="The actor recorded for everything done with it.")
    role: Role
    projects: list[str] | None = Field(description="The projects that it may see; null for all.")
    views: list[str] = Field(description="Optional parts of the page that plug-ins have enabled.")
    trace_url: str | None = Field(
        description="Where the page links to for a trace, with `{trace_id}` in place of its id."
    )
    server_time: datetime = Field(
        description="The server's clock, for computing countdowns and ages."
    )
