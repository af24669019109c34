"""What was measured, worked out anew when its page gets another scale, or its condition a depth.

Shapes are stored in pixels, so what they amount to follows from the scale that the page has.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Executable, and_, case, func, select, update

from takeoff.models import Condition, Measurement, Page
from takeoff.terms import MeasurementType, Unit
from takeoff.totals import counted_anew
from takeoff.units import INCHES_PER_FOOT, PER_FOOT, type_of

# What differs by less was measured by the same scale.
_SAME_SHARE = 1e-9
_SQUARE_FEET = Measurement.pixel_area / (Page.scale_value * Page.scale_value)
# What each type amounts to in feet, square feet or cubic feet; a count stays what it is.
_IN_FEET: dict[MeasurementType, ColumnElement[float]] = {
    MeasurementType.LINEAR: Measurement.pixel_length / Page.scale_value,
    MeasurementType.AREA: _SQUARE_FEET,
    MeasurementType.VOLUME: _SQUARE_FEET * (Condition.depth_in / INCHES_PER_FOOT),
}


def by_new_scale(page_id: uuid.UUID) -> tuple[Executable, ...]:
    """Return the statements that give the page's measurements the quantities of its scale, and
    their conditions the new totals, to be executed in order.

    They belong into the transaction that has changed the page's row, after that: whoever measures
    on the page waits for that row, and the conditions are locked as everybody locks them, in the
    order of their ids. Where the page is not calibrated, they change nothing.
    """
    measured_here = select(Measurement.condition_id).where(Measurement.page_id == page_id)
    conditions = Condition.id.in_(measured_here)
    locked = select(Condition.id).where(conditions).order_by(Condition.id).with_for_update()
    return locked, _quantities_anew(Measurement.page_id == page_id), counted_anew(conditions)


def by_new_depth(condition_id: uuid.UUID) -> tuple[Executable, ...]:
    """Return the statements that give a condition's measurements the quantities of its depth, and
    the condition its new totals, to be executed in order.

    They belong into the transaction that has changed the condition's row, after that. What was
    measured on pages that are not calibrated any more stays as it is.
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
