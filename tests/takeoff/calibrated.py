"""Stored pages that can be measured."""

import uuid

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from takeoff.models import Document, Page, Project
from takeoff.terms import ContentType
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database


def calibrated_pages(database: Database, count: int) -> list[uuid.UUID]:
    """The ids of so many pages of project `p1`, at 10 pixels per foot."""
    engine = create_engine(sqlalchemy_url(database.url_for("owner")))
    with Session(engine) as session:
        session.add(Project(id="p1", name="P", created_by="t"))
        session.flush()
        document = Document(
            project_id="p1", file_name="a.pdf", content_type=ContentType.PDF, sha256="0" * 64,
            size_bytes=1, storage_key="documents/a.pdf", uploaded_by="t",
        )  # fmt: skip
        session.add(document)
        session.flush()
        pages = [
            Page(
                document_id=document.id, number=number, image_key="k", width_px=1000,
                height_px=1000, scale_value=10.0, calibrated=True,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip
        session.add_all(pages)
        session.commit()
        found = [page.id for page in pages]
    engine.dispose()
    return found
