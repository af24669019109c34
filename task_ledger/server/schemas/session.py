"""Who asks, as it is answered."""

from datetime import datetime

from pydantic import BaseModel, Field

from task_ledger.access import Role


class SessionAnswer(BaseModel):
    """The token or session that a request was made with."""

    name: str = Field(description="The actor of what is done with it.")
    role: Role
    projects: list[str] | None = Field(description="Those within reach; null for all.")
    views: list[str] = Field(description="Parts of the page that plugins have switched on.")
    server_time: datetime = Field(description="For countdowns and ages.")
