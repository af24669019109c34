"""An error in words has no value of a row in it, however it was raised, wrapped or grouped."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.error_text import error_text

SECRET = "lovelace"
TABLE = (
    "CREATE TEMP TABLE person (id int CONSTRAINT an_id NOT NULL, name text CONSTRAINT one UNIQUE)"
)
TWICE = "INSERT INTO person VALUES (1, :name), (2, :name)"
ABSENT = "INSERT INTO person VALUES (NULL, :name)"
NO_NUMBER = "INSERT INTO person SELECT CAST(CAST(:name AS text) AS int)"


@pytest.fixture(scope="module")
def engine(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(postgres.url))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection with a table of its own."""
    with engine.connect() as connection:
        connection.execute(text(TABLE))
        yield connection


def raised(run: Callable[[], Any]) -> Exception:
    try:
        run()
    except Exception as error:  # noqa: BLE001 (every kind is of interest)
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            TWICE,
            'duplicate key value violates unique constraint "one" (SQLSTATE 23505, constraint one)',
        ),
        (ABSENT, 'null value in column "id" of relation "person" violates not-null constraint'),
        (NO_NUMBER, "invalid input syntax for type integer: [hidden] (SQLSTATE 22P02)"),
        (f"SELEC {SECRET}", "syntax error at or near [hidden] (SQLSTATE 42601)"),
    ],
)
def test_a_driver_s_error_is_its_message_state_and_constraint(
    connection: Connection, statement: str, message: str
) -> None:
    error = failed(connection, statement)
    for each in (error, error.orig):
        assert each is not None
        found = error_text(each)
        assert found.data.message.startswith(message)
    assert error_text(error).data.type.startswith("sqlalchemy.exc.")
    assert SECRET in error_text(error).traceback


def failed(connection: Connection, statement: str) -> DBAPIError:
    error = raised(lambda: connection.execute(text(statement), {"name": SECRET}))
    assert isinstance(error, DBAPIError)
    return error


def as_it_is(error: Exception) -> Exception:
    return error


def retold(error: Exception) -> Exception:
    return raised(lambda: _raise(RuntimeError(f"not stored: {error}"), error))


def shown(error: Exception) -> Exception:
    return RuntimeError(f"not stored: {error!r}")


def first_line(error: Exception) -> Exception:
    return raised(lambda: _raise(RuntimeError(f"no: {error}".splitlines()[0]), error))


def while_handled(error: Exception) -> Exception:
    def handle() -> None:
        try:
            raise error
        except type(error):
            raise KeyError(str(error))  # noqa: B904 (its context is what is tested)

    return raised(handle)


def grouped(error: Exception) -> Exception:
    return ExceptionGroup(f"two failed: {error}", [ValueError("other"), error])


def _raise(error: Exception, cause: Exception) -> None:
    raise error from cause


@pytest.mark.parametrize("statement", [TWICE, ABSENT, NO_NUMBER])
@pytest.mark.parametrize("wrap", [as_it_is, retold, shown, first_line, while_handled, grouped])
def test_no_wrapping_shows_a_value(
    connection: Connection, statement: str, wrap: Callable[[Exception], Exception]
) -> None:
    message = error_text(wrap(failed(connection, statement))).data.message
    assert SECRET not in message
    assert "INSERT" not in message
    assert any(word in message for word in ("constraint", "invalid input syntax"))


def test_what_the_conversion_of_a_parameter_raised_is_told_without_the_parameters(
    connection: Connection,
) -> None:
    error = raised(lambda: connection.execute(text("SELECT :a, :b"), {"a": SECRET}))
    message = error_text(error).data.message
    assert "'b'" in message
    assert SECRET not in message


def test_a_pydantic_error_is_told_without_its_input() -> None:
    class Page(BaseModel):
        number: int

    error = raised(lambda: Page.model_validate({"number": SECRET}))
    for each in (error, retold(error)):
        message = error_text(each).data.message
        assert "number: Input should be a valid integer" in message
        assert SECRET not in message


class DatabaseError(Exception):
    """As PEP 249 names it, of a driver that is not known."""


class Psycopg2Diagnostics:
    message_primary = "duplicate key value"
    constraint_name = "one"


class Psycopg2Error(DatabaseError):
    pgcode = "23505"
    diag = Psycopg2Diagnostics()


class AsyncpgError(DatabaseError):
    sqlstate = "23505"
    message = "duplicate key value"
    constraint_name = "one"


def test_errors_of_other_drivers_are_told_by_their_attributes_or_not_at_all() -> None:
    quoting = f"duplicate key value\nDETAIL:  Key (name)=({SECRET})"
    told = "duplicate key value (SQLSTATE 23505, constraint one)"
    assert error_text(Psycopg2Error(quoting)).data.message == told
    assert error_text(AsyncpgError(quoting)).data.message == told
    django = raised(lambda: _raise(DatabaseError(quoting), Psycopg2Error(quoting)))
    assert error_text(django).data.message == told
    unknown = error_text(DatabaseError(1062, f"Duplicate entry '{SECRET}'")).data
    assert unknown.message == ("the driver's message is left out: it may quote values (code 1062)")
