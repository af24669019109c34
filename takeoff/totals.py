"""Totals of conditions: of the measurements that count, and of those that wait."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, Update, func, select, update

from takeoff.models import Condition, Measurement


def counted_anew(conditions: ColumnElement[bool]) -> Update:
    """Return the statement that recalculates the totals of these conditions.

    Lock the conditions before executing it, so that no concurrent transaction adds to them.
    """
    return (
        update(Condition)
        .where(conditions)
        .values(
            total_quantity=_sum(Measurement.counts),
            measurement_count=_count(Measurement.counts),
            waiting_quantity=_sum(Measurement.waits),
            waiting_count=_count(Measurement.waits),
        )
        .execution_options(synchronize_session=False)
    )


def _sum(which: SQLColumnExpression[bool]) -> ColumnElement[float]:
    return (
        select(func.coalesce(func.sum(Measurement.quantity), 0.0))
        .where(Measurement.condition_id == Condition.id, which)
        .scalar_subquery()
    )


def _count(which: SQLColumnExpression[bool]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Measurement)
        .where(Measurement.condition_id == Condition.id, which)
        .scalar_subquery()
    )
