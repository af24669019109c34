"""A small application's part in the projector: a follower of its own, which counts notes."""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Final

from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin
from task_ledger.projector.database import connect
from task_ledger.projector.follower import Follower, Row
from task_ledger.projector.supervision import Pause, Step

TABLE: Final = "CREATE TABLE public.notes (task_id uuid PRIMARY KEY, count integer NOT NULL)"
GRANT: Final = "GRANT SELECT, INSERT, UPDATE ON public.notes TO task_ledger_projector"
CHECKPOINTS: Final = (
    "INSERT INTO task_ledger.checkpoint (follower, shard)"
    " SELECT 'counter', shard FROM generate_series(0, 15) AS shard"
)
_COUNT: Final = (
    "INSERT INTO public.notes AS n (task_id, count) VALUES (%s, 1)"
    " ON CONFLICT (task_id) DO UPDATE SET count = n.count + 1"
)


@contextmanager
def counting(settings: Settings) -> Generator[Step]:
    """Count each task's notes, each of them once."""
    with closing(connect(settings.url_for("projector"), "count")) as connection:

        def handle(rows: Sequence[Row]) -> None:
            noted = [(row.task_id,) for row in rows if row.type == "noted"]
            with connection.cursor() as cursor:
                cursor.executemany(_COUNT, noted)

        follower = Follower(connection, "counter", handle)
        pause = Pause()

        def step() -> float:
            tick = follower.tick()
            return pause.after(worked=tick.worked, more=tick.more)

        yield step


counter: Final = Plugin(
    name="counter", parts=lambda settings: {"count": partial(counting, settings)}
)
namesake: Final = Plugin(
    name="namesake", parts=lambda settings: {"fold": partial(counting, settings)}
)
