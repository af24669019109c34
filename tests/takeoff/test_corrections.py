"""What a person corrected stays corrected when a provider measures again."""

import threading
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from takeoff.corrections import delete_condition, edit_measurement, review_measurement, undo
from takeoff.geometry import Shape
from takeoff.measuring import ConditionDeleted, Found, store_measurements
from takeoff.models import Condition, Measurement, Page
from takeoff.providers import Answered, Element
from takeoff.terms import GeometryType, MeasurementType, Review, Unit
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database
from tests.takeoff.calibrated import calibrated_pages

ANSWERED = Answered("local", "vectors", 5)
# At 10 pixels per foot: 100 SF where it was found, 200 SF as it is drawn anew.
FOUND = Shape(GeometryType.POLYGON, ((0, 0), (100, 0), (100, 100), (0, 100)))
DRAWN = Shape(GeometryType.POLYGON, ((0, 0), (200, 0), (200, 100), (0, 100)))


@pytest.fixture
def page_id(database: Database) -> uuid.UUID:
    return calibrated_pages(database, 1)[0]


@pytest.fixture
def api(database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(database.url_for("api")))
    yield engine
    engine.dispose()


@pytest.fixture
def worker(database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(database.url_for("worker")))
    yield engine
    engine.dispose()


@pytest.fixture
def slab(api: Engine, page_id: uuid.UUID) -> uuid.UUID:
    with Session(api) as session, session.begin():
        condition = Condition(
            project_id="p1", name="Slab", measurement_type=MeasurementType.AREA, unit=Unit.SF
        )
        session.add(condition)
        session.flush()
        return condition.id


def measure(worker: Engine, page_id: uuid.UUID, slab: uuid.UUID) -> uuid.UUID:
    """Have a run find the shape; the only measurement there is then."""
    with Session(worker) as session, session.begin():
        found = [Found(slab, [Element(FOUND, 0.7, "drawn")])]
        store_measurements(session, session.get_one(Page, page_id), found, ANSWERED, uuid.uuid4())
    with Session(worker) as session:
        return session.scalars(select(Measurement.id)).one()


def test_what_was_drawn_anew_or_rejected_is_not_found_again(
    api: Engine, worker: Engine, page_id: uuid.UUID, slab: uuid.UUID
) -> None:
    first = measure(worker, page_id, slab)
    with Session(api) as session, session.begin():
        edit_measurement(session, first, DRAWN, "jane")
    assert measure(worker, page_id, slab) == first
    with Session(api) as session, session.begin():
        review_measurement(session, first, Review.REJECTED, "jane")
    assert measure(worker, page_id, slab) == first
    with Session(api) as session:
        condition = session.get_one(Condition, slab)
        assert (condition.total_quantity, condition.waiting_count) == (0, 0)


def test_a_run_whose_condition_is_deleted_meanwhile_stores_nothing(
    api: Engine, worker: Engine, page_id: uuid.UUID, slab: uuid.UUID
) -> None:
    with Session(api) as session, session.begin():
        delete_condition(session, slab, "jane")
    with pytest.raises(ConditionDeleted):
        measure(worker, page_id, slab)
    with Session(worker) as session:
        assert session.scalars(select(Measurement)).all() == []


def test_of_two_who_take_back_the_same_change_one_does(
    api: Engine, worker: Engine, page_id: uuid.UUID, slab: uuid.UUID
) -> None:
    found = measure(worker, page_id, slab)
    with Session(api) as session, session.begin():
        change = review_measurement(session, found, Review.ACCEPTED, "jane").id
    ready = threading.Barrier(2)
    said: list[str] = []

    def take_back() -> None:
        with Session(api) as session:
            ready.wait(30)
            try:
                undo(session, change, "jane")
                session.commit()
                said.append("done")
            except Exception as error:  # noqa: BLE001 (told in the test's thread)
                said.append(type(error).__name__)

    threads = [threading.Thread(target=take_back) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(said) == ["CannotUndo", "done"]
    with Session(api) as session:
        assert session.get_one(Condition, slab).waiting_quantity == pytest.approx(100)
