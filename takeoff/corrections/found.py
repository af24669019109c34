"""Stores what was found at a place that a person pointed at, as one change.

Each function writes in the session's transaction, commits nothing and records one change.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import uuid_utils.compat
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import AlreadyMeasured, OtherProject
from takeoff.corrections.measurements import locked_condition, locked_page
from takeoff.corrections.rows import of_json
from takeoff.measuring import Found, store_measurements
from takeoff.models import Change, Condition, Document, Measurement
from takeoff.providers import Answered, Element
from takeoff.remeasuring import by_new_depth
from takeoff.terms import ChangeAction
from takeoff.totals import counted_anew


def add_found(
    session: Session,
    page_id: uuid.UUID,
    condition_id: uuid.UUID,
    elements: Sequence[Element],
    answered: Answered,
    *,
    by: str,
) -> Change:
    """Store the elements found for a condition; depending on their confidence they wait to be
    accepted.

    Raises:
        NotThere: there is no such page or condition.
        OtherProject: the condition and the page belong to different projects.
        NotCalibrated: the page's scale is not trusted.
        AlreadyMeasured: every element is measured already, or none can be measured in the
            condition's unit.
    """
    page, condition = locked_page(session, page_id), locked_condition(session, condition_id)
    if session.get_one(Document, page.document_id).project_id != condition.project_id:
        raise OtherProject("The condition and the page belong to different projects.")
    run = uuid_utils.compat.uuid7()
    stored = store_measurements(session, page, [Found(condition.id, elements)], answered, run)
    result = stored[condition.id]
    if result.created == 0:
        if result.withheld:
            raise AlreadyMeasured(result.withheld[0].reason)
        raise AlreadyMeasured("It is already measured for this condition.")
    rows = session.scalars(
        select(Measurement).where(Measurement.task_id == run).order_by(Measurement.number)
    ).all()
    for row in rows:
        row.task_id = None  # no task has measured it
    session.flush()
    return history.of_measurements(session, ChangeAction.MEASUREMENTS_ADDED, condition, rows, by=by)


def delete_found(
    session: Session, rows: Sequence[Measurement], by: str, undoes: uuid.UUID
) -> Change:
    """Delete measurements of one condition on one page, which the caller has locked."""
    condition = session.get_one(Condition, rows[0].condition_id)
    change = history.of_measurements(
        session, ChangeAction.MEASUREMENTS_DELETED, condition, rows, by=by, undoes=undoes
    )
    session.execute(delete(Measurement).where(Measurement.id.in_([row.id for row in rows])))
    session.execute(counted_anew(Condition.id == condition.id))
    return change


def restore_found(session: Session, change: Change, by: str) -> Change:
    """Restore the measurements that a change deleted, with quantities by the current scale and
    depth.
    """
    rows = [of_json(Measurement, each) for each in (change.before or {})["measurements"]]
    page = locked_page(session, rows[0].page_id)
    condition = locked_condition(session, rows[0].condition_id)
    for row in rows:
        row.superseded = page.superseded_by is not None
    session.add_all(rows)
    session.flush()
    for anew in by_new_depth(condition.id):
        session.execute(anew)
    for row in rows:
        session.refresh(row)
    return history.of_measurements(
        session, ChangeAction.MEASUREMENTS_ADDED, condition, rows, by=by, undoes=change.id
    )
