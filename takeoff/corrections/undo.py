"""Undoes a change by recording another one; undoing that one redoes the first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.conditions import (
    delete_condition,
    edit_condition,
    stored_under_its_name,
)
from takeoff.corrections.errors import CannotUndo, ChangedSince, NotThere
from takeoff.corrections.found import delete_found, restore_found
from takeoff.corrections.measurements import (
    delete_measurement,
    locked_condition,
    locked_measurement,
    locked_page,
)
from takeoff.corrections.projects import edit_project, locked_project
from takeoff.corrections.revisions import restore_sheet, supersede_sheet
from takeoff.corrections.rows import as_json, of_json
from takeoff.models import Change, Condition, Measurement, Page
from takeoff.remeasuring import by_new_depth
from takeoff.terms import ChangeAction, UnitSystem

_OF_MEASUREMENT = (
    *("geometry_type", "geometry", "label", "review", "reviewed_by", "drawn_by", "found"),
)
_OF_CONDITION = ("name", "depth_in")
_COUNTS = ("measurement_count", "waiting_count")
_OF_SHAPE = ("geometry_type", "geometry", "pixel_length", "pixel_area", "quantity")


def undo(session: Session, change_id: uuid.UUID, by: str) -> Change:
    """Undo a change and return the new change that did so.

    Writes in the session's transaction and commits nothing. Quantities follow from the page's
    current scale and the condition's current depth.

    Raises:
        NotThere: there is no such change.
        ChangedSince: the object was changed again or deleted since.
        CannotUndo: the change was already undone, deleted a document, or what it would restore has
            lost its place.
    """
    change = session.get(Change, change_id)
    if change is None:
        raise NotThere("There is no change with this id.")
    back = _BACK.get(change.action)
    if back is None:
        raise CannotUndo("A deleted document cannot be restored. Upload it again.")
    try:
        undone = back(session, change, by)
    except NotThere as error:
        raise ChangedSince(f"It cannot be undone: {error.message}") from error
    return undone


def _remove_measurement(session: Session, change: Change, by: str) -> Change:
    measurement = locked_measurement(session, _id(change.measurement_id)).measurement
    _not_taken_back(session, change)
    _unchanged(as_json(measurement), change.after, _OF_MEASUREMENT)
    return delete_measurement(session, measurement.id, by, undoes=change.id)


def _reset_measurement(session: Session, change: Change, by: str) -> Change:
    locked = locked_measurement(session, _id(change.measurement_id))
    _not_taken_back(session, change)
    now = as_json(locked.measurement)
    _unchanged(now, change.after, _OF_MEASUREMENT)
    before = of_json(Measurement, change.before)
    for name in (*_OF_MEASUREMENT, *_OF_SHAPE):
        setattr(locked.measurement, name, getattr(before, name))
    session.flush()
    _measured_anew(session, locked.condition.id)
    session.refresh(locked.measurement)
    return history.of_measurement(
        session, change.action, locked.measurement, now, by, undoes=change.id
    )


def _restore_measurement(session: Session, change: Change, by: str) -> Change:
    measurement = of_json(Measurement, change.before)
    page = locked_page(session, measurement.page_id)
    condition = locked_condition(session, measurement.condition_id)
    _not_taken_back(session, change)
    measurement.superseded = page.superseded_by is not None
    session.add(measurement)
    session.flush()
    _measured_anew(session, condition.id)
    session.refresh(measurement)
    action = ChangeAction.MEASUREMENT_ADDED
    return history.of_measurement(session, action, measurement, None, by, undoes=change.id)


def _remove_condition(session: Session, change: Change, by: str) -> Change:
    condition = locked_condition(session, _id(change.condition_id))
    _not_taken_back(session, change)
    now = as_json(condition)
    _unchanged(now, change.after, _OF_CONDITION)
    if any(now[name] != (change.after or {}).get(name) for name in _COUNTS):
        raise ChangedSince("The condition has been measured since. Delete it instead.")
    return delete_condition(session, condition.id, by, undoes=change.id)


def _reset_condition(session: Session, change: Change, by: str) -> Change:
    condition = locked_condition(session, _id(change.condition_id))
    _not_taken_back(session, change)
    _unchanged(as_json(condition), change.after, _OF_CONDITION)
    before = of_json(Condition, change.before)
    return edit_condition(
        session,
        condition.id,
        before.name,
        before.depth_in,
        by=by,
        depth_stated_by=before.depth_stated_by,
        undoes=change.id,
    )


def _restore_condition(session: Session, change: Change, by: str) -> Change:
    condition = of_json(Condition, change.before)
    _not_taken_back(session, change)
    measurements = [of_json(Measurement, each) for each in (change.before or {})["measurements"]]
    pages = {each.page_id for each in measurements}
    # Measurements on a page deleted since stay deleted.
    locked = session.execute(
        select(Page.id, Page.superseded_by)
        .where(Page.id.in_(pages))
        .order_by(Page.id)
        .with_for_update(read=True)
    )
    there = {page_id: newer is not None for page_id, newer in locked}
    session.add(condition)
    stored_under_its_name(session)
    for each in measurements:
        if each.page_id in there:
            each.superseded = there[each.page_id]
            session.add(each)
    session.flush()
    _measured_anew(session, condition.id)
    session.refresh(condition)
    action = ChangeAction.CONDITION_ADDED
    return history.of_condition(session, action, condition, None, by, undoes=change.id)


def _restore_sheet(session: Session, change: Change, by: str) -> Change:
    _, newer = _unchanged_sheet(session, change)
    return restore_sheet(session, newer, by, undoes=change.id)


def _supersede_sheet(session: Session, change: Change, by: str) -> Change:
    older, _ = _unchanged_sheet(session, change)
    newer = uuid.UUID((change.before or {})["superseded_by"])
    return supersede_sheet(session, older, newer, by, undoes=change.id)


def _remove_found(session: Session, change: Change, by: str) -> Change:
    then = {each["id"]: each for each in (change.after or {})["measurements"]}
    locked_page(session, _id(change.page_id))
    locked_condition(session, _id(change.condition_id))
    _not_taken_back(session, change)
    ids = [uuid.UUID(each) for each in then]
    rows = session.scalars(select(Measurement).where(Measurement.id.in_(ids))).all()
    if len(rows) < len(then):
        raise ChangedSince("Some of the measurements were deleted since.")
    for row in rows:
        _unchanged(as_json(row), then[str(row.id)], _OF_MEASUREMENT)
    return delete_found(session, rows, by, change.id)


def _restore_found(session: Session, change: Change, by: str) -> Change:
    locked_page(session, _id(change.page_id))
    locked_condition(session, _id(change.condition_id))
    _not_taken_back(session, change)
    return restore_found(session, change, by)


def _reset_units(session: Session, change: Change, by: str) -> Change:
    project = locked_project(session, change.project_id)
    _not_taken_back(session, change)
    _unchanged({"unit_system": project.unit_system}, change.after, ("unit_system",))
    before = UnitSystem((change.before or {})["unit_system"])
    return edit_project(session, project.id, before, by, undoes=change.id)


def _unchanged_sheet(session: Session, change: Change) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the page that the change superseded or restored, and the superseding page."""
    page = locked_page(session, _id(change.page_id))
    _not_taken_back(session, change)
    then = (change.after or {})["superseded_by"]
    now = page.superseded_by and str(page.superseded_by)
    if now != then:
        raise ChangedSince("The sheet has got another revision since.")
    return page.id, uuid.UUID(then or (change.before or {})["superseded_by"])


_BACK: Mapping[ChangeAction, Callable[[Session, Change, str], Change]] = {
    ChangeAction.MEASUREMENT_ADDED: _remove_measurement,
    ChangeAction.MEASUREMENT_EDITED: _reset_measurement,
    ChangeAction.MEASUREMENT_REVIEWED: _reset_measurement,
    ChangeAction.MEASUREMENT_DELETED: _restore_measurement,
    ChangeAction.CONDITION_ADDED: _remove_condition,
    ChangeAction.CONDITION_EDITED: _reset_condition,
    ChangeAction.CONDITION_DELETED: _restore_condition,
    ChangeAction.SHEET_SUPERSEDED: _restore_sheet,
    ChangeAction.SHEET_RESTORED: _supersede_sheet,
    ChangeAction.MEASUREMENTS_ADDED: _remove_found,
    ChangeAction.MEASUREMENTS_DELETED: _restore_found,
    ChangeAction.PROJECT_EDITED: _reset_units,
}


def _measured_anew(session: Session, condition_id: uuid.UUID) -> None:
    for anew in by_new_depth(condition_id):
        session.execute(anew)


def _not_taken_back(session: Session, change: Change) -> None:
    """Refuse if the change was already undone; the second of two concurrent undos waits here for
    the lock.
    """
    if session.scalar(select(Change.id).where(Change.undoes == change.id)) is not None:
        raise CannotUndo("The change has already been undone.")


def _unchanged(now: Mapping[str, Any], then: Any, names: tuple[str, ...]) -> None:
    if any(now[name] != then[name] for name in names):
        raise ChangedSince("It was changed again since. Undo the later change first.")


def _id(value: uuid.UUID | None) -> uuid.UUID:
    if value is None:
        raise CannotUndo("The change has no record of what it changed.")
    return value
