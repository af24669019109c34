"""Stores found elements as measurements and updates the totals of conditions.

Every writer first locks the conditions, in the same order, and then recalculates their totals from
what is stored. This keeps totals correct under concurrent runs, and a repeated run with the same id
adds nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from takeoff.errors import TakeoffError
from takeoff.geometry import BadShape, Shape, UnitDoesNotFit, feet_per_pixel, measure
from takeoff.models import DRAWING_READERS, Condition, Measurement, Page, Project
from takeoff.providers import Answered, Element, Subject, Withheld
from takeoff.terms import GeometryType, MeasurementType, Unit
from takeoff.totals import counted_anew
from takeoff.units import in_system

# Two outlines are the same element if their overlap is at least this share of their union.
_SAME_SHARE = 0.95
_SAME_PX = 2.0
_LABEL_KEPT = 200
# Confidence of a volume whose depth only a model stated: too low to count without a review.
_BY_STATED_DEPTH = 0.85


class ConditionDeleted(TakeoffError):
    """A condition was deleted while a provider looked for it."""

    code = "condition_deleted"


@dataclass(frozen=True)
class Found:
    """What one run found for one condition."""

    condition_id: uuid.UUID
    elements: Sequence[Element]


@dataclass(frozen=True)
class Stored:
    """The outcome: measurements that the run stored, their sum in the condition's unit, the number
    of elements already measured on the page, and what could not be measured.
    """

    created: int
    quantity: float
    unit: Unit
    already_measured: int
    withheld: tuple[Withheld, ...]


def subject_of(condition: Condition) -> Subject:
    """Return what a provider is asked to find for a condition."""
    return Subject(condition.name, condition.measurement_type, condition.unit, condition.depth_in)


def create_missing_conditions(
    session: Session, project_id: str, subjects: Iterable[Subject], answered: Answered
) -> tuple[dict[str, uuid.UUID], int]:
    """Return the conditions of these names, by name, and the number of newly created ones.

    New conditions use the project's unit system, whatever the subject's unit. A condition is
    created once, also by concurrent runs; existing ones are left unchanged. Writes in the session's
    transaction and waits for concurrent ones that create the same conditions.

    Args:
        answered: who found the subjects. A depth stated by a model is recorded as such.
    """
    reads_the_drawing = answered.provider in DRAWING_READERS
    by_name = {subject.name: subject for subject in subjects}
    system = session.get_one(Project, project_id).unit_system
    made = 0
    # Ordered by name, so that two runs that create the same conditions cannot deadlock.
    for name in sorted(by_name):
        subject = by_name[name]
        statement = (
            insert(Condition)
            .values(
                project_id=project_id,
                name=name,
                measurement_type=subject.measurement_type,
                unit=in_system(subject.unit, system),
                depth_in=subject.depth_in,
                depth_stated_by=None
                if reads_the_drawing or subject.depth_in is None
                else answered.provider,
            )
            .on_conflict_do_nothing(index_elements=["project_id", "name"])
            .returning(Condition.id)
        )
        made += len(session.scalars(statement).all())
    rows = session.scalars(
        select(Condition).where(Condition.project_id == project_id, Condition.name.in_(by_name))
    )
    return {condition.name: condition.id for condition in rows}, made


def store_measurements(
    session: Session,
    page: Page,
    found: Iterable[Found],
    answered: Answered,
    run_id: uuid.UUID,
) -> dict[uuid.UUID, Stored]:
    """Store what a run found on a page, and recalculate the conditions' totals.

    The page's scale is read again, because it may have changed while a provider worked; the page
    and the conditions stay locked until the session's transaction ends. An element where the
    condition was already measured on this page is not measured again.

    Args:
        run_id: the task's id; what was already stored under it is not stored again.

    Returns:
        What the run stored, by condition.

    Raises:
        NotCalibrated: the page's scale is not trusted.
        ConditionDeleted: one of the conditions no longer exists.
    """
    # A shared lock, so that others may measure on the page too; taken before the conditions' locks,
    # as in a calibration.
    session.refresh(page, with_for_update={"read": True})
    feet_per_pixel(page)
    by_condition: dict[uuid.UUID, list[Element]] = {}
    for each in found:
        by_condition.setdefault(each.condition_id, []).extend(each.elements)
    conditions = session.scalars(
        select(Condition)
        .where(Condition.id.in_(by_condition))
        .order_by(Condition.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(conditions) < len(by_condition):
        raise ConditionDeleted("A condition was deleted while it was measured. Nothing was stored.")
    stored: dict[uuid.UUID, Stored] = {}
    for condition in conditions:
        before = _stored_by(session, condition, run_id)
        if before.created:
            stored[condition.id] = before
            continue
        elements = by_condition[condition.id]
        run = _Run(page, answered, run_id)
        stored[condition.id] = _store(session, run, condition, elements)
        session.execute(counted_anew(Condition.id == condition.id))
    return stored


@dataclass(frozen=True)
class _Run:
    page: Page
    answered: Answered
    run_id: uuid.UUID


def _store(
    session: Session, run: _Run, condition: Condition, elements: Iterable[Element]
) -> Stored:
    feet = feet_per_pixel(run.page)
    known = _shapes_on(session, run.page.id, condition.id)
    created: list[Measurement] = []
    withheld: list[Withheld] = []
    already = 0
    for element in elements:
        try:
            measured = measure(element.shape, condition.unit, feet, condition.depth_in)
        except UnitDoesNotFit as error:
            withheld.append(Withheld(error.message, element.label, element.shape.points[0]))
            continue
        if any(_same(element.shape, shape) for shape in known):
            already += 1
            continue
        known.append(element.shape)
        created.append(
            Measurement(
                page_id=run.page.id,
                condition_id=condition.id,
                task_id=run.run_id,
                number=len(created) + 1,
                geometry_type=element.shape.kind,
                geometry=element.shape.as_json(),
                quantity=measured.quantity,
                unit=condition.unit,
                pixel_length=measured.pixel_length,
                pixel_area=measured.pixel_area,
                confidence=_confidence(element, condition),
                provider=run.answered.provider,
                model=run.answered.model,
                notes=_notes(element, condition),
                label=element.label and element.label[:_LABEL_KEPT],
                superseded=run.page.superseded_by is not None,
            )
        )
    session.add_all(created)
    session.flush()
    quantity = sum(measurement.quantity for measurement in created)
    return Stored(len(created), quantity, condition.unit, already, tuple(withheld))


def _depth_by_a_model(condition: Condition) -> bool:
    by_depth = condition.measurement_type is MeasurementType.VOLUME
    return by_depth and condition.depth_stated_by is not None


def _confidence(element: Element, condition: Condition) -> float:
    if _depth_by_a_model(condition):
        return min(element.confidence, _BY_STATED_DEPTH)
    return element.confidence


def _notes(element: Element, condition: Condition) -> str:
    if _depth_by_a_model(condition):
        return f"{element.evidence} The depth is what {condition.depth_stated_by} states."
    return element.evidence


def _stored_by(session: Session, condition: Condition, run_id: uuid.UUID) -> Stored:
    statement = select(func.count(), func.coalesce(func.sum(Measurement.quantity), 0.0)).where(
        Measurement.condition_id == condition.id, Measurement.task_id == run_id
    )
    created, quantity = session.execute(statement).one()
    return Stored(created, quantity, condition.unit, 0, ())


def _shapes_on(session: Session, page_id: uuid.UUID, condition_id: uuid.UUID) -> list[Shape]:
    rows = session.execute(
        select(Measurement.geometry_type, Measurement.geometry, Measurement.found).where(
            Measurement.page_id == page_id, Measurement.condition_id == condition_id
        )
    )
    shapes: list[Shape] = []
    for kind, geometry, found in rows:
        try:
            shapes.append(Shape.of_json(kind, geometry))
            # A provider would find a redrawn element again in its original shape.
            if found is not None:
                shapes.append(
                    Shape.of_json(GeometryType(found["geometry_type"]), found["geometry"])
                )
        except BadShape:
            # An unreadable shape in a row written by another program never matches.
            continue
    return shapes


def _same(one: Shape, other: Shape) -> bool:
    """Tell whether two shapes are the same element: they overlap almost completely."""
    a, b = one.geometry, other.geometry
    if one.encloses and other.encloses:
        together = a.union(b).area
        return together > 0 and a.intersection(b).area / together > _SAME_SHARE
    if one.encloses or other.encloses:
        return False
    return one.kind == other.kind and a.hausdorff_distance(b) <= _SAME_PX
