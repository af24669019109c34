"""A project's measurements, one line each, numbered as on their page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from takeoff.export.numbering import letters
from takeoff.export.rooms import Measured, room_of
from takeoff.models import Condition, Document, Measurement, Page
from takeoff.terms import Review

NO_ROOM = ""


@dataclass(frozen=True)
class Line:
    """One measurement: its place, its quantity, and whether it counts.

    ``number`` is shown on the page, such as B3. ``state`` is counted, waiting, rejected,
    or superseded by a newer revision of the sheet. ``room`` is empty if unknown.
    """

    document: Document
    page_number: int
    sheet: str
    title: str
    number: str
    condition: Condition
    room: str
    measurement: Measurement

    @property
    def state(self) -> str:
        """Whether the measurement counts, and if not, why."""
        if self.measurement.review is Review.REJECTED:
            return "rejected"
        if self.measurement.superseded:
            return "superseded"
        return "counted" if self.measurement.counts else "waiting"


def read_lines(
    session: Session, project_id: str, document_id: uuid.UUID | None = None
) -> list[Line]:
    """Return the lines of a project, or of one document of it.

    Ordered by document (oldest first), page, condition name and number.
    """
    columns = (Page.number, Page.sheet_number, Page.title)
    statement = (
        select(Document, *columns, Condition, Measurement)
        .join_from(Measurement, Page, Page.id == Measurement.page_id)
        .join(Document, Document.id == Page.document_id)
        .join(Condition, Condition.id == Measurement.condition_id)
        .where(Document.project_id == project_id)
        .order_by(Document.id, Page.number, Condition.name, Measurement.id)
    )
    if document_id is not None:
        statement = statement.where(Document.id == document_id)
    rows = session.execute(statement)
    return [
        line
        for _, of_page in groupby(rows, lambda row: row[5].page_id)
        for line in _of_page(list(of_page))
    ]


def _of_page(
    rows: Sequence[tuple[Document, int, str | None, str | None, Condition, Measurement]],
) -> Iterator[Line]:
    measured = [Measured.of(row[5]) for row in rows]
    conditions = groupby(enumerate(rows), lambda row: row[1][4].id)
    for place, (_, of_condition) in enumerate(conditions):
        for count, (index, row) in enumerate(of_condition, 1):
            document, page_number, sheet, title, condition, measurement = row
            yield Line(
                document=document,
                page_number=page_number,
                sheet=sheet or f"page {page_number}",
                title=title or "",
                number=f"{letters(place)}{count}",
                condition=condition,
                room=room_of(measured[index], measured) or NO_ROOM,
                measurement=measurement,
            )
