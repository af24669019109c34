"""Revisions of a sheet: which page is the current one, by hand or by the sheet's number.

Each function writes in the session's transaction, commits nothing and records one change for each
page that it changes. Pages are locked first, the newer one before the older, and then the
conditions that were measured on them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import AlreadyRevised, NoRevision, NotThere
from takeoff.models import Change, Condition, Document, Measurement, Page
from takeoff.terms import ChangeAction
from takeoff.totals import counted_anew


def supersede_sheet(
    session: Session,
    older_id: uuid.UUID,
    newer_id: uuid.UUID,
    by: str,
    *,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Make the page ``newer_id`` the revision that supersedes ``older_id``. What was measured on
    the older one is kept, and is in no total any more.

    Raises:
        NotThere: there is no such page.
        NoRevision: they are one page, of different projects, or the older one is a later revision.
        AlreadyRevised: the older one has a newer revision, or the newer one is one already.
    """
    newer, older = _locked(session, newer_id), _locked(session, older_id)
    project_id = _project_of(session, older)
    if older.id == newer.id:
        raise NoRevision("A page is no revision of itself. Choose another page.")
    if _project_of(session, newer) != project_id:
        raise NoRevision("The two pages are of different projects.")
    if older.superseded_by is not None:
        raise AlreadyRevised("That page has a newer revision. Choose the current one.")
    if older_of(session, newer.id) is not None:
        raise AlreadyRevised("This page is a revision of another page. Take that back first.")
    if older.id in _later_revisions(session, newer):
        raise NoRevision("That page is a later revision of this one.")
    return _set(session, older, newer.id, by, undoes)


def restore_sheet(
    session: Session, newer_id: uuid.UUID, by: str, *, undoes: uuid.UUID | None = None
) -> Change:
    """Take back that the page ``newer_id`` supersedes another one, whose measurements count again.

    Raises:
        NotThere: there is no such page, or it supersedes none.
    """
    newer = _locked(session, newer_id)
    older = older_of(session, newer.id)
    if older is None:
        raise NotThere("The page is a revision of no other page.")
    older = _locked(session, older.id)
    return _set(session, older, None, by, undoes)


def supersede_same_sheet(session: Session, page: Page, by: str) -> Change | None:
    """Make a page that was read a revision of the sheet with its number, or that one of it.

    Of two documents the one that was uploaded later has the newer sheet. Nothing is done where the
    project has no other current page with this number, or several; and nothing again once it was
    taken back.
    """
    if page.sheet_number is None or page.superseded_by is not None:
        return None
    session.flush()
    project_id = _project_of(session, page)
    same = session.scalars(
        select(Page)
        .join(Document, Document.id == Page.document_id)
        .where(
            Document.project_id == project_id,
            Page.document_id != page.document_id,
            Page.sheet_number == page.sheet_number,
            Page.superseded_by.is_(None),
        )
        .order_by(Page.id)
        .with_for_update(of=Page)
        .execution_options(populate_existing=True)
    ).all()
    if len(same) != 1:
        return None
    # Ids are UUIDv7, so their order is that of the uploads.
    older, newer = sorted((page, same[0]), key=lambda each: each.document_id)
    if older_of(session, newer.id) is not None or _was_taken_back(session, older, newer):
        return None
    return _set(session, older, newer.id, by, None)


def older_of(session: Session, page_id: uuid.UUID) -> Page | None:
    """The page that this one supersedes."""
    return session.scalar(select(Page).where(Page.superseded_by == page_id))


def bridged(session: Session, deleted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Take pages that are deleted out of their sheets' revisions: the page before each is
    superseded by the one after it, or is the current one. Return the pages that are current then;
    their measurements are still marked as superseded.
    """
    current: list[uuid.UUID] = []
    before = select(Page).where(Page.superseded_by.in_(deleted), Page.id.not_in(deleted))
    for page in session.scalars(before.order_by(Page.id).with_for_update()).all():
        after: uuid.UUID | None = page.superseded_by
        while after is not None and after in deleted:
            after = session.scalar(select(Page.superseded_by).where(Page.id == after))
        # Unique: the deleted page lets go of the one after it first.
        session.execute(update(Page).where(Page.superseded_by == after).values(superseded_by=None))
        page.superseded_by = after
        session.flush()
        if after is None:
            current.append(page.id)
    session.execute(update(Page).where(Page.id.in_(deleted)).values(superseded_by=None))
    return current


def _set(
    session: Session,
    older: Page,
    newer_id: uuid.UUID | None,
    by: str,
    undoes: uuid.UUID | None,
) -> Change:
    project_id = _project_of(session, older)
    was, older.superseded_by = older.superseded_by, newer_id
    session.flush()
    measured_here = select(Measurement.condition_id).where(Measurement.page_id == older.id)
    conditions = Condition.id.in_(measured_here)
    session.execute(select(Condition.id).where(conditions).order_by(Condition.id).with_for_update())
    mark_superseded(session, older.id, superseded=newer_id is not None)
    session.execute(counted_anew(conditions))
    return history.of_superseded_sheet(session, project_id, older, was, by, undoes=undoes)


def mark_superseded(session: Session, page_id: uuid.UUID, *, superseded: bool) -> None:
    """Mark the measurements on a page; the caller has locked its conditions, and sums them up."""
    session.execute(
        update(Measurement)
        .where(Measurement.page_id == page_id)
        .values(superseded=superseded)
        .execution_options(synchronize_session=False)
    )


def _locked(session: Session, page_id: uuid.UUID) -> Page:
    statement = select(Page).where(Page.id == page_id).with_for_update()
    page = session.scalar(statement.execution_options(populate_existing=True))
    if page is None:
        raise NotThere("The page does not exist any more.")
    return page


def _project_of(session: Session, page: Page) -> str:
    return session.get_one(Document, page.document_id).project_id


def _later_revisions(session: Session, page: Page) -> set[uuid.UUID]:
    later: set[uuid.UUID] = set()
    at = page.superseded_by
    while at is not None and at not in later:
        later.add(at)
        at = session.scalar(select(Page.superseded_by).where(Page.id == at))
    return later


def _was_taken_back(session: Session, older: Page, newer: Page) -> bool:
    statement = select(Change.id).where(
        Change.page_id == older.id,
        Change.action == ChangeAction.SHEET_RESTORED,
        Change.before["superseded_by"].astext == str(newer.id),
    )
    return session.scalar(statement.limit(1)) is not None
