"""Answers to what became a task."""

from uuid import UUID

from pydantic import BaseModel, Field


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


class SetAnswer(BaseModel):
    """All pages of a document or project are processed by one task."""

    task_id: UUID
    version: int
    pages_count: int = Field(description="How many pages this request has registered.")
    running: bool = Field(description="The task was asked for before, and runs.")
    message: str
