"""Recalculates measurements when their page's scale or their condition's depth changes.

Shapes are stored in pixels, so quantities follow from the page's scale.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Executable, and_, case, func, select, update

from takeoff.models import Condition, Measurement, Page
from takeoff.terms import MeasurementType, Unit
from takeoff.totals import counted_anew
from takeoff.units import INCHES_PER_FOOT, PER_FOOT, type_of

# Scales that differ by less are the same.
_SAME_SHARE = 1e-9
_SQUARE_FEET = Measurement.pixel_area / (Page.scale_value * Page.scale_value)
# Each type's quantity in feet, square feet or cubic feet; a count does not change.
_IN_FEET: dict[MeasurementType, ColumnElement[float]] = {
    MeasurementType.LINEAR: Measurement.pixel_length / Page.scale_value,
    MeasurementType.AREA: _SQUARE_FEET,
    MeasurementType.VOLUME: _SQUARE_FEET * (Condition.depth_in / INCHES_PER_FOOT),
}


def by_new_scale(page_id: uuid.UUID) -> tuple[Executable, ...]:
    """Return the statements, to be executed in order, that recalculate the page's measurements by
    its scale and the totals of their conditions.

    Execute them in the transaction that changed the page's row, after that change: concurrent
    measuring waits for that row, and conditions are locked in the order of their ids, as
    everywhere. If the page is not calibrated, they change nothing.
    """
    measured_here = select(Measurement.condition_id).where(Measurement.page_id == page_id)
    conditions = Condition.id.in_(measured_here)
    locked = select(Condition.id).where(conditions).order_by(Condition.id).with_for_update()
    return locked, _quantities_anew(Measurement.page_id == page_id), counted_anew(conditions)


def by_new_depth(condition_id: uuid.UUID) -> tuple[Executable, ...]:
    """Return the statements, to be executed in order, that recalculate a condition's measurements
    by its depth, and its totals.

    Execute them in the transaction that changed the condition's row, after that change.
    Measurements on pages that are no longer calibrated are left unchanged.
    """
    condition = Condition.id == condition_id
    return _quantities_anew(Measurement.condition_id == condition_id), counted_anew(condition)


def _quantities_anew(which: ColumnElement[bool]) -> Executable:
    quantity = case(
        *(
            (and_(Measurement.unit == unit, in_feet.is_not(None)), in_feet * PER_FOOT[unit])
            for unit in Unit
            if (in_feet := _IN_FEET.get(type_of(unit))) is not None
        ),
        else_=Measurement.quantity,
    )
    return (
        update(Measurement)
        .where(
            which,
            Page.id == Measurement.page_id,
            Page.calibrated,
            Page.scale_value.is_not(None),
            Condition.id == Measurement.condition_id,
            func.abs(quantity - Measurement.quantity) > _SAME_SHARE * Measurement.quantity,
        )
        .values(quantity=quantity)
        .execution_options(synchronize_session=False)
    )
