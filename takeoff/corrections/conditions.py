"""Conditions edited and deleted by hand.

Each function writes in the session's transaction, commits nothing and records one change.
"""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import DepthDoesNotFit, NameTaken
from takeoff.corrections.measurements import locked_condition
from takeoff.corrections.rows import as_json
from takeoff.models import Change, Measurement
from takeoff.remeasuring import by_new_depth
from takeoff.terms import ChangeAction, MeasurementType


def edit_condition(
    session: Session,
    condition_id: uuid.UUID,
    name: str | None,
    depth_in: float | None,
    *,
    by: str,
    depth_stated_by: str | None = None,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Set a condition's name and depth in inches, and recalculate its volumes. None keeps the
    current value.

    Args:
        depth_stated_by: the model that stated the depth; None for a person.

    Raises:
        NotThere: there is no such condition.
        NameTaken: the project has another one of this name.
        DepthDoesNotFit: a depth was given, and the condition is not a volume.
    """
    condition = locked_condition(session, condition_id)
    if depth_in is not None and condition.measurement_type is not MeasurementType.VOLUME:
        raise DepthDoesNotFit("A depth changes volumes only. Leave it out.")
    before = as_json(condition)
    condition.name = condition.name if name is None else name
    if depth_in is not None:
        condition.depth_in = depth_in
        condition.depth_stated_by = depth_stated_by
    stored_under_its_name(session)
    for anew in by_new_depth(condition.id):
        session.execute(anew)
    session.refresh(condition)
    action = ChangeAction.CONDITION_EDITED
    return history.of_condition(session, action, condition, before, by, undoes=undoes)


def delete_condition(
    session: Session, condition_id: uuid.UUID, by: str, undoes: uuid.UUID | None = None
) -> Change:
    """Delete a condition and its measurements; the history keeps the rows.

    Raises:
        NotThere: there is no such condition.
    """
    condition = locked_condition(session, condition_id)
    measured = select(Measurement).where(Measurement.condition_id == condition.id)
    rows = session.scalars(measured.order_by(Measurement.id)).all()
    before = {**as_json(condition), "measurements": [as_json(row) for row in rows]}
    session.execute(delete(Measurement).where(Measurement.condition_id == condition.id))
    session.delete(condition)
    session.flush()
    action = ChangeAction.CONDITION_DELETED
    return history.of_condition(session, action, condition, before, by, undoes=undoes)


def stored_under_its_name(session: Session) -> None:
    """Flush a condition that was added or renamed.

    Raises:
        NameTaken: the project has another one of this name.
    """
    try:
        session.flush()
    except IntegrityError as error:
        raise NameTaken(
            "The project already has a condition with this name. Choose another name."
        ) from error
