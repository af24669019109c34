"""A stored message that an owner has altered is refused, and the rest goes on."""

from contextlib import closing

from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.log import owner, projector_connection
from tests.task_ledger.projector.outbox import enqueue, message, received, send

ALTERED = ("headers = '\"text\"'", "headers = '[1]'", "headers = '7'", "properties = '\"text\"'",
           "declare = '7'",
           """properties = '{"task_ledger_transport": {"master_name": "x"}}'""")  # fmt: skip


def test_an_altered_message_is_refused_and_the_others_leave(
    database: Database, broker_url: str
) -> None:
    with (
        closing(owner(database)) as writer,
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker_url)) as publisher,
    ):
        for change in ALTERED:
            enqueue(writer, message("lost"))
            send(writer, message("lost", tracked=False))
            writer.execute(f"UPDATE task_ledger.message SET {change} WHERE routing_key = 'lost'")  # pyright: ignore[reportArgumentType, reportCallIssue]
            writer.execute("UPDATE task_ledger.message SET routing_key = 'altered'"
                           " WHERE routing_key = 'lost'")  # fmt: skip
        enqueue(writer)
        send(writer, message(tracked=False))
        Relay(connection, publisher).tick()
        assert len(received(broker_url)) == 2
        rows = writer.execute(
            "SELECT tries, last_error FROM task_ledger.outbox ORDER BY id"
        ).fetchall()
    assert [row[0] for row in rows] == [1] * 2 * len(ALTERED)
    assert all("not the ledger's" in row[1] for row in rows[:6]), rows
