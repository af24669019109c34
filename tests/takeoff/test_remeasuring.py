"""What was measured on a page follows the page's scale, whoever measures at that time."""

import threading
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from takeoff.geometry import Shape
from takeoff.measuring import Found, store_measurements
from takeoff.models import Condition, Measurement, Page
from takeoff.page_scale import by_value, calibrated, store_detected
from takeoff.providers import Answered, Element
from takeoff.remeasuring import by_new_scale
from takeoff.scale.evidence import Source
from takeoff.scale.verdict import ScaleVerdict
from takeoff.terms import GeometryType, MeasurementType, Unit
from takeoff.units import type_of
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database
from tests.takeoff.calibrated import calibrated_pages

ANSWERED = Answered("local", "vectors", 5)
# A square of 100 pixels at 10 and at 5 pixels per foot.
AT_10 = {"SF": 100.0, "LF": 40.0, "CY": 100 * 0.5 / 27, "EA": 1.0}
AT_10 |= {"M": 40 * 0.3048, "M2": 100 * 0.3048**2, "M3": 100 * 0.5 * 0.3048**3}
AT_5 = {"SF": 400.0, "LF": 80.0, "CY": 400 * 0.5 / 27, "EA": 1.0}
AT_5 |= {"M": 80 * 0.3048, "M2": 400 * 0.3048**2, "M3": 400 * 0.5 * 0.3048**3}
SQUARE = Shape(GeometryType.POLYGON, ((0, 0), (100, 0), (100, 100), (0, 100)))


@pytest.fixture
def worker(database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(database.url_for("worker")))
    yield engine
    engine.dispose()


@pytest.fixture
def api(database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(database.url_for("api")))
    yield engine
    engine.dispose()


@pytest.fixture
def page_ids(database: Database) -> list[uuid.UUID]:
    """Two pages at 10 pixels per foot."""
    return calibrated_pages(database, 2)


def condition_of(session: Session, unit: Unit) -> uuid.UUID:
    """The condition that measures in `unit`, and is named so; made if it is missing."""
    found = session.scalar(select(Condition).where(Condition.name == unit))
    if found is None:
        kind = type_of(unit)
        depth = 6.0 if kind is MeasurementType.VOLUME else None
        found = Condition(
            project_id="p1", name=str(unit), measurement_type=kind, unit=unit, depth_in=depth
        )
        session.add(found)
        session.flush()
    return found.id


def measured(session: Session, page: Page) -> None:
    """Measure the square on the page, in each unit."""
    square = [Element(SQUARE, 0.9, "drawn")]
    found = [Found(condition_of(session, unit), square) for unit in Unit]
    store_measurements(session, page, found, ANSWERED, uuid.uuid4())


def calibrate(session: Session, page_id: uuid.UUID, pixels_per_foot: float) -> None:
    """As the route does it."""
    page = session.get_one(Page, page_id)
    session.execute(calibrated(page, by_value(pixels_per_foot), "ops"))
    for statement in by_new_scale(page_id):
        session.execute(statement)


def on_page(engine: Engine, page_id: uuid.UUID) -> dict[str, float]:
    rows = select(Condition.name, Measurement.quantity).join_from(Measurement, Condition)
    with Session(engine) as session:
        found = session.execute(rows.where(Measurement.page_id == page_id)).all()
    return {name: quantity for name, quantity in found}  # noqa: C416 (rows are no pairs)


def in_all(engine: Engine) -> dict[str, float]:
    with Session(engine) as session:
        conditions = session.scalars(select(Condition)).all()
        return {condition.name: condition.total_quantity for condition in conditions}


def waiting_for_a_row(database: Database) -> bool:
    """Whether somebody waits for another's transaction to end."""
    with psycopg.connect(database.superuser_url) as connection:
        waiting = connection.execute(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return waiting.fetchone() is not None


def test_another_scale_by_hand_gives_each_unit_its_new_quantity_and_the_totals_too(
    worker: Engine, api: Engine, page_ids: list[uuid.UUID]
) -> None:
    with Session(worker) as session, session.begin():
        for page_id in page_ids:
            measured(session, session.get_one(Page, page_id))
    assert on_page(worker, page_ids[0]) == pytest.approx(AT_10)
    with Session(api) as session, session.begin():
        calibrate(session, page_ids[0], 5.0)
    assert on_page(worker, page_ids[0]) == pytest.approx(AT_5)
    assert on_page(worker, page_ids[1]) == pytest.approx(AT_10)
    assert in_all(worker) == pytest.approx({name: AT_10[name] + AT_5[name] for name in AT_10})


def test_a_scale_that_is_detected_does_too_and_one_that_is_lost_changes_nothing(
    worker: Engine, page_ids: list[uuid.UUID]
) -> None:
    with Session(worker) as session, session.begin():
        measured(session, session.get_one(Page, page_ids[0]))
    for scale, is_calibrated in ((5.0, True), (7.0, False)):
        verdict = ScaleVerdict(None, scale, Source.SCALE_BAR, is_calibrated, (), (), ())
        with Session(worker) as session, session.begin():
            store_detected(session, session.get_one(Page, page_ids[0]), verdict)
        assert on_page(worker, page_ids[0]) == pytest.approx(AT_5)
        assert in_all(worker) == pytest.approx(AT_5)


def test_who_began_before_a_calibration_measures_by_it(
    worker: Engine, api: Engine, page_ids: list[uuid.UUID]
) -> None:
    with Session(worker) as session, session.begin():
        page = session.get_one(Page, page_ids[0])
        assert page.scale_value == 10.0
        with Session(api) as other, other.begin():
            calibrate(other, page_ids[0], 5.0)
        measured(session, page)
    assert on_page(worker, page_ids[0]) == pytest.approx(AT_5)


def test_a_calibration_waits_for_who_is_storing_and_then_measures_that_anew(
    worker: Engine, api: Engine, page_ids: list[uuid.UUID], database: Database
) -> None:
    def give() -> None:
        with Session(api) as session, session.begin():
            calibrate(session, page_ids[0], 5.0)

    with Session(worker) as session, session.begin():
        measured(session, session.get_one(Page, page_ids[0]))
        giving = threading.Thread(target=give)
        giving.start()
        while not waiting_for_a_row(database):
            assert giving.is_alive(), "it did not wait"
    giving.join(30)
    assert not giving.is_alive()
    assert on_page(worker, page_ids[0]) == pytest.approx(AT_5)
    assert in_all(worker) == pytest.approx(AT_5)
