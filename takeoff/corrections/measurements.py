"""Measurements drawn, edited, reviewed and deleted by hand.

Each function writes in the session's transaction, commits nothing and records one change. Locks are
taken in the same order as wherever measurements are written: page, condition, row.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import NotThere, OtherProject, OutsidePage
from takeoff.corrections.rows import as_json
from takeoff.geometry import Shape, feet_per_pixel, measure
from takeoff.models import Change, Condition, Document, Measurement, Page
from takeoff.terms import ChangeAction, Review
from takeoff.totals import counted_anew


@dataclass(frozen=True)
class Locked:
    """A measurement with its page and condition, all three rows locked."""

    page: Page
    condition: Condition
    measurement: Measurement


def add_measurement(
    session: Session,
    page_id: uuid.UUID,
    condition_id: uuid.UUID,
    shape: Shape,
    *,
    by: str,
    label: str | None = None,
    notes: str | None = None,
) -> Change:
    """Store a shape drawn by ``by``, as accepted by them.

    Args:
        label: what the sheet calls it, such as a room's name.

    Raises:
        NotThere: there is no such page or condition.
        OtherProject: the condition and the page belong to different projects.
        NotCalibrated: the page's scale is not trusted.
        OutsidePage: the shape extends beyond the page.
        UnitDoesNotFit: the shape cannot be measured in the condition's unit.
    """
    page = locked_page(session, page_id)
    condition = locked_condition(session, condition_id)
    if session.get_one(Document, page.document_id).project_id != condition.project_id:
        raise OtherProject("The condition and the page belong to different projects.")
    measurement = Measurement(
        page_id=page.id,
        condition_id=condition.id,
        unit=condition.unit,
        review=Review.ACCEPTED,
        reviewed_by=by,
        drawn_by=by,
        label=label,
        notes=notes,
        superseded=page.superseded_by is not None,
    )
    _take(measurement, shape, page, condition)
    session.add(measurement)
    session.flush()
    session.refresh(measurement)
    change = history.of_measurement(session, ChangeAction.MEASUREMENT_ADDED, measurement, None, by)
    session.execute(counted_anew(Condition.id == condition.id))
    return change


def edit_measurement(session: Session, measurement_id: uuid.UUID, shape: Shape, by: str) -> Change:
    """Replace a measurement's shape by the one that ``by`` drew, as accepted by them.

    The shape that a provider found is kept, so that it is not measured again.

    Raises:
        NotThere, NotCalibrated, OutsidePage, UnitDoesNotFit: as :func:`add_measurement`.
    """
    locked = locked_measurement(session, measurement_id)
    measurement = locked.measurement
    before = as_json(measurement)
    if measurement.found is None and measurement.provider is not None:
        measurement.found = {
            "geometry_type": measurement.geometry_type,
            "geometry": measurement.geometry,
        }
    _take(measurement, shape, locked.page, locked.condition)
    measurement.drawn_by = measurement.reviewed_by = by
    measurement.review = Review.ACCEPTED
    return _changed(session, ChangeAction.MEASUREMENT_EDITED, locked, before, by=by)


def review_measurement(
    session: Session, measurement_id: uuid.UUID, review: Review, by: str
) -> Change:
    """Accept or reject a measurement, or reset its review.

    Raises:
        NotThere: there is no such measurement.
    """
    locked = locked_measurement(session, measurement_id)
    before = as_json(locked.measurement)
    locked.measurement.review = review
    locked.measurement.reviewed_by = None if review is Review.OPEN else by
    return _changed(session, ChangeAction.MEASUREMENT_REVIEWED, locked, before, by=by)


def label_measurement(
    session: Session, measurement_id: uuid.UUID, label: str | None, by: str
) -> Change:
    """Set a measurement's label, such as a room's name on the sheet; None removes it.
    Its review stays as it is.

    Raises:
        NotThere: there is no such measurement.
    """
    locked = locked_measurement(session, measurement_id)
    before = as_json(locked.measurement)
    locked.measurement.label = label
    return _changed(session, ChangeAction.MEASUREMENT_EDITED, locked, before, by=by)


def delete_measurement(
    session: Session, measurement_id: uuid.UUID, by: str, undoes: uuid.UUID | None = None
) -> Change:
    """Delete a measurement; the history keeps its row.

    Raises:
        NotThere: there is no such measurement.
    """
    locked = locked_measurement(session, measurement_id)
    before = as_json(locked.measurement)
    session.delete(locked.measurement)
    action = ChangeAction.MEASUREMENT_DELETED
    return _changed(session, action, locked, before, by=by, undoes=undoes)


def locked_page(session: Session, page_id: uuid.UUID) -> Page:
    """Return the page with its row locked, so that its scale cannot change.

    Raises:
        NotThere: there is none.
    """
    statement = select(Page).where(Page.id == page_id).with_for_update(read=True)
    page = session.scalar(statement.execution_options(populate_existing=True))
    if page is None:
        raise NotThere("The page no longer exists.")
    return page


def locked_condition(session: Session, condition_id: uuid.UUID) -> Condition:
    """Return the condition with its row locked, so that no other transaction adds measurements to
    it.

    Raises:
        NotThere: there is none.
    """
    statement = select(Condition).where(Condition.id == condition_id).with_for_update()
    condition = session.scalar(statement.execution_options(populate_existing=True))
    if condition is None:
        raise NotThere("The condition no longer exists.")
    return condition


def locked_measurement(session: Session, measurement_id: uuid.UUID) -> Locked:
    """Return the measurement with its page and condition, all locked.

    Raises:
        NotThere: there is none.
    """
    seen = session.get(Measurement, measurement_id)
    if seen is None:
        raise _gone()
    page = locked_page(session, seen.page_id)
    condition = locked_condition(session, seen.condition_id)
    statement = select(Measurement).where(Measurement.id == measurement_id).with_for_update()
    measurement = session.scalar(statement.execution_options(populate_existing=True))
    if measurement is None:
        raise _gone()
    return Locked(page, condition, measurement)


def _gone() -> NotThere:
    return NotThere("The measurement no longer exists.")


def _take(measurement: Measurement, shape: Shape, page: Page, condition: Condition) -> None:
    if not shape.inside(page.width_px, page.height_px):
        raise OutsidePage(
            f"The shape extends beyond the page, which is {page.width_px} x {page.height_px} "
            "pixels."
        )
    measured = measure(shape, condition.unit, feet_per_pixel(page), condition.depth_in)
    measurement.geometry_type = shape.kind
    measurement.geometry = shape.as_json()
    measurement.quantity = measured.quantity
    measurement.pixel_length = measured.pixel_length
    measurement.pixel_area = measured.pixel_area


def _changed(
    session: Session,
    action: ChangeAction,
    locked: Locked,
    before: dict[str, object],
    *,
    by: str,
    undoes: uuid.UUID | None = None,
) -> Change:
    session.flush()
    measurement = locked.measurement
    change = history.of_measurement(session, action, measurement, before, by, undoes=undoes)
    session.execute(counted_anew(Condition.id == locked.condition.id))
    return change
