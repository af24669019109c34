"""Totals of conditions are right whoever measures at the same time, and however often."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from takeoff.corrections import edit_condition, undo
from takeoff.export.lines import read_lines
from takeoff.geometry import NotCalibrated, Shape
from takeoff.measuring import Found, Stored, create_missing_conditions, store_measurements
from takeoff.models import Condition, Measurement, Page
from takeoff.providers import Answered, Element, Subject
from takeoff.terms import GeometryType, MeasurementType, Unit
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database
from tests.takeoff.calibrated import calibrated_pages

ANSWERED = Answered("local", "vectors", 5)
SLAB = Subject("Slab", MeasurementType.VOLUME, Unit.CY, 6.0)
DOORS = Subject("Doors", MeasurementType.COUNT, Unit.EA)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """Connections as workers have them."""
    engine = create_engine(sqlalchemy_url(database.url_for("worker")), pool_size=10)
    yield engine
    engine.dispose()


@pytest.fixture
def page_id(database: Database) -> uuid.UUID:
    return calibrated_pages(database, 1)[0]


def square(x: float, side: float = 10.0) -> Element:
    corners = ((x, 0.0), (x + side, 0.0), (x + side, side), (x, side))
    return Element(Shape(GeometryType.POLYGON, corners), 0.9, "drawn")


def conditions(engine: Engine, *subjects: Subject) -> dict[str, uuid.UUID]:
    with Session(engine) as session, session.begin():
        return create_missing_conditions(session, "p1", subjects, ANSWERED)[0]


def store(
    session: Session,
    page_id: uuid.UUID,
    condition_id: uuid.UUID,
    elements: Sequence[Element],
    run_id: uuid.UUID | None = None,
    answered: Answered = ANSWERED,
) -> Stored:
    page = session.get_one(Page, page_id)
    found = [Found(condition_id, elements)]
    return store_measurements(session, page, found, answered, run_id or uuid.uuid4())[condition_id]


def totals(engine: Engine, condition_id: uuid.UUID) -> tuple[float, int, int]:
    with Session(engine) as session:
        condition = session.get_one(Condition, condition_id)
        stored = session.scalar(
            select(func.count()).where(Measurement.condition_id == condition_id)
        )
        return condition.total_quantity, condition.measurement_count, stored or 0


def at_once(bodies: Sequence[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def run(body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as error:  # noqa: BLE001 (told in the test's thread)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_runs_at_the_same_time_count_each_other(engine: Engine, page_id: uuid.UUID) -> None:
    condition_id = conditions(engine, SLAB)["Slab"]
    ready = threading.Barrier(6)

    def body(place: int) -> Callable[[], None]:
        def run() -> None:
            with Session(engine) as session, session.begin():
                # As a task that has read its condition before it asked a provider.
                session.get_one(Condition, condition_id)
                ready.wait(30)
                store(session, page_id, condition_id, [square(place), square(place + 500)])

        return run

    at_once([body(20 * index) for index in range(6)])
    quantity, counted, stored = totals(engine, condition_id)
    assert (counted, stored) == (12, 12)
    assert quantity == pytest.approx(12 * 1.0 * 0.5 / 27)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_what_a_model_sees_waits_however_sure_it_says_it_is(
    engine: Engine, page_id: uuid.UUID, provider: str
) -> None:
    condition_id = conditions(engine, DOORS)["Doors"]
    seen = [replace(square(0), confidence=1.0), replace(square(50), confidence=0.9)]
    with Session(engine) as session, session.begin():
        store(session, page_id, condition_id, seen, answered=Answered(provider, "seer", 5))
    with Session(engine) as session:
        condition = session.get_one(Condition, condition_id)
        assert (condition.total_quantity, condition.measurement_count) == (0, 0)
        assert (condition.waiting_quantity, condition.waiting_count) == (2, 2)
        stored = session.scalars(select(Measurement)).all()
        assert {(each.counts, each.waits) for each in stored} == {(False, True)}
        in_total = select(func.count()).select_from(Measurement).where(Measurement.counts)
        assert session.scalar(in_total) == 0
        assert {line.state for line in read_lines(session, "p1")} == {"waiting"}


def test_a_volume_whose_depth_a_model_has_stated_waits_until_a_person_gives_the_depth(
    engine: Engine, page_id: uuid.UUID, database: Database
) -> None:
    with Session(engine) as session, session.begin():
        model = Answered("openai", "seer", 5)
        made, _ = create_missing_conditions(session, "p1", [SLAB, DOORS], model)
        store(session, page_id, made["Slab"], [square(0)])
        store(session, page_id, made["Doors"], [square(0)])
    with Session(engine) as session:
        slab, doors = (session.get_one(Condition, made[name]) for name in ("Slab", "Doors"))
        assert (slab.depth_stated_by, slab.measurement_count, slab.waiting_count) == (
            "openai",
            0,
            1,
        )
        assert (doors.depth_stated_by, doors.measurement_count) == (None, 1)
        (measured,) = session.scalars(
            select(Measurement.notes).where(Measurement.condition_id == slab.id)
        )
        assert measured == "drawn The depth is what openai states."
    api = create_engine(sqlalchemy_url(database.url_for("api")))
    with Session(api) as session, session.begin():
        edited = edit_condition(session, made["Slab"], None, 8.0, by="jane").id
    with Session(engine) as session, session.begin():
        store(session, page_id, made["Slab"], [square(300)])
        assert totals(engine, made["Slab"])[1] == 0
    assert totals(engine, made["Slab"])[1] == 1
    with Session(api) as session, session.begin():
        undo(session, edited, "jane")
        assert session.get_one(Condition, made["Slab"]).depth_stated_by == "openai"
    api.dispose()


def test_a_run_that_comes_twice_at_once_stores_once(engine: Engine, page_id: uuid.UUID) -> None:
    condition_id = conditions(engine, DOORS)["Doors"]
    ready = threading.Barrier(2)
    run_id = uuid.uuid4()
    answers: list[Stored] = []

    def body(place: float) -> Callable[[], None]:
        def run() -> None:
            with Session(engine) as session, session.begin():
                ready.wait(30)
                answers.append(store(session, page_id, condition_id, [square(place)], run_id))

        return run

    # The places differ, as two answers of one model do: only the id tells that it is one run.
    at_once([body(0), body(300)])
    assert totals(engine, condition_id) == (1, 1, 1)
    assert [answer.created for answer in answers] == [1, 1]


def test_what_was_undone_is_not_counted(engine: Engine, page_id: uuid.UUID) -> None:
    condition_id = conditions(engine, DOORS)["Doors"]
    run_id = uuid.uuid4()
    with Session(engine) as session:
        store(session, page_id, condition_id, [square(1), square(50)], run_id)
        session.rollback()
    assert totals(engine, condition_id) == (0, 0, 0)
    with Session(engine) as session, session.begin():
        store(session, page_id, condition_id, [square(1), square(50)], run_id)
    assert totals(engine, condition_id) == (2, 2, 2)


def test_what_lies_where_it_was_measured_before_is_not_measured_again(
    engine: Engine, page_id: uuid.UUID
) -> None:
    condition_id = conditions(engine, DOORS)["Doors"]
    for elements, created, already in (
        ([square(0), square(100)], 2, 0),
        ([square(0.1), square(300)], 1, 1),
        ([square(5)], 1, 0),
    ):
        with Session(engine) as session, session.begin():
            stored = store(session, page_id, condition_id, elements)
        assert (stored.created, stored.already_measured) == (created, already)
    assert totals(engine, condition_id) == (4, 4, 4)


def test_what_has_nothing_of_the_unit_is_withheld(engine: Engine, page_id: uuid.UUID) -> None:
    condition_id = conditions(engine, SLAB)["Slab"]
    line = Element(Shape(GeometryType.POLYLINE, ((0, 0), (9, 9))), 0.5, "drawn", "EDGE")
    with Session(engine) as session, session.begin():
        stored = store(session, page_id, condition_id, [line, square(0)])
    assert stored.created == 1
    assert [(each.label, each.reason) for each in stored.withheld] == [
        ("EDGE", "A polyline cannot be measured in CY.")
    ]


def test_nothing_is_stored_on_a_page_that_is_not_calibrated(
    engine: Engine, page_id: uuid.UUID
) -> None:
    condition_id = conditions(engine, DOORS)["Doors"]
    with Session(engine) as session:
        session.get_one(Page, page_id).calibrated = False
        session.flush()
        with pytest.raises(NotCalibrated):
            store(session, page_id, condition_id, [square(0)])


def test_conditions_that_are_missing_are_made_once_by_those_who_make_them_at_once(
    engine: Engine, page_id: uuid.UUID
) -> None:
    ready = threading.Barrier(4)
    made: list[int] = []
    names = [f"Kind {number}" for number in range(10)]
    kinds = [Subject(name, MeasurementType.COUNT, Unit.EA) for name in names]

    def body(turned: bool) -> Callable[[], None]:
        def run() -> None:
            with Session(engine) as session, session.begin():
                ready.wait(30)
                subjects = list(reversed(kinds)) if turned else kinds
                found, count = create_missing_conditions(session, "p1", subjects, ANSWERED)
                assert sorted(found) == sorted(names)
                made.append(count)

        return run

    at_once([body(index % 2 == 0) for index in range(4)])
    assert sum(made) == 10
    assert len(conditions(engine, *kinds)) == 10


def test_conditions_made_in_a_metric_project_measure_in_metres(
    engine: Engine, page_id: uuid.UUID, database: Database
) -> None:
    with psycopg.connect(database.url_for("owner")) as owner:
        owner.execute("UPDATE takeoff.project SET unit_system = 'metric'")
    subjects = [SLAB, DOORS]
    made = conditions(engine, *subjects)
    with Session(engine) as session, session.begin():
        stored = store(session, page_id, made["Slab"], [square(0, side=100.0)])
    # 10 by 10 feet, 6 inches deep.
    assert stored.unit is Unit.M3
    assert stored.quantity == pytest.approx(3.048 * 3.048 * 0.1524)
    with Session(engine) as session:
        assert session.get_one(Condition, made["Doors"]).unit is Unit.EA
        slab = session.get_one(Condition, made["Slab"])
        assert (slab.unit, slab.depth_in) == (Unit.M3, 6.0)
        assert slab.total_quantity == stored.quantity


def test_a_condition_that_is_there_stays_as_it_is(engine: Engine, page_id: uuid.UUID) -> None:
    conditions(engine, SLAB)
    other = Subject("Slab", MeasurementType.AREA, Unit.SF)
    with Session(engine) as session, session.begin():
        found, made = create_missing_conditions(session, "p1", [other], ANSWERED)
        assert session.get_one(Condition, found["Slab"]).unit is Unit.CY
        assert made == 0
