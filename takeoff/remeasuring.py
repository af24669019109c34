"""What was measured on a page, worked out anew when the page gets another scale.

Shapes are stored in pixels, so what they amount to follows from the scale that the page has.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Executable, and_, case, func, select, update

from takeoff.models import Condition, Measurement, Page
from takeoff.terms import Unit

_CUBIC_FEET_PER_YARD = 27.0
_INCHES_PER_FOOT = 12.0
# What differs by less was measured by the same scale.
_SAME_SHARE = 1e-9


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
    length, area = Measurement.pixel_length, Measurement.pixel_area
    square_feet = area / (Page.scale_value * Page.scale_value)
    depth_ft = Condition.depth_in / _INCHES_PER_FOOT
    quantity = case(
        (and_(Measurement.unit == Unit.LF, length.is_not(None)), length / Page.scale_value),
        (and_(Measurement.unit == Unit.SF, area.is_not(None)), square_feet),
        (
            and_(Measurement.unit == Unit.CY, area.is_not(None), depth_ft.is_not(None)),
            square_feet * depth_ft / _CUBIC_FEET_PER_YARD,
        ),
        else_=Measurement.quantity,
    )
    measurements = (
        update(Measurement)
        .where(
            Measurement.page_id == page_id,
            Page.id == Measurement.page_id,
            Page.calibrated,
            Page.scale_value.is_not(None),
            Condition.id == Measurement.condition_id,
            func.abs(quantity - Measurement.quantity) > _SAME_SHARE * Measurement.quantity,
        )
        .values(quantity=quantity)
        .execution_options(synchronize_session=False)
    )
    total = (
        select(func.coalesce(func.sum(Measurement.quantity), 0.0))
        .where(Measurement.condition_id == Condition.id)
        .scalar_subquery()
    )
    totals = (
        update(Condition)
        .where(conditions)
        .values(total_quantity=total)
        .execution_options(synchronize_session=False)
    )
    return locked, measurements, totals
