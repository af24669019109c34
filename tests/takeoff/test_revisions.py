"""A sheet that is uploaded again supersedes the one with its number, as workers read it."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from takeoff.corrections import restore_sheet, supersede_same_sheet
from takeoff.models import Change, Document, Page, Project
from takeoff.terms import ChangeAction, ContentType
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database


@pytest.fixture
def worker(database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(database.url_for("worker")))
    yield engine
    engine.dispose()


def uploads(database: Database, *of: tuple[str, str | None]) -> list[uuid.UUID]:
    """The pages of documents that were uploaded one after the other: (project, sheet number)."""
    engine = create_engine(sqlalchemy_url(database.url_for("owner")))
    with Session(engine) as session, session.begin():
        session.add_all(Project(id=each, name="P", created_by="t") for each in {p for p, _ in of})
        session.flush()
        pages: list[Page] = []
        for place, (project, sheet) in enumerate(of):
            document = Document(
                project_id=project, file_name="a.pdf", content_type=ContentType.PDF,
                sha256="0" * 64, size_bytes=1, storage_key=str(place), uploaded_by="jane",
            )  # fmt: skip
            session.add(document)
            session.flush()
            pages.append(
                Page(
                    document_id=document.id,
                    number=1,
                    image_key="k",
                    width_px=9,
                    height_px=9,
                    sheet_number=sheet,
                )
            )
            session.add(pages[-1])
            session.flush()
        found = [page.id for page in pages]
    engine.dispose()
    return found


def read(worker: Engine, page_id: uuid.UUID) -> bool:
    """Whether reading the page has made a revision."""
    with Session(worker) as session, session.begin():
        return supersede_same_sheet(session, session.get_one(Page, page_id), "jane") is not None


def superseded(worker: Engine, *pages: uuid.UUID) -> list[uuid.UUID | None]:
    with Session(worker) as session:
        return [session.get_one(Page, page).superseded_by for page in pages]


@pytest.mark.parametrize("first", ["the newer one", "the older one"])
def test_the_later_upload_is_the_newer_revision_whichever_is_read_first(
    worker: Engine, database: Database, first: str
) -> None:
    old, new = uploads(database, ("p1", "A-101"), ("p1", "A-101"))
    assert read(worker, new if first == "the newer one" else old)
    assert superseded(worker, old, new) == [new, None]
    with Session(worker) as session:
        (change,) = session.scalars(select(Change)).all()
        assert (change.action, change.page_id, change.changed_by) == (
            ChangeAction.SHEET_SUPERSEDED,
            old,
            "jane",
        )
    assert not read(worker, new)


@pytest.mark.parametrize(
    "sheets",
    [
        [("p1", "A-101"), ("p1", "A-102")],
        [("p1", None), ("p1", None)],
        [("p1", "A-101"), ("p2", "A-101")],
        # Two buildings: a person decides which page it supersedes.
        [("p1", "A-101"), ("p1", "A-101"), ("p1", "A-101")],
    ],
    ids=["another sheet", "no number", "another project", "two of them"],
)
def test_what_may_be_another_sheet_supersedes_nothing(
    worker: Engine, database: Database, sheets: list[tuple[str, str | None]]
) -> None:
    pages = uploads(database, *sheets)
    assert not read(worker, pages[-1])
    assert superseded(worker, *pages) == [None] * len(pages)


def test_a_third_revision_supersedes_the_second(worker: Engine, database: Database) -> None:
    pages = uploads(database, ("p1", "A-101"), ("p1", "A-101"), ("p1", None))
    assert read(worker, pages[1])
    with Session(worker) as session, session.begin():
        session.get_one(Page, pages[2]).sheet_number = "A-101"
    assert read(worker, pages[2])
    assert superseded(worker, *pages) == [pages[1], pages[2], None]


def test_what_a_person_took_back_is_not_made_again(worker: Engine, database: Database) -> None:
    old, new = uploads(database, ("p1", "A-101"), ("p1", "A-101"))
    assert read(worker, new)
    api = create_engine(sqlalchemy_url(database.url_for("api")))
    with Session(api) as session, session.begin():
        restore_sheet(session, new, "jane")
    api.dispose()
    assert not read(worker, new)
    assert superseded(worker, old, new) == [None, None]
