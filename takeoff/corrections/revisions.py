"""Revisions of a sheet: which page is the current one, by hand or by the sheet's number.

Each function writes in the session's transaction, commits nothing and records one change per
changed page. Pages are locked first, the newer before the older, then the conditions measured on
them.
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
    """Make the page ``newer_id`` the revision that supersedes ``older_id``. Measurements on the
    older page are kept but no longer count.

    Raises:
        NotThere: there is no such page.
        NoRevision: both ids name the same page, the pages belong to different projects, or the
            older one is a later revision.
        AlreadyRevised: the older page already has a newer revision, or the newer one already is a
            revision.
    """
    newer, older = _locked(session, newer_id), _locked(session, older_id)
    project_id = _project_of(session, older)
    if older.id == newer.id:
        raise NoRevision("A page cannot be a revision of itself. Choose another page.")
    if _project_of(session, newer) != project_id:
        raise NoRevision("The two pages belong to different projects.")
    if older.superseded_by is not None:
        raise AlreadyRevised("That page has a newer revision. Choose the current one.")
    if older_of(session, newer.id) is not None:
        raise AlreadyRevised("This page is a revision of another page. Undo that first.")
    if older.id in _later_revisions(session, newer):
        raise NoRevision("That page is a later revision of this one.")
    return _set(session, older, newer.id, by, undoes)


def restore_sheet(
    session: Session, newer_id: uuid.UUID, by: str, *, undoes: uuid.UUID | None = None
) -> Change:
    """Undo that the page ``newer_id`` supersedes another one, whose measurements count again.

    Raises:
        NotThere: there is no such page, or it supersedes none.
    """
    newer = _locked(session, newer_id)
    older = older_of(session, newer.id)
    if older is None:
        raise NotThere("The page is not a revision of another page.")
    older = _locked(session, older.id)
    return _set(session, older, None, by, undoes)


def supersede_same_sheet(session: Session, page: Page, by: str) -> Change | None:
    """Link a page that was just read with the page of the same sheet number, as newer or older
    revision.

    The page of the document uploaded later is the newer one. Does nothing if the project has no
    other current page with this number or several of them, or if a person undid the link.
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
    """Return the page that this one supersedes."""
    return session.scalar(select(Page).where(Page.superseded_by == page_id))


def bridged(session: Session, deleted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Remove pages about to be deleted from their chains of revisions: the page before each is
    superseded by the page after it, or becomes current. Return the pages that became current; their
    measurements are still marked as superseded.
    """
    current: list[uuid.UUID] = []
    before = select(Page).where(Page.superseded_by.in_(deleted), Page.id.not_in(deleted))
    for page in session.scalars(before.order_by(Page.id).with_for_update()).all():
        after: uuid.UUID | None = page.superseded_by
        while after is not None and after in deleted:
            after = session.scalar(select(Page.superseded_by).where(Page.id == after))
        # superseded_by is unique, so the deleted page's link is cleared first.
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
    """Mark the measurements on a page. The caller has locked its conditions and updates their
    totals.
    """
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
