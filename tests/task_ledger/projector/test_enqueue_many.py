"""Tasks that were registered at once are dispatched and folded as any others."""

from contextlib import closing

from celery import Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from task_ledger import enqueue_many, step
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.log import (
    count,
    drain,
    owner,
    projector,
    projector_connection,
    record,
)
from tests.task_ledger.projector.outbox import received
from tests.task_ledger.projector.steps import APP

TASKS = 1200


def test_all_of_them_reach_the_broker_and_the_read_model(
    database: Database, broker_url: str, relay: Relay
) -> None:
    engine = create_engine(sqlalchemy_url(database.url_for("api")))
    several = [
        step(Signature("elsewhere", args=(n,), app=APP), name=f"Page {n}", metadata={"page": n})
        for n in range(TASKS)
    ]
    with Session(engine) as session:
        done = enqueue_many(session, several, project_id="p", actor="a", task_type="page")
        session.commit()
    engine.dispose()
    while relay.tick().worked:
        pass
    got = received(broker_url, "celery")
    sent = {message.headers["id"]: message.decode()[0] for message in got}
    assert sent == {str(one.task_id): [n] for n, one in enumerate(done)}
    assert (len(got), count(database, "outbox")) == (TASKS, 0)
    with closing(projector_connection(database)) as ticker:
        drain(projector(ticker))
    assert count(database, "task_record") == count(database, "project_timeline") == TASKS
    with closing(owner(database)) as connection:
        last = record(connection, done[-1].task_id)
    assert last is not None
    assert (last.task_name, last.metadata) == (f"Page {TASKS - 1}", {"page": TASKS - 1})
