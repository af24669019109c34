"""How many buffers of the database a read touches: unlike its time, the same on every machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]


@dataclass
class Counting:
    """A connection whose statements are explained as they run, by the plan that they get."""

    connection: Connection
    buffers: int = 0
    plans: list[str] = field(default_factory=list[str])

    def execute(self, statement: str, parameters: dict[str, Any], **_: Any) -> Any:
        cursor = psycopg.ClientCursor(self.connection)
        names = [name for name in parameters if f"%({name})s" in statement]
        text = statement
        for place, name in enumerate(names, 1):
            text = text.replace(f"%({name})s", f"${place}")
        prepared = text.replace("%%", "%").encode()
        self.connection.execute(b"PREPARE page AS " + prepared)
        values = cursor.mogrify(b", ".join([b"%s"] * len(names)), [parameters[n] for n in names])
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE page ({values})".encode()
        row = self.connection.execute(explained).fetchone()
        self.connection.execute(b"DEALLOCATE page")
        assert row is not None
        plan = row[0][0]["Plan"]
        self.buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        self.plans.append(str(plan))
        return self.connection.execute(statement, parameters)  # type: ignore[arg-type]


def buffers_of(connection: Connection, ask: Callable[[Any], Any]) -> tuple[int, Any]:
    """The buffers that the statements of `ask` touch on its connection, and its answer."""
    counting = Counting(connection)
    found = ask(counting)
    assert counting.plans
    return counting.buffers, found
