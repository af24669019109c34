"""The models describe the tables that the SQL creates, and the roles may do what they need."""

from __future__ import annotations

import enum
import re
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Engine,
    Enum,
    Inspector,
    Table,
    UniqueConstraint,
    create_engine,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from takeoff import SCHEMA_FOLDER, models
from takeoff.terms import ContentType, GeometryType, MeasurementType, Unit, UnitSystem
from task_ledger.ops.settings import Role
from tests.servers import Database

_TABLES = sorted(models.Base.metadata.tables.values(), key=lambda table: table.name)
_DIALECT = postgresql.dialect()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = create_engine(database.url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


@pytest.fixture
def inspector(engine: Engine) -> Inspector:
    return inspect(engine)


def test_the_order_names_every_sql_file_once() -> None:
    files = sorted(
        path.relative_to(SCHEMA_FOLDER).as_posix() for path in SCHEMA_FOLDER.rglob("*.sql")
    )

    assert sorted((SCHEMA_FOLDER / "order.txt").read_text().split()) == files


def test_there_is_a_model_for_every_table(inspector: Inspector) -> None:
    stored = set(inspector.get_table_names("takeoff")) - {"migration"}

    assert stored == {table.name for table in _TABLES}


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.name)
def test_columns_agree(inspector: Inspector, table: Table) -> None:
    stored = {
        column["name"]: (str(column["type"].compile(_DIALECT)), column["nullable"])
        for column in inspector.get_columns(table.name, "takeoff")
    }
    described = {
        column.name: (_type_of(column.type.compile(_DIALECT)), column.nullable)
        for column in table.columns
    }

    assert described == stored


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.name)
def test_defaults_agree(inspector: Inspector, table: Table) -> None:
    stored = {
        column["name"]: column["default"] is not None
        for column in inspector.get_columns(table.name, "takeoff")
    }

    assert stored == {column.name: column.server_default is not None for column in table.columns}


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.name)
def test_keys_and_indexes_agree(inspector: Inspector, table: Table) -> None:
    stored_foreign = {
        (key["constrained_columns"][0], key["referred_table"])
        for key in inspector.get_foreign_keys(table.name, "takeoff")
    }
    stored_unique = {
        tuple(unique["column_names"])
        for unique in inspector.get_unique_constraints(table.name, "takeoff")
    }
    stored_indexes = {
        (index["name"], tuple(index["column_names"]))
        for index in inspector.get_indexes(table.name, "takeoff")
        if "duplicates_constraint" not in index
    }

    assert stored_foreign == {
        (key.parent.name, key.column.table.name) for key in table.foreign_keys
    }
    assert stored_unique == {
        tuple(constraint.columns.keys())
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    assert stored_indexes == {(index.name, tuple(index.columns.keys())) for index in table.indexes}
    assert inspector.get_pk_constraint(table.name, "takeoff")["constrained_columns"] == ["id"]


def test_the_database_allows_exactly_the_words_of_each_vocabulary(inspector: Inspector) -> None:
    for table in _TABLES:
        checks = {
            check["name"]: set(re.findall(r"'([^']+)'::text", check["sqltext"]))
            for check in inspector.get_check_constraints(table.name, "takeoff")
        }
        for column in table.columns:
            if isinstance(column.type, Enum):
                kind = column.type.enum_class
                assert kind is not None
                assert issubclass(kind, enum.StrEnum)
                allowed = checks[f"{table.name}_{column.name}_known"]
                assert allowed == {member.value for member in kind}


def test_a_drawing_with_a_measurement_is_stored_and_read_back(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        page, condition = _drawing(session)
        session.add(
            models.Measurement(
                page_id=page.id,
                condition_id=condition.id,
                geometry_type=GeometryType.POLYGON,
                geometry=[[0, 0], [10, 0], [10, 10]],
                quantity=50.0,
                unit=Unit.SF,
            )
        )
    with Session(engine) as session:
        measured = session.scalars(select(models.Measurement)).one()
        stored_page = session.get_one(models.Page, measured.page_id)

    assert (measured.unit, measured.geometry_type) == (Unit.SF, GeometryType.POLYGON)
    assert measured.geometry == [[0, 0], [10, 0], [10, 10]]
    assert (stored_page.calibrated, stored_page.ocr_blocks) == (False, None)
    assert stored_page.id.version == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"width_px": 0},
        {"width_in": None},
        {"calibrated": True},
        {"scale_value": -1.0},
        {"number": 1},
    ],
)
def test_a_page_that_makes_no_sense_is_refused(engine: Engine, wrong: dict[str, object]) -> None:
    with Session(engine) as session:
        page, _ = _drawing(session)
        values = {"number": 2, "width_px": 10, "height_px": 10, "image_key": "k"}
        values |= {"dpi": 1.0, "width_in": 10.0, "height_in": 10.0} | wrong
        session.add(models.Page(document_id=page.document_id, **values))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_project_measures_in_feet_unless_it_says_metres(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        metric = models.Project(
            id="m", name="Metric", created_by="jane", unit_system=UnitSystem.METRIC
        )
        session.add_all([models.Project(id="i", name="Imperial", created_by="jane"), metric])
        session.flush()
        condition = models.Condition(
            project_id="m", name="wall", measurement_type=MeasurementType.LINEAR, unit=Unit.M
        )
        session.add(condition)
    with Session(engine) as session:
        systems = {each.id: each.unit_system for each in session.scalars(select(models.Project))}
        (wall,) = session.scalars(select(models.Condition)).all()

    assert systems == {"i": UnitSystem.IMPERIAL, "m": UnitSystem.METRIC}
    assert wall.unit is Unit.M


def test_a_condition_has_the_unit_of_its_type_and_a_volume_its_depth(engine: Engine) -> None:
    for values in (
        {"measurement_type": MeasurementType.AREA, "unit": Unit.CY},
        {"measurement_type": MeasurementType.AREA, "unit": Unit.M3},
        {"measurement_type": MeasurementType.LINEAR, "unit": Unit.M2},
        {"measurement_type": MeasurementType.VOLUME, "unit": Unit.CY},
        {"measurement_type": MeasurementType.VOLUME, "unit": Unit.M3},
    ):
        with Session(engine) as session:
            page, _ = _drawing(session)
            project_id = session.get_one(models.Document, page.document_id).project_id
            session.add(models.Condition(project_id=project_id, name="wrong", **values))
            with pytest.raises(IntegrityError):
                session.flush()


def test_the_api_stores_what_a_person_asked_for_and_no_more(database: Database) -> None:
    with Session(_as(database, "api")) as session:
        session.add(models.Project(id="tower", name="Tower", created_by="jane"))
        session.flush()
        session.add(_document("tower"))
        session.flush()
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(insert(models.Page).values(number=1))


def test_a_worker_stores_pages_and_may_not_make_projects(
    database: Database, engine: Engine
) -> None:
    with Session(engine) as session, session.begin():
        page, _ = _drawing(session)
        document_id = page.document_id
    with Session(_as(database, "worker")) as session:
        session.get_one(models.Document, document_id).page_count = 2
        session.add(_page(document_id, 2))
        session.flush()
        session.add(models.Project(id="tower", name="Tower", created_by="jane"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.flush()


@pytest.mark.parametrize("role", ["projector", "auditor"])
def test_no_other_role_may_read_the_domain(database: Database, role: Role) -> None:
    with (
        Session(_as(database, role)) as session,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.scalars(select(models.Project)).all()


def _as(database: Database, role: Role) -> Engine:
    url = database.url_for(role)
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def _type_of(described: str) -> str:
    # A vocabulary is text with a check, which is more than a VARCHAR can say.
    return "TEXT" if described.startswith("VARCHAR") else described


def _document(project_id: str) -> models.Document:
    return models.Document(
        project_id=project_id,
        file_name="set.pdf",
        content_type=ContentType.PDF,
        sha256="0" * 64,
        size_bytes=1,
        storage_key=f"documents/{uuid.uuid4()}/source.pdf",
        uploaded_by="jane",
    )


def _page(document_id: uuid.UUID, number: int) -> models.Page:
    return models.Page(
        document_id=document_id,
        number=number,
        image_key="documents/a/pages/00001@150.png",
        width_px=5400,
        height_px=3600,
        dpi=150.0,
        width_in=36.0,
        height_in=24.0,
    )


def _drawing(session: Session) -> tuple[models.Page, models.Condition]:
    project = models.Project(id=f"p{uuid.uuid4().hex}", name="Tower", created_by="jane")
    session.add(project)
    session.flush()
    document = _document(project.id)
    condition = models.Condition(
        project_id=project.id, name="slab", measurement_type=MeasurementType.AREA, unit=Unit.SF
    )
    session.add_all([document, condition])
    session.flush()
    page = _page(document.id, 1)
    session.add(page)
    session.flush()
    return page, condition
