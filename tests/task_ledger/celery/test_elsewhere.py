"""What holds, and what does not, when a task's rows are in another database than the ledger."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from celery import Signature
from sqlalchemy.orm import Session

from task_ledger.errors import AlreadyRegistered
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.ids import new_task_id
from task_ledger.registration.enqueue import enqueue
from tests.brokers import Brokers
from tests.servers import Database, fresh_database
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import start_worker

TASK = "tests.task_ledger.celery.elsewhere.write_elsewhere"


@pytest.fixture(scope="module")
def other(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """The domain's database."""
    with fresh_database(postgres) as database:
        with psycopg.connect(database.url) as connection:
            connection.execute("CREATE TABLE effect (key text PRIMARY KEY, task_id text)")
            connection.execute("CREATE TABLE orders (id integer PRIMARY KEY, task_id uuid)")
        yield database


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres, migrated_template: str, brokers: Brokers, other: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:  # fmt: skip
    """A worker whose tasks write elsewhere, projector and relay."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(8), folder) as stack:
        stack.environment["TEST_OTHER_DATABASE_URL"] = other.url
        stack.start("projector", "task_ledger.projector")
        start_worker(stack, module="elsewhere")
        yield stack


def register(stack: Stack, *args: object, task_id: UUID | None = None) -> UUID:
    with Session(stack.engine) as session:
        task = enqueue(
            session, Signature(TASK, args=args, app=stack.sender), project_id="p1", actor="t",
            task_type="plain", max_attempts=3, task_id=task_id,
        )  # fmt: skip
        session.commit()
    return task.task_id


def effects(other: Database, task_id: UUID) -> int:
    with psycopg.connect(other.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM effect WHERE task_id = %s", (str(task_id),)
        ).fetchone()
    return row[0] if row else 0


def test_rows_elsewhere_are_written_again_by_the_next_attempt(
    stack: Stack, other: Database
) -> None:
    """The worker says that its child was lost; the reconciler would, if it did not."""
    task_id = register(stack, False, 1)
    task = stack.ended(task_id)
    assert (task.status, task.attempt) == ("SUCCESS", 2), "the ledger's record stays true"
    assert effects(other, task_id) == 2, "and the rows are there twice"


def test_a_key_made_of_the_tasks_id_makes_that_harmless(stack: Stack, other: Database) -> None:
    task_id = register(stack, True, 1)
    assert stack.ended(task_id).status == "SUCCESS"
    assert effects(other, task_id) == 1


def test_an_id_that_is_stored_with_the_rows_is_enqueued_later_and_once(
    stack: Stack, other: Database
) -> None:
    """The process ended between the two commits: whoever looks for such rows enqueues again."""
    with psycopg.connect(other.url) as connection:
        connection.execute("INSERT INTO orders VALUES (1, %s)", (new_task_id(),))
    with psycopg.connect(other.url) as connection:
        ((task_id,),) = connection.execute("SELECT task_id FROM orders").fetchall()
    register(stack, True, 0, task_id=task_id)
    with pytest.raises(AlreadyRegistered):
        register(stack, True, 0, task_id=task_id)
    assert stack.ended(task_id).status == "SUCCESS"
    assert effects(other, task_id) == 1
