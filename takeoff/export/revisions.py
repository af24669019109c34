"""What a newer revision of a sheet changes: quantities by condition, before and after."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from takeoff.export.tables import Cell, Table
from takeoff.models import Condition, Document, Measurement, Page


@dataclass(frozen=True)
class SheetOf:
    """A page and its document."""

    page_id: uuid.UUID
    document_id: uuid.UUID
    file_name: str
    page_number: int
    sheet_number: str | None
    title: str | None


@dataclass(frozen=True)
class Compared:
    """One condition's quantity on both revisions, in its unit: accepted and certain measurements,
    with those waiting for review beside them.
    """

    condition_id: uuid.UUID
    condition: str
    unit: str
    before: float
    after: float
    waiting_before: float
    waiting_after: float

    @property
    def difference(self) -> float:
        """The newer quantity minus the older one."""
        return self.after - self.before


@dataclass(frozen=True)
class Revision:
    """Two successive revisions of a sheet, compared by condition."""

    older: SheetOf
    newer: SheetOf
    quantities: Sequence[Compared]


def read_revisions(
    session: Session, project_id: str, newer_id: uuid.UUID | None = None
) -> list[Revision]:
    """Return the revisions of a project's sheets, or only that of the page ``newer_id``, ordered by
    sheet number, oldest first.
    """
    newer, of_newer, of_older = aliased(Page), aliased(Document), aliased(Document)
    statement = (
        select(Page, of_older.file_name, newer, of_newer.file_name)
        .join(newer, newer.id == Page.superseded_by)
        .join(of_older, of_older.id == Page.document_id)
        .join(of_newer, of_newer.id == newer.document_id)
        .where(of_older.project_id == project_id)
        .order_by(newer.sheet_number, of_older.id, Page.number)
    )
    if newer_id is not None:
        statement = statement.where(newer.id == newer_id)
    rows = session.execute(statement).all()
    return [
        Revision(
            sheet_of(older, older_file), sheet_of(page, file), _compared(session, older.id, page.id)
        )
        for older, older_file, page, file in rows
    ]


def sheet_of(page: Page, file_name: str) -> SheetOf:
    """Return the page with its document's name."""
    return SheetOf(page.id, page.document_id, file_name, page.number, page.sheet_number, page.title)


_HEADS = (
    *("Sheet", "Title", "Condition", "Unit", "Before", "After", "Difference"),
    *("Waiting before", "Waiting after"),
    *("Document before", "Page before", "Document after", "Page after"),
)


def revisions_table(revisions: Iterable[Revision]) -> Table:
    """Return the table of revisions, with a row per revision and condition."""
    rows: list[tuple[Cell, ...]] = [
        (
            each.newer.sheet_number or f"page {each.newer.page_number}",
            each.newer.title or "",
            row.condition,
            row.unit,
            row.before,
            row.after,
            row.difference,
            row.waiting_before,
            row.waiting_after,
            each.older.file_name,
            each.older.page_number,
            each.newer.file_name,
            each.newer.page_number,
        )
        for each in revisions
        for row in each.quantities
    ]
    return Table("Revisions", _HEADS, rows)


def _compared(session: Session, older: uuid.UUID, newer: uuid.UUID) -> list[Compared]:
    def amount(page_id: uuid.UUID, which: SQLColumnExpression[bool]) -> ColumnElement[float]:
        here = and_(Measurement.page_id == page_id, which)
        return func.coalesce(func.sum(case((here, Measurement.quantity))), 0.0)

    holds, undecided = Measurement.holds, Measurement.undecided
    statement = (
        select(
            Condition.id,
            Condition.name,
            Condition.unit,
            amount(older, holds),
            amount(newer, holds),
            amount(older, undecided),
            amount(newer, undecided),
        )
        .join(Measurement, Measurement.condition_id == Condition.id)
        .where(Measurement.page_id.in_([older, newer]), or_(holds, undecided))
        .group_by(Condition.id)
        .order_by(Condition.name)
    )
    return [Compared(*row) for row in session.execute(statement)]
