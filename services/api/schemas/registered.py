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
    """The task that processes all pages of a document or project."""

    task_id: UUID
    version: int
    pages_count: int = Field(description="Number of pages registered by this request.")
    running: bool = Field(
        description="True if the task was registered by an earlier request and is still running."
    )
    message: str
