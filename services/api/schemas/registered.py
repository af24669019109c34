"""Responses of routes that enqueue a task."""

from uuid import UUID

from pydantic import BaseModel, Field


class RegisteredAnswer(BaseModel):
    """A registered task."""

    task_id: UUID
    version: int
    task_type: str
    task_name: str
    message: str


class EnqueuedAnswer(RegisteredAnswer):
    """The registered task for a document."""

    document_id: UUID


class PageTaskAnswer(RegisteredAnswer):
    """The registered task for a page."""

    page_id: UUID


class SetAnswer(BaseModel):
    """All pages of a document or project are processed by one task."""

    task_id: UUID
    version: int
    pages_count: int = Field(description="How many pages this request has registered.")
    running: bool = Field(description="The task was asked for before, and runs.")
    message: str
