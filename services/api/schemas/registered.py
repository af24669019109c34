"""Answers to what became a task."""

from uuid import UUID

from pydantic import BaseModel


class RegisteredAnswer(BaseModel):
    """A task was registered, and will run."""

    task_id: UUID
    version: int
    task_type: str
    task_name: str
    message: str


class EnqueuedAnswer(RegisteredAnswer):
    """A task about a document was registered, and will run."""

    document_id: UUID


class PageTaskAnswer(RegisteredAnswer):
    """A task about a page was registered, and will run."""

    page_id: UUID
