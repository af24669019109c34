"""Responses of routes that enqueue a task."""

from uuid import UUID

from pydantic import BaseModel


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
